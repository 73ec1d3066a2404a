// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // 0 keeps a size, -1 takes the rest.
  // CHECK-LABEL: func @keep_and_infer
  // CHECK:         tensor.expand_shape %{{.+}} {{\[\[}}0], [1], [2, 3]] output_shape [%{{.+}}, %{{.+}}, 4, 16]
  func.func @keep_and_infer(%x: tensor<?x?x64xf32>) -> tensor<?x?x4x16xf32> {
    %to = arith.constant dense<[0, 0, 4, -1]> : tensor<4xi64>
    %y = onnx.node "Reshape"(%x, %to) : (tensor<?x?x64xf32>, tensor<4xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @merge
  // CHECK:         tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2], [3]]
  func.func @merge(%x: tensor<?x2x2x?xf32>) -> tensor<?x4x?xf32> {
    %to = arith.constant dense<[0, 4, -1]> : tensor<3xi64>
    %y = onnx.node "Reshape"(%x, %to) : (tensor<?x2x2x?xf32>, tensor<3xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // Other factors of the same number: both.
  // CHECK-LABEL: func @regroup
  // CHECK:         %[[FLAT:.+]] = tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2]] : tensor<?x4x6xf32> into tensor<?x24xf32>
  // CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0], [1, 2]] output_shape [%{{.+}}, 3, 8]
  func.func @regroup(%x: tensor<?x4x6xf32>) -> tensor<?x3x8xf32> {
    %to = arith.constant dense<[-1, 3, 8]> : tensor<3xi64>
    %y = onnx.node "Reshape"(%x, %to) : (tensor<?x4x6xf32>, tensor<3xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // Factors that are not known to match are left to run time, with a constraint.
  // CHECK-LABEL: func @unknown_factors
  // CHECK-SAME:    model.constraints = [#model.constraint<zero {{.+}}, "/Reshape">]
  // CHECK-DAG:     %[[M:.+]] = tensor.dim %[[LIKE:.+]], %c0
  // CHECK-DAG:     %[[N:.+]] = tensor.dim %[[LIKE]], %c1
  // CHECK:         %[[ROW:.+]] = tensor.collapse_shape %{{.+}} {{\[\[}}0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  // CHECK:         tensor.expand_shape %[[ROW]] {{\[\[}}0, 1]] output_shape [%[[M]], %[[N]]] : tensor<?xf32> into tensor<?x?xf32>
  func.func @unknown_factors(%x: tensor<?x?xf32>, %like: tensor<?x?xf32>) -> tensor<?x?xf32> {
    %to = onnx.node "Shape"(%like) : (tensor<?x?xf32>) -> !onnx.value
    %y = onnx.node "Reshape"(%x, %to) : (tensor<?x?xf32>, !onnx.value) -> !onnx.value loc("/Reshape")
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @flatten
  // CHECK:         tensor.collapse_shape %{{.+}} {{\[\[}}0, 1], [2, 3]]
  func.func @flatten(%x: tensor<?x2x3x4xf32>) -> tensor<?x12xf32> {
    %y = onnx.node "Flatten"(%x) {axis = 2} : (tensor<?x2x3x4xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @squeeze_and_unsqueeze
  // CHECK:         tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2]] : tensor<?x1x4xf32> into tensor<?x4xf32>
  // CHECK:         tensor.expand_shape %{{.+}} {{\[\[}}0], [1, 2]] output_shape [%{{.+}}, 4, 1]
  func.func @squeeze_and_unsqueeze(%x: tensor<?x1x4xf32>) -> tensor<?x4x1xf32> {
    %one = arith.constant dense<1> : tensor<1xi64>
    %last = arith.constant dense<-1> : tensor<1xi64>
    %y = onnx.node "Squeeze"(%x, %one) : (tensor<?x1x4xf32>, tensor<1xi64>) -> !onnx.value
    %z = onnx.node "Unsqueeze"(%y, %last) : (!onnx.value, tensor<1xi64>) -> !onnx.value
    onnx.return %z : !onnx.value
  }

  // CHECK-LABEL: func @transpose
  // CHECK:         linalg.transpose ins(%{{.+}} : tensor<?x4x8xf32>) outs(%{{.+}} : tensor<4x?x8xf32>) permutation = [1, 0, 2]
  func.func @transpose(%x: tensor<?x4x8xf32>) -> tensor<4x?x8xf32> {
    %y = onnx.node "Transpose"(%x) {perm = [1, 0, 2]} : (tensor<?x4x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
