// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // A range of unknown length is data.
  // CHECK-LABEL: func @range
  // CHECK:         %[[N:.+]] = tensor.dim
  // CHECK:         %[[INIT:.+]] = tensor.empty(%[[N]]) : tensor<?xi64>
  // CHECK:         linalg.generic
  // CHECK-SAME:      outs(%[[INIT]] : tensor<?xi64>)
  // CHECK:           linalg.index 0
  func.func @range(%x: tensor<?xf32>) -> tensor<?xi64> {
    %zero = arith.constant dense<0> : tensor<i64>
    %one = arith.constant dense<1> : tensor<i64>
    %size = onnx.node "Size"(%x) : (tensor<?xf32>) -> !onnx.value
    %y = onnx.node "Range"(%zero, %size, %one) : (tensor<i64>, !onnx.value, tensor<i64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @shape_as_output
  // CHECK:         %[[I:.+]] = arith.index_cast %{{.+}} : index to i64
  // CHECK:         tensor.from_elements %[[I]], %{{.+}} : tensor<2xi64>
  func.func @shape_as_output(%x: tensor<?x8xf32>) -> tensor<2xi64> {
    %y = onnx.node "Shape"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @zeros
  // CHECK:         linalg.fill ins(%{{.+}} : f32) outs(%{{.+}} : tensor<?x8xf32>)
  func.func @zeros(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %shape = onnx.node "Shape"(%x) : (tensor<?x8xf32>) -> !onnx.value
    %y = onnx.node "ConstantOfShape"(%shape) : (!onnx.value) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @lower_triangle
  // CHECK:         %[[ROW:.+]] = linalg.index 0
  // CHECK:         %[[COLUMN:.+]] = linalg.index 1
  // CHECK:         %[[BORDER:.+]] = arith.addi %[[ROW]]
  // CHECK:         arith.cmpi sle, %[[COLUMN]], %[[BORDER]]
  func.func @lower_triangle(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
    %y = onnx.node "Trilu"(%x) {upper = 0} : (tensor<?x?xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @scalars
  // CHECK-DAG:     arith.constant dense<3> : tensor<i64>
  // CHECK-DAG:     arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
  func.func @scalars() -> (tensor<i64>, tensor<2xf32>) {
    %a = onnx.node "Constant"() {value_int = 3} : () -> !onnx.value
    %b = onnx.node "Constant"() {value_floats = [1.0 : f32, 2.0 : f32]} : () -> !onnx.value
    onnx.return %a, %b : !onnx.value, !onnx.value
  }
}
