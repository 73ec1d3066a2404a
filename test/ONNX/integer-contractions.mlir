// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // Signed bytes without zero point: the product of the bytes, in i32.
  // CHECK-LABEL: func @signed
  // CHECK:         linalg.matmul ins(%{{.+}}, %{{.+}} : tensor<?x8xi8>, tensor<8x4xi8>) outs(%{{.+}} : tensor<?x4xi32>)
  func.func @signed(%x: tensor<?x8xi8>, %w: tensor<8x4xi8>) -> tensor<?x4xi32> {
    %zero = arith.constant dense<0> : tensor<i8>
    %y = onnx.node "MatMulInteger"(%x, %w, %zero) : (tensor<?x8xi8>, tensor<8x4xi8>, tensor<i8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @zero_points
  // CHECK:           %[[CODE:.+]] = arith.extui %{{.+}} : i8 to i32
  // CHECK:           %[[ZERO:.+]] = arith.extui %{{.+}} : i8 to i32
  // CHECK:           arith.subi %[[CODE]], %[[ZERO]] : i32
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{.+}}, %{{.+}} : tensor<8x4xi8>, tensor<4xi8>)
  // CHECK:           arith.extsi
  // CHECK:         linalg.matmul ins(%{{.+}}, %{{.+}} : tensor<?x8xi32>, tensor<8x4xi32>)
  func.func @zero_points(%x: tensor<?x8xui8>, %w: tensor<8x4xi8>, %xz: tensor<ui8>, %wz: tensor<4xi8>)
      -> tensor<?x4xi32> {
    %y = onnx.node "MatMulInteger"(%x, %w, %xz, %wz)
      : (tensor<?x8xui8>, tensor<8x4xi8>, tensor<ui8>, tensor<4xi8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @rescaled
  // CHECK:         linalg.matmul
  // CHECK:           arith.sitofp
  // CHECK:           %[[AB:.+]] = arith.mulf
  // CHECK:           arith.divf %[[AB]]
  // CHECK:           math.roundeven
  func.func @rescaled(%a: tensor<?x8xi8>, %b: tensor<8x4xi8>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<?x4xi8> {
    %y = onnx.node "QLinearMatMul"(%a, %s, %z, %b, %s, %z, %s, %z)
      : (tensor<?x8xi8>, tensor<f32>, tensor<i8>, tensor<8x4xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<i8>)
      -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
