// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 23 : i64}} {
  // CHECK-LABEL: func @softmax
  // CHECK:         linalg.softmax dimension(2) ins(%{{.+}} : tensor<?x4x?xf32>)
  func.func @softmax(%x: tensor<?x4x?xf32>) -> tensor<?x4x?xf32> {
    %y = onnx.node "Softmax"(%x) {axis = -1} : (tensor<?x4x?xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @rms_norm
  // CHECK:           arith.mulf %[[X:.+]], %[[X]] : f32
  // CHECK:           arith.addf
  // CHECK:           arith.divf
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<?x8xf32>, tensor<?x1xf32>, tensor<8xf32>)
  // CHECK:           %[[ROOT:.+]] = math.sqrt
  // CHECK:           %[[Y:.+]] = arith.divf %{{.+}}, %[[ROOT]]
  // CHECK:           arith.mulf %[[Y]]
  func.func @rms_norm(%x: tensor<?x8xf32>, %w: tensor<8xf32>) -> tensor<?x8xf32> {
    %y = onnx.node "RMSNormalization"(%x, %w) {axis = -1, epsilon = 1.0e-6 : f32}
      : (tensor<?x8xf32>, tensor<8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @layer_norm
  // CHECK:           arith.subf
  // CHECK:         ins({{.*}} : tensor<?x8xf32>, tensor<?x1xf32>, tensor<8xf32>, tensor<8xf32>)
  func.func @layer_norm(%x: tensor<?x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<?x8xf32> {
    %y = onnx.node "LayerNormalization"(%x, %w, %b)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
