// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

// CHECK-DAG: #[[$ID:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[$LAST:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[$KEPT:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, 0)>

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @broadcast
  // CHECK:         linalg.generic {indexing_maps = [#[[$LAST]], #[[$KEPT]], #[[$ID]]]
  // CHECK-SAME:      ins(%{{.+}}, %{{.+}} : tensor<8xf32>, tensor<?x?x1xf32>)
  // CHECK:           arith.mulf
  func.func @broadcast(%w: tensor<8xf32>, %x: tensor<?x?x1xf32>) -> tensor<?x?x8xf32> {
    %y = onnx.node "Mul"(%w, %x) : (tensor<8xf32>, tensor<?x?x1xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // One value for all is a constant of the body.
  // CHECK-LABEL: func @scalar_constant
  // CHECK:         %[[C:.+]] = arith.constant 1.270000e+02 : f32
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%{{[^,]+}} : tensor<?x8xf32>)
  // CHECK-NEXT:    ^bb0(%[[IN:.+]]: f32, %{{.+}}: f32):
  // CHECK-NEXT:      arith.divf %[[IN]], %[[C]] : f32
  func.func @scalar_constant(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %c = onnx.node "Constant"() {value = dense<127.0> : tensor<f32>} : () -> !onnx.value
    %y = onnx.node "Div"(%x, %c) : (tensor<?x8xf32>, !onnx.value) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @round_half_even
  // CHECK:         math.roundeven
  func.func @round_half_even(%x: tensor<8xf32>) -> tensor<8xf32> {
    %y = onnx.node "Round"(%x) : (tensor<8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @reciprocal
  // CHECK:         %[[ONE:.+]] = arith.constant 1.000000e+00 : f32
  // CHECK:         arith.divf %[[ONE]], %{{.+}} : f32
  func.func @reciprocal(%x: tensor<8xf32>) -> tensor<8xf32> {
    %y = onnx.node "Reciprocal"(%x) : (tensor<8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // A square needs no pow, nor does a cube or a root.
  // CHECK-LABEL: func @powers
  // CHECK:         arith.mulf %[[X:.+]], %[[X]] : f32
  // CHECK:         math.sqrt
  // CHECK:         math.powf
  func.func @powers(%x: tensor<8xf32>, %p: tensor<8xf32>) -> tensor<8xf32> {
    %two = arith.constant dense<2> : tensor<i32>
    %half = arith.constant dense<0.5> : tensor<f32>
    %a = onnx.node "Pow"(%x, %two) : (tensor<8xf32>, tensor<i32>) -> !onnx.value
    %b = onnx.node "Pow"(%a, %half) : (!onnx.value, tensor<f32>) -> !onnx.value
    %c = onnx.node "Pow"(%b, %p) : (!onnx.value, tensor<8xf32>) -> !onnx.value
    onnx.return %c : !onnx.value
  }

  // An integer division by 0 gives 0; it does not stop the program.
  // CHECK-LABEL: func @integer_division
  // CHECK:         %[[ZERO:.+]] = arith.cmpi eq, %[[D:.+]], %c0_i32
  // CHECK:         arith.select %[[ZERO]], %c1_i32, %[[D]] : i32
  // CHECK:         arith.divsi
  // CHECK:         arith.select %[[ZERO]], %c0_i32
  func.func @integer_division(%x: tensor<8xi32>, %y: tensor<8xi32>) -> tensor<8xi32> {
    %q = onnx.node "Div"(%x, %y) : (tensor<8xi32>, tensor<8xi32>) -> !onnx.value
    onnx.return %q : !onnx.value
  }
}
