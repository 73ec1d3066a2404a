// RUN: bitnet-opt %s --pass-pipeline="builtin.module(func.func(bitnet-own-results))" | FileCheck %s

// CHECK-LABEL: func @view_of_an_argument
// CHECK-SAME: (%[[X:.+]]: tensor<6xf32>)
func.func @view_of_an_argument(%x: tensor<6xf32>) -> (tensor<2x3xf32> {model.output = #model.value<"y", f32, () -> (2, 3)>})
    attributes {model.symbols = []} {
  // CHECK: %[[V:.+]] = tensor.expand_shape %[[X]]
  // CHECK: %[[Y:.+]] = bufferization.alloc_tensor() copy(%[[V]]) : tensor<2x3xf32>
  // CHECK: return %[[Y]]
  %y = tensor.expand_shape %x [[0, 1]] output_shape [2, 3] : tensor<6xf32> into tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func @same_value_twice
func.func @same_value_twice(%n: index) -> (tensor<?xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0)>},
                                         tensor<?xf32> {model.output = #model.value<"z", f32, ()[s0] -> (s0)>})
    attributes {model.symbols = ["n"]} {
  // CHECK: %[[Y:.+]] = tensor.empty
  // CHECK: %[[Z:.+]] = bufferization.alloc_tensor() copy(%[[Y]]) : tensor<?xf32>
  // CHECK: return %[[Y]], %[[Z]]
  %y = tensor.empty(%n) : tensor<?xf32>
  return %y, %y : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func @constant
func.func @constant() -> (tensor<2xi64> {model.output = #model.value<"y", i64, () -> (2)>})
    attributes {model.symbols = []} {
  // CHECK: bufferization.alloc_tensor() copy(%{{.+}}) : tensor<2xi64>
  %y = arith.constant dense<[1, 2]> : tensor<2xi64>
  return %y : tensor<2xi64>
}

// A cache stays in its own argument.
// CHECK-LABEL: func @cache
// CHECK-SAME: (%{{.+}}: index {{.+}}, %[[C:.+]]: tensor<4xf32>
func.func @cache(%position: index {model.position = #model.position<"past", max_context = 4>},
                 %c: tensor<4xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (4)>})
    -> (tensor<4xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (4)>}) attributes {model.symbols = ["past"]} {
  // CHECK-NEXT: return %[[C]]
  return %c : tensor<4xf32>
}
