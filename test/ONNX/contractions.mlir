// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // Rows of any shape are flattened: one linalg.matmul.
  // CHECK-LABEL: func @rows_by_matrix
  // CHECK-SAME:    %[[X:[^:]+]]: tensor<?x?x8xf32>
  // CHECK:         %[[W:.+]] = arith.constant dense<1.000000e+00> : tensor<8x4xf32>
  // CHECK:         %[[ROWS:.+]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]]
  // CHECK:         %[[Y:.+]] = linalg.matmul ins(%[[ROWS]], %[[W]] : tensor<?x8xf32>, tensor<8x4xf32>)
  // CHECK:         tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [%{{.+}}, %{{.+}}, 4]
  func.func @rows_by_matrix(%x: tensor<?x?x8xf32>) -> tensor<?x?x4xf32> {
    %w = arith.constant dense<1.0> : tensor<8x4xf32>
    %y = onnx.node "MatMul"(%x, %w) : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @stacks
  // CHECK:         tensor.collapse_shape %{{.+}} {{\[\[}}0, 1], [2], [3]]
  // CHECK:         %[[Y:.+]] = linalg.batch_matmul
  // CHECK:         tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2], [3]]
  func.func @stacks(%x: tensor<?x4x?x8xf32> {model.input = #model.value<"x", f32, ()[s0, s1, s2] -> (s0, 4, s1, 8)>},
                    %y: tensor<?x4x8x?xf32> {model.input = #model.value<"y", f32, ()[s0, s1, s2] -> (s0, 4, 8, s2)>})
      -> tensor<?x4x?x?xf32> attributes {model.symbols = ["b", "s", "t"]} {
    %z = onnx.node "MatMul"(%x, %y) : (tensor<?x4x?x8xf32>, tensor<?x4x8x?xf32>) -> !onnx.value
    onnx.return %z : !onnx.value
  }

  // CHECK-LABEL: func @broadcast_stack
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{.+}}, %{{.+}} : tensor<2x8xf32>, tensor<?x8x3xf32>) outs(%{{.+}} : tensor<?x2x3xf32>)
  // CHECK:           arith.mulf
  // CHECK:           arith.addf
  func.func @broadcast_stack(%x: tensor<2x8xf32>, %y: tensor<?x8x3xf32>) -> tensor<?x2x3xf32> {
    %z = onnx.node "MatMul"(%x, %y) : (tensor<2x8xf32>, tensor<?x8x3xf32>) -> !onnx.value
    onnx.return %z : !onnx.value
  }

  // CHECK-LABEL: func @vectors
  // CHECK-SAME:    -> (tensor<f32>
  // CHECK:         linalg.matmul
  // CHECK-SAME:      tensor<1x8xf32>, tensor<8x1xf32>
  func.func @vectors(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<f32> {
    %z = onnx.node "MatMul"(%x, %y) : (tensor<8xf32>, tensor<8xf32>) -> !onnx.value
    onnx.return %z : !onnx.value
  }

  // CHECK-LABEL: func @gemm
  // CHECK:         %[[T:.+]] = linalg.transpose ins(%{{.+}} : tensor<4x8xf32>)
  // CHECK:         linalg.matmul ins(%{{.+}}, %[[T]] : tensor<?x8xf32>, tensor<8x4xf32>)
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{.+}}, %{{.+}} : tensor<?x4xf32>, tensor<4xf32>)
  // CHECK:           arith.mulf %{{.+}}, %cst{{.*}} : f32
  // CHECK:           arith.addf
  func.func @gemm(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<?x4xf32> {
    %y = onnx.node "Gemm"(%x, %w, %b) {alpha = 2.0 : f32, beta = 1.0 : f32, transB = 1}
      : (tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
