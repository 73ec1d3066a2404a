// RUN: bitnet-opt --onnx-fold-constants --split-input-file %s | FileCheck %s

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// The weight quantiser of a model in training form.
// CHECK-LABEL: func.func @weight_quantiser
// CHECK-NEXT: %[[R:.+]] = arith.constant dense<{{\[}}[2.000000e+00, -0.000000e+00], [0.000000e+00, -2.000000e+00]]> : tensor<2x2xf32>
// CHECK-NEXT: onnx.return %[[R]] : tensor<2x2xf32>
func.func @weight_quantiser() -> tensor<2x2xf32> {
  %w = arith.constant dense<[[0.5, -0.1], [0.02, -0.7]]> : tensor<2x2xf32>
  %a = onnx.node "Abs"(%w) : (tensor<2x2xf32>) -> !onnx.value
  %m = onnx.node "ReduceMean"(%a) {keepdims = 0 : i64} : (!onnx.value) -> !onnx.value
  %q = onnx.node "Div"(%w, %m) : (tensor<2x2xf32>, !onnx.value) -> !onnx.value
  %r = onnx.node "Round"(%q) : (!onnx.value) -> !onnx.value
  onnx.return %r : !onnx.value
}

// CHECK-LABEL: func.func @absent_input
// CHECK-NEXT: arith.constant dense<[-1.000000e+00, 0.000000e+00, 1.000000e+00]> : tensor<3xf32>
// CHECK-NEXT: onnx.return
func.func @absent_input() -> tensor<3xf32> {
  %x = arith.constant dense<[-1.0, 0.0, 7.0]> : tensor<3xf32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %no_min = onnx.absent
  %y = onnx.node "Clip"(%x, %no_min, %one) : (tensor<3xf32>, !onnx.absent, tensor<f32>) -> !onnx.value
  onnx.return %y : !onnx.value
}

// CHECK-LABEL: func.func @static_shape
// CHECK: arith.constant dense<[2, 4]> : tensor<2xi64>
func.func @static_shape(%x: tensor<2x4xf32>) -> tensor<2xi64> {
  %s = onnx.node "Shape"(%x) : (tensor<2x4xf32>) -> !onnx.value
  onnx.return %s : !onnx.value
}

// CHECK-LABEL: func.func @dynamic_shape
// CHECK: onnx.node "Shape"
func.func @dynamic_shape(%x: tensor<?x4xf32>) -> tensor<2xi64> {
  %s = onnx.node "Shape"(%x) : (tensor<?x4xf32>) -> !onnx.value
  onnx.return %s : !onnx.value
}

// Large results are blobs, named by their node. One operand may stand twice.
// CHECK-LABEL: func.func @large
// CHECK-NEXT: arith.constant dense_resource<doubled> : tensor<65xf32>
// CHECK-NEXT: onnx.return
func.func @large() -> tensor<65xf32> {
  %w = arith.constant dense<3.0> : tensor<65xf32>
  %y = onnx.node "Add"(%w, %w) : (tensor<65xf32>, tensor<65xf32>) -> !onnx.value loc("doubled")
  onnx.return %y : !onnx.value
}

// What has another use stays; so does what depends on an argument.
// CHECK-LABEL: func.func @partly_constant
// CHECK-SAME: (%[[X:.+]]: tensor<2xf32>)
// CHECK-DAG: %[[W:.+]] = arith.constant dense<[4.000000e+00, 9.000000e+00]>
// CHECK-DAG: %[[R:.+]] = arith.constant dense<[2.000000e+00, 3.000000e+00]>
// CHECK: %[[Y:.+]] = onnx.node "Mul"(%[[X]], %[[R]]) : (tensor<2xf32>, tensor<2xf32>) -> !onnx.value
// CHECK: onnx.return %[[Y]], %[[W]]
func.func @partly_constant(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %w = arith.constant dense<[4.0, 9.0]> : tensor<2xf32>
  %r = onnx.node "Sqrt"(%w) : (tensor<2xf32>) -> !onnx.value
  %y = onnx.node "Mul"(%x, %r) : (tensor<2xf32>, !onnx.value) -> !onnx.value
  onnx.return %y, %w : !onnx.value, tensor<2xf32>
}

// CHECK-LABEL: func.func @stays
// CHECK: onnx.node "Abs" domain "com.example"
// CHECK: onnx.node "Unheard"
// CHECK: onnx.node "MatMul"
// CHECK: onnx.node "ConstantOfShape"
// CHECK: onnx.node "Reshape"
// CHECK: onnx.node "Gather"
// CHECK: onnx.node "ConstantOfShape"
// CHECK: onnx.node "Expand"
func.func @stays() -> tensor<2xi64> {
  %c = arith.constant dense<[1, 0]> : tensor<2xi64>
  %huge = arith.constant dense<4611686018427387904> : tensor<2xi64>
  %a = onnx.node "Abs" domain "com.example"(%c) : (tensor<2xi64>) -> !onnx.value
  %b = onnx.node "Unheard"(%c) : (tensor<2xi64>) -> !onnx.value
  %w = arith.constant dense<1.0> : tensor<2048x2048xf32>
  %d = onnx.node "MatMul"(%w, %w) : (tensor<2048x2048xf32>, tensor<2048x2048xf32>) -> !onnx.value
  %e = onnx.node "ConstantOfShape"(%huge) : (tensor<2xi64>) -> !onnx.value
  %f = onnx.node "Reshape"(%c, %huge) : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  %outside = arith.constant dense<2> : tensor<1xi64>
  %g = onnx.node "Gather"(%c, %outside) : (tensor<2xi64>, tensor<1xi64>) -> !onnx.value
  %terabytes = arith.constant dense<1048576> : tensor<2xi64>
  %h = onnx.node "ConstantOfShape"(%terabytes) : (tensor<2xi64>) -> !onnx.value
  %one = arith.constant dense<1.0> : tensor<1x1xf32>
  %i = onnx.node "Expand"(%one, %terabytes) : (tensor<1x1xf32>, tensor<2xi64>) -> !onnx.value
  onnx.return %f : !onnx.value
}

// All results of a node, or none.
// CHECK-LABEL: func.func @several_results
// CHECK-DAG: %[[A:.+]] = arith.constant dense<[1, 2]> : tensor<2xi8>
// CHECK-DAG: %[[B:.+]] = arith.constant dense<3> : tensor<1xi8>
// CHECK: onnx.return %[[A]], %[[B]]
func.func @several_results() -> (tensor<2xi8>, tensor<1xi8>) {
  %w = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  %a, %b = onnx.node "Split"(%w) : (tensor<3xi8>) -> (!onnx.value, !onnx.value)
  onnx.return %a, %b : !onnx.value, !onnx.value
}

// Narrow integers keep their name while they are moved and lose it as floats;
// what saturates at their width is left alone.
// CHECK-LABEL: func.func @narrow
// CHECK-DAG: arith.constant {onnx.element_type = "INT2"} dense<{{\[}}[1], [-1]]> : tensor<2x1xi8>
// CHECK-DAG: arith.constant dense<{{\[}}[5.000000e-01], [-5.000000e-01]]> : tensor<2x1xf32>
// CHECK: onnx.node "QuantizeLinear"
func.func @narrow() -> (tensor<2x1xi8>, tensor<2x1xf32>, tensor<2x1xi8>) {
  %w = arith.constant {onnx.element_type = "INT2"} dense<[[1, -1]]> : tensor<1x2xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant {onnx.element_type = "INT2"} dense<0> : tensor<i8>
  %t = onnx.node "Transpose"(%w) {perm = [1, 0]} : (tensor<1x2xi8>) -> !onnx.value
  %d = onnx.node "DequantizeLinear"(%t, %s, %z) : (!onnx.value, tensor<f32>, tensor<i8>) -> !onnx.value
  %q = onnx.node "QuantizeLinear"(%d, %s, %z) : (!onnx.value, tensor<f32>, tensor<i8>) -> !onnx.value
  onnx.return %t, %d, %q : !onnx.value, !onnx.value, !onnx.value
}
}
