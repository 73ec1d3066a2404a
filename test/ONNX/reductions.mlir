// RUN: bitnet-opt %s --convert-onnx-to-linalg --split-input-file | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @max_of_rows
  // CHECK:         %[[START:.+]] = linalg.fill ins(%{{.+}} : f32) outs(%{{.+}} : tensor<?xf32>)
  // CHECK:         %[[MAX:.+]] = linalg.generic
  // CHECK-SAME:      iterator_types = ["parallel", "reduction"]
  // CHECK-SAME:      outs(%[[START]] : tensor<?xf32>)
  // CHECK:           arith.maximumf
  // CHECK:         tensor.expand_shape %[[MAX]] {{\[\[}}0, 1]] output_shape [%{{.+}}, 1]
  func.func @max_of_rows(%x: tensor<?x8xf32>) -> tensor<?x1xf32> {
    %y = onnx.node "ReduceMax"(%x) {axes = [-1], keepdims = 1} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @mean_of_all
  // CHECK-SAME:    -> (tensor<f32>
  // CHECK:           arith.addf
  // CHECK:           %[[COUNT:.+]] = arith.constant 3.200000e+01 : f32
  // CHECK:           arith.divf %{{.+}}, %[[COUNT]] : f32
  func.func @mean_of_all(%x: tensor<4x8xf32>) -> tensor<f32> {
    %y = onnx.node "ReduceMean"(%x) {keepdims = 0} : (tensor<4x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @mean_of_unknown_size
  // CHECK:         %[[COUNT:.+]] = arith.index_cast %{{.+}} : index to i64
  // CHECK:           %[[FLOAT:.+]] = arith.sitofp %[[COUNT]] : i64 to f32
  // CHECK:           arith.divf %{{.+}}, %[[FLOAT]] : f32
  func.func @mean_of_unknown_size(%x: tensor<?x8xf32>) -> tensor<8xf32> {
    %y = onnx.node "ReduceMean"(%x) {axes = [0], keepdims = 0} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

// From opset 18 the axes are an input.
module attributes {onnx.opset_imports = {ai.onnx = 18 : i64}} {
  // CHECK-LABEL: func @axes_are_an_input
  // CHECK:         iterator_types = ["reduction", "parallel"]
  func.func @axes_are_an_input(%x: tensor<?x8xi32>) -> tensor<8xi32> {
    %axes = arith.constant dense<0> : tensor<1xi64>
    %y = onnx.node "ReduceMax"(%x, %axes) {keepdims = 0} : (tensor<?x8xi32>, tensor<1xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @no_axes_and_noop
  // CHECK-SAME:    %[[X:[^:]+]]: tensor<?x8xf32>
  // CHECK:         return %[[X]]
  func.func @no_axes_and_noop(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %y = onnx.node "ReduceSum"(%x) {noop_with_empty_axes = 1} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
