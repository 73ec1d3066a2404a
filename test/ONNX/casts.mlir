// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @integer_to_float
  // CHECK:         arith.sitofp %{{.+}} : i64 to f32
  func.func @integer_to_float(%x: tensor<?xi64>) -> tensor<?xf32> {
    %y = onnx.node "Cast"(%x) {to = 1} : (tensor<?xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @unsigned_to_float
  // CHECK:         arith.uitofp %{{.+}} : i8 to f32
  func.func @unsigned_to_float(%x: tensor<?xui8>) -> tensor<?xf32> {
    %y = onnx.node "Cast"(%x) {to = 1} : (tensor<?xui8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // A code out of range wraps, as an i32 does.
  // CHECK-LABEL: func @float_to_byte
  // CHECK:         %[[WIDE:.+]] = arith.fptosi %{{.+}} : f32 to i32
  // CHECK:         arith.trunci %[[WIDE]] : i32 to i8
  func.func @float_to_byte(%x: tensor<?xf32>) -> tensor<?xi8> {
    %y = onnx.node "Cast"(%x) {to = 3} : (tensor<?xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @float_to_boolean
  // CHECK:         arith.cmpf une
  func.func @float_to_boolean(%x: tensor<?xf32>) -> tensor<?xi1> {
    %y = onnx.node "Cast"(%x) {to = 9} : (tensor<?xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @nothing_to_do
  // CHECK-SAME:    %[[X:[^:]+]]: tensor<?xf32>
  // CHECK-NOT:     linalg.generic
  // CHECK:         return %[[X]]
  func.func @nothing_to_do(%x: tensor<?xf32>) -> tensor<?xf32> {
    %y = onnx.node "Cast"(%x) {to = 1} : (tensor<?xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
