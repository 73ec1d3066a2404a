// RUN: bitnet-opt %s --verify-roundtrip | FileCheck %s

// What the object will say of a model: after bitnet-describe-model.
// CHECK: module @described
// CHECK-SAME: model.contract = #model.contract<symbols = ["tokens", "past"],
// CHECK-SAME:   inputs = [#model.value<"ids", ui8, ()[s0, s1] -> (s0)>],
// CHECK-SAME:   outputs = [#model.value<"logits", f32, ()[s0, s1] -> (s0 + s1, 8)>],
// CHECK-SAME:   caches = [#model.value<"keys", bf16, ()[s0, s1] -> (16, 4)>],
// CHECK-SAME:   position = <"past", max_context = 16>,
// CHECK-SAME:   constraints = [#model.constraint<zero ()[s0, s1] -> (s0 mod 2), "/Reshape">, #model.constraint<non_negative ()[s0, s1] -> (s0 - 3), "">],
// CHECK-SAME:   checks = ["out of range"]>
// CHECK-SAME: model.layers = [#model.layer<"/up/MatMul", 640 x 256, isa = "generic", kernels = "masked-add,lut-memory", packing = "4 trits in 8 bits, 1 an index", bits = 2.000000e+00 : f64, reason = "why">]
// CHECK-SAME: model.metadata = {blob = dense<[123, 0]> : tensor<2xi8>, text = "bytes"}
// CHECK-SAME: model.weights = #model.weights<4096 bytes, hash = 18446744073709551615>
module @described attributes {
  model.contract = #model.contract<
    symbols = ["tokens", "past"],
    inputs = [#model.value<"ids", ui8, ()[s0, s1] -> (s0)>],
    outputs = [#model.value<"logits", f32, ()[s0, s1] -> (s0 + s1, 8)>],
    caches = [#model.value<"keys", bf16, ()[s0, s1] -> (16, 4)>],
    position = #model.position<"past", max_context = 16>,
    constraints = [#model.constraint<zero ()[s0, s1] -> (s0 mod 2), "/Reshape">,
                   #model.constraint<non_negative ()[s0, s1] -> (s0 - 3), "">],
    checks = ["out of range"]>,
  model.layers = [#model.layer<"/up/MatMul", 640 x 256, isa = "generic", kernels = "masked-add,lut-memory",
                               packing = "4 trits in 8 bits, 1 an index", bits = 2.0 : f64, reason = "why">],
  model.metadata = {blob = dense<[123, 0]> : tensor<2xi8>, text = "bytes"},
  model.weights = #model.weights<4096 bytes, hash = 18446744073709551615>
} {}

// A signature, as an importer writes it: an output's shape may be unknown, and
// depend on dimensions that no input has.
// CHECK: func.func private @signature
// CHECK-SAME: tensor<?x2xui8> {model.input = #model.value<"x", ui8, ()[s0, s1] -> (s0, 2)>}
// CHECK-SAME: -> (tensor<?xf32> {model.output = #model.value<"y", f32, ()[s0, s1] -> (s1)>}, tensor<*xf32> {model.output = #model.value<"z", f32>})
// CHECK-SAME: model.symbols = ["rows", "total"]
func.func private @signature(tensor<?x2xui8> {model.input = #model.value<"x", ui8, ()[s0, s1] -> (s0, 2)>})
    -> (tensor<?xf32> {model.output = #model.value<"y", f32, ()[s0, s1] -> (s1)>},
        tensor<*xf32> {model.output = #model.value<"z", f32>})
    attributes {model.symbols = ["rows", "total"]}

// A model with a cache: what it reads, where it is, what it keeps.
// CHECK: func.func @stateful
func.func @stateful(%x: tensor<?xi64> {model.input = #model.value<"x", i64, ()[s0, s1] -> (s0)>},
                    %position: index {model.position = #model.position<"past" appends "new", max_context = 8>},
                    %cache: tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0, s1] -> (8)>},
                    %ok: tensor<i64>)
    -> (tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0, s1] -> (8)>}, tensor<i64> {model.status})
    attributes {model.symbols = ["new", "past"], model.constraints = [], model.checks = []} {
  return %cache, %ok : tensor<8xf32>, tensor<i64>
}
