// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 21 : i64}} {
  // CHECK-LABEL: func @quantize
  // CHECK:           %[[RATIO:.+]] = arith.divf
  // CHECK-NEXT:      %[[ROUND:.+]] = math.roundeven %[[RATIO]]
  // CHECK:           arith.addf %[[ROUND]]
  // CHECK:           arith.maxnumf
  // CHECK:           arith.minnumf
  // CHECK:           arith.fptosi
  func.func @quantize(%x: tensor<?x8xf32>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<?x8xi8> {
    %y = onnx.node "QuantizeLinear"(%x, %s, %z) : (tensor<?x8xf32>, tensor<f32>, tensor<i8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // One scale for each row: it stands in a column.
  // CHECK-LABEL: func @dequantize_rows
  // CHECK:         %[[S:.+]] = tensor.expand_shape %{{.+}} {{\[\[}}0, 1]] output_shape [4, 1]
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{.+}}, %[[S]] : tensor<4x8xi8>, tensor<4x1xf32>)
  // CHECK:           arith.extsi
  // CHECK:           arith.sitofp
  // CHECK:           arith.mulf
  func.func @dequantize_rows(%x: tensor<4x8xi8>, %s: tensor<4xf32>) -> tensor<4x8xf32> {
    %y = onnx.node "DequantizeLinear"(%x, %s) {axis = 0} : (tensor<4x8xi8>, tensor<4xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @dequantize_blocks
  // CHECK:         tensor.expand_shape %{{.+}} {{\[\[}}0], [1, 2]] output_shape [4, 2, 4]
  // CHECK:         linalg.generic
  // CHECK-SAME:      tensor<4x2x4xi8>, tensor<4x2x1xf32>)
  // CHECK:         tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2]]
  func.func @dequantize_blocks(%x: tensor<4x8xi8>, %s: tensor<4x2xf32>) -> tensor<4x8xf32> {
    %y = onnx.node "DequantizeLinear"(%x, %s) {axis = 1, block_size = 4}
      : (tensor<4x8xi8>, tensor<4x2xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // Codes, scale and zero point of one range for the whole tensor.
  // CHECK-LABEL: func @dynamic
  // CHECK-SAME:    -> (tensor<?x8xi8> {model.output = #model.value<"result0", ui8, {{.*}}>}, tensor<f32> {{{.*}}}, tensor<i8> {model.output = #model.value<"result2", ui8, {{.*}}>}
  // CHECK:           arith.minimumf
  // CHECK:           arith.maximumf
  // CHECK:           %[[STEP:.+]] = arith.divf %{{.+}}, %{{.+}} : f32
  // CHECK:           arith.select %{{.+}}, %{{.+}}, %[[STEP]] : f32
  func.func @dynamic(%x: tensor<?x8xf32>) -> (tensor<?x8xui8>, tensor<f32>, tensor<ui8>) {
    %y, %s, %z = onnx.node "DynamicQuantizeLinear"(%x)
      : (tensor<?x8xf32>) -> (!onnx.value, !onnx.value, !onnx.value)
    onnx.return %y, %s, %z : !onnx.value, !onnx.value, !onnx.value
  }
}
