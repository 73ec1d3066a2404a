// RUN: bitnet-opt %s --bitnet-describe-model | FileCheck %s

#tokens = affine_map<()[s0, s1] -> (s0)>
#logits = affine_map<()[s0, s1] -> (s0, 8)>
#cache = affine_map<()[s0, s1] -> (16, 4)>
#difference = affine_map<()[s0, s1] -> (s0 - s1)>

// CHECK-DAG: #[[TOKENS:.+]] = affine_map<()[s0, s1] -> (s0)>
// CHECK-DAG: #[[LOGITS:.+]] = affine_map<()[s0, s1] -> (s0, 8)>
// CHECK-DAG: #[[CACHE:.+]] = affine_map<()[s0, s1] -> (16, 4)>
// CHECK-DAG: #[[DIFFERENCE:.+]] = affine_map<()[s0, s1] -> (s0 - s1)>

// CHECK:      module attributes {ternary.model = {
// CHECK-SAME:   caches = [{name = "past_key_values.0.key", shape = #[[CACHE]], type = tensor<16x4xf32>}],
// CHECK-SAME:   checks = ["token id out of range"],
// CHECK-SAME:   constraints = [{expr = #[[DIFFERENCE]], name = "/Add"}],
// CHECK-SAME:   inputs = [{name = "ids", shape = #[[TOKENS]], type = tensor<?xi8>, unsigned},
// CHECK-SAME:             {name = "given", shape = #[[LOGITS]], type = tensor<?x8xf32>}],
// CHECK-SAME:   max_context = 16 : i64,
// CHECK-SAME:   outputs = [{name = "logits", shape = #[[LOGITS]], type = tensor<?x8xf32>}],
// CHECK-SAME:   position = "past", sequence = "tokens",
// CHECK-SAME:   symbols = ["tokens", "past"]}}

// The position, the caches' results and the status are no tensors of the model.
// CHECK: func.func private @main(%{{[^{]*}}) -> (tensor<?x8xf32>, tensor<16x4xf32>, tensor<i64>)
// CHECK-SAME: attributes {llvm.emit_c_interface
func.func @main(%ids: tensor<?xi8> {ternary.name = "ids", ternary.shape = #tokens, ternary.unsigned},
                %position: index {ternary.position = "past", ternary.sequence = "tokens"},
                %cache: tensor<16x4xf32> {ternary.cache = "past_key_values.0.key", ternary.shape = #cache},
                %logits: tensor<?x8xf32> {ternary.name = "given", ternary.shape = #logits})
    -> (tensor<?x8xf32> {ternary.name = "logits", ternary.shape = #logits}, tensor<16x4xf32>, tensor<i64> {ternary.status})
    attributes {ternary.symbols = ["tokens", "past"], ternary.checks = ["token id out of range"],
                ternary.constraints = [{expr = #difference, name = "/Add"}], ternary.max_context = 16 : i64} {
  %ok = arith.constant dense<0> : tensor<i64>
  return %logits, %cache, %ok : tensor<?x8xf32>, tensor<16x4xf32>, tensor<i64>
}
