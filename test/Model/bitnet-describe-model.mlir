// RUN: bitnet-opt %s --bitnet-describe-model | FileCheck %s

#ids = #model.value<"ids", ui8, ()[s0, s1] -> (s0)>
#given = #model.value<"given", f32, ()[s0, s1] -> (s0, 8)>
#cache = #model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (16, 4)>
#logits = #model.value<"logits", f32, ()[s0, s1] -> (s0, 8)>

// CHECK:      module attributes {model.contract = #model.contract<
// CHECK-SAME:   symbols = ["tokens", "past"],
// CHECK-SAME:   inputs = [#model.value<"ids", ui8, ()[s0, s1] -> (s0)>, #model.value<"given", f32, ()[s0, s1] -> (s0, 8)>],
// CHECK-SAME:   outputs = [#model.value<"logits", f32, ()[s0, s1] -> (s0, 8)>],
// CHECK-SAME:   caches = [#model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (16, 4)>],
// CHECK-SAME:   position = <"past" appends "tokens", max_context = 16>,
// CHECK-SAME:   constraints = [#model.constraint<zero ()[s0, s1] -> (s0 - s1), "/Add">],
// CHECK-SAME:   checks = ["token id out of range"]>}

// The position, the caches' results and the status are no tensors of the model.
// CHECK: func.func private @main(%{{[^{]*}}) -> (tensor<?x8xf32>, tensor<16x4xf32>, tensor<i64>)
// CHECK-SAME: attributes {llvm.emit_c_interface}
func.func @main(%ids: tensor<?xi8> {model.input = #ids}, %given: tensor<?x8xf32> {model.input = #given},
                %position: index {model.position = #model.position<"past" appends "tokens", max_context = 16>},
                %cache: tensor<16x4xf32> {model.cache = #cache})
    -> (tensor<?x8xf32> {model.output = #logits}, tensor<16x4xf32> {model.cache = #cache}, tensor<i64> {model.status})
    attributes {model.symbols = ["tokens", "past"], model.checks = ["token id out of range"],
                model.constraints = [#model.constraint<zero ()[s0, s1] -> (s0 - s1), "/Add">]} {
  %ok = arith.constant dense<0> : tensor<i64>
  return %given, %cache, %ok : tensor<?x8xf32>, tensor<16x4xf32>, tensor<i64>
}
