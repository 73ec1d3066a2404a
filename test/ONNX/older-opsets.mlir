// RUN: bitnet-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

// An attribute that an opset does not have yet has the value of its default.

module attributes {onnx.opset_imports = {ai.onnx = 10 : i64}} {
  // CHECK-LABEL: func.func @dequantize
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  func.func @dequantize(%x: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<4x8xf32> {
    %y = onnx.node "DequantizeLinear"(%x, %s) : (tensor<4x8xi8>, tensor<f32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 12 : i64}} {
  // Reshape has no allowzero, Shape no start, reductions no noop_with_empty_axes.
  // CHECK-LABEL: func.func @shapes
  // CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  // CHECK: arith.maximumf
  // CHECK: arith.constant dense<[4, 8]> : tensor<2xi64>
  func.func @shapes(%x: tensor<4x8xf32>) -> (tensor<32xf32>, tensor<2xi64>, tensor<1x1xf32>) {
    %shape = arith.constant dense<-1> : tensor<1xi64>
    %flat = onnx.node "Reshape"(%x, %shape) : (tensor<4x8xf32>, tensor<1xi64>) -> !onnx.value
    %sizes = onnx.node "Shape"(%x) : (tensor<4x8xf32>) -> !onnx.value
    %most = onnx.node "ReduceMax"(%x) : (tensor<4x8xf32>) -> !onnx.value
    onnx.return %flat, %sizes, %most : !onnx.value, !onnx.value, !onnx.value
  }
}
