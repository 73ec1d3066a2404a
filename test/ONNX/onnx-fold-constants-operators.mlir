// RUN: bitnet-opt --onnx-fold-constants --split-input-file %s | FileCheck %s

// Every operator that a weight quantiser or arithmetic on packed weights is made
// of, with the values that the specification has for it.

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// Half is rounded to even; -0 stays -0 but for Relu and Abs.
// CHECK-LABEL: func.func @unary(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<[-2.000000e+00, -0.000000e+00, 0.000000e+00, 2.000000e+00, 2.000000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[2.500000e+00, 5.000000e-01, 5.000000e-01, 1.500000e+00, 2.500000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[-3.000000e+00, -1.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[-2.000000e+00, -0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<[-1.000000e+00, -1.000000e+00, 1.000000e+00, 1.000000e+00, 1.000000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<[0.000000e+00, 0.000000e+00, 5.000000e-01, 1.500000e+00, 2.500000e+00]> : tensor<5xf32>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<2.500000e-01> : tensor<1xf32>
// CHECK-DAG: %[[R7:.+]] = arith.constant dense<1.500000e+00> : tensor<1xf32>
// CHECK-DAG: %[[R8:.+]] = arith.constant dense<1.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[R9:.+]] = arith.constant dense<[-3, 4]> : tensor<2xi64>
// CHECK-DAG: %[[R10:.+]] = arith.constant dense<[1, -1, 0]> : tensor<3xi64>
// CHECK-DAG: %[[R11:.+]] = arith.constant dense<[1, 1, 0]> : tensor<3xui8>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]], %[[R7]], %[[R8]], %[[R9]], %[[R10]], %[[R11]]
func.func @unary() -> (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2xi64>, tensor<3xi64>, tensor<3xui8>) {
  %x0_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r0 = onnx.node "Round"(%x0_0) : (tensor<5xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r1 = onnx.node "Abs"(%x1_0) : (tensor<5xf32>) -> !onnx.value
  %x2_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r2 = onnx.node "Floor"(%x2_0) : (tensor<5xf32>) -> !onnx.value
  %x3_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r3 = onnx.node "Ceil"(%x3_0) : (tensor<5xf32>) -> !onnx.value
  %x4_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r4 = onnx.node "Sign"(%x4_0) : (tensor<5xf32>) -> !onnx.value
  %x5_0 = arith.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32>
  %r5 = onnx.node "Relu"(%x5_0) : (tensor<5xf32>) -> !onnx.value
  %x6_0 = arith.constant dense<[4.0]> : tensor<1xf32>
  %r6 = onnx.node "Reciprocal"(%x6_0) : (tensor<1xf32>) -> !onnx.value
  %x7_0 = arith.constant dense<[2.25]> : tensor<1xf32>
  %r7 = onnx.node "Sqrt"(%x7_0) : (tensor<1xf32>) -> !onnx.value
  %x8_0 = arith.constant dense<[0.0]> : tensor<1xf32>
  %r8 = onnx.node "Exp"(%x8_0) : (tensor<1xf32>) -> !onnx.value
  %x9_0 = arith.constant dense<[3, -4]> : tensor<2xi64>
  %r9 = onnx.node "Neg"(%x9_0) : (tensor<2xi64>) -> !onnx.value
  %x10_0 = arith.constant dense<[3, -4, 0]> : tensor<3xi64>
  %r10 = onnx.node "Sign"(%x10_0) : (tensor<3xi64>) -> !onnx.value
  %x11_0 = arith.constant dense<[3, 200, 0]> : tensor<3xui8>
  %r11 = onnx.node "Sign"(%x11_0) : (tensor<3xui8>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8, %r9, %r10, %r11 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// CHECK-LABEL: func.func @broadcasts(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<{{\[}}[9.000000e+00, 8.000000e+00, 7.000000e+00], [1.900000e+01, 1.800000e+01, 1.700000e+01]]> : tensor<2x3xf32>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[4, 5]> : tensor<2xi64>
// CHECK: onnx.return %[[R0]], %[[R1]]
func.func @broadcasts() -> (tensor<2x3xf32>, tensor<2xi64>) {
  %x0_0 = arith.constant dense<[[10.0], [20.0]]> : tensor<2x1xf32>
  %x0_1 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %r0 = onnx.node "Sub"(%x0_0, %x0_1) : (tensor<2x1xf32>, tensor<3xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[1, 5]> : tensor<2xi64>
  %x1_1 = arith.constant dense<3> : tensor<i64>
  %x1_2 = arith.constant dense<[4, 0]> : tensor<2xi64>
  %r1 = onnx.node "Max"(%x1_0, %x1_1, %x1_2) : (tensor<2xi64>, tensor<i64>, tensor<2xi64>) -> !onnx.value
  onnx.return %r0, %r1 : !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 18 : i64}} {

// Division is towards zero, Mod has the sign of the divisor; four codes of two
// bits lie in a byte.
// CHECK-LABEL: func.func @integers(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<-3> : tensor<2xi64>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[2, -2]> : tensor<2xi64>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[-1, 1]> : tensor<2xi64>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<-9223372036854775808> : tensor<1xi64>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<0> : tensor<1xi64>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<81> : tensor<1xi64>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<9.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[R7:.+]] = arith.constant dense<[228, 57, 14, 3]> : tensor<4xui8>
// CHECK-DAG: %[[R8:.+]] = arith.constant dense<[0, 1, 2, 3]> : tensor<4xui8>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]], %[[R7]], %[[R8]]
func.func @integers() -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xf32>, tensor<4xui8>, tensor<4xui8>) {
  %x0_0 = arith.constant dense<[-7, 7]> : tensor<2xi64>
  %x0_1 = arith.constant dense<[2, -2]> : tensor<2xi64>
  %r0 = onnx.node "Div"(%x0_0, %x0_1) : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  %x1_0 = arith.constant dense<[-7, 7]> : tensor<2xi64>
  %x1_1 = arith.constant dense<[3, -3]> : tensor<2xi64>
  %r1 = onnx.node "Mod"(%x1_0, %x1_1) : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  %x2_0 = arith.constant dense<[-7, 7]> : tensor<2xi64>
  %x2_1 = arith.constant dense<[3, -3]> : tensor<2xi64>
  %r2 = onnx.node "Mod"(%x2_0, %x2_1) {fmod = 1 : i64} : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  %x3_0 = arith.constant dense<[-9223372036854775808]> : tensor<1xi64>
  %x3_1 = arith.constant dense<[-1]> : tensor<1xi64>
  %r3 = onnx.node "Div"(%x3_0, %x3_1) : (tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x4_0 = arith.constant dense<[1]> : tensor<1xi64>
  %x4_1 = arith.constant dense<[0]> : tensor<1xi64>
  %r4 = onnx.node "Div"(%x4_0, %x4_1) : (tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x5_0 = arith.constant dense<[3]> : tensor<1xi64>
  %x5_1 = arith.constant dense<[4]> : tensor<1xi64>
  %r5 = onnx.node "Pow"(%x5_0, %x5_1) : (tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x6_0 = arith.constant dense<[3.0]> : tensor<1xf32>
  %x6_1 = arith.constant dense<[2]> : tensor<1xi64>
  %r6 = onnx.node "Pow"(%x6_0, %x6_1) : (tensor<1xf32>, tensor<1xi64>) -> !onnx.value
  %x7_0 = arith.constant dense<[228]> : tensor<1xui8>
  %x7_1 = arith.constant dense<[0, 2, 4, 6]> : tensor<4xui8>
  %r7 = onnx.node "BitShift"(%x7_0, %x7_1) {direction = "RIGHT"} : (tensor<1xui8>, tensor<4xui8>) -> !onnx.value
  %x8_0 = arith.constant dense<[228, 57, 14, 3]> : tensor<4xui8>
  %x8_1 = arith.constant dense<3> : tensor<ui8>
  %r8 = onnx.node "BitwiseAnd"(%x8_0, %x8_1) : (tensor<4xui8>, tensor<ui8>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// CHECK-LABEL: func.func @choices(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<[false, true]> : tensor<2xi1>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[true, false]> : tensor<2xi1>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[8.000000e+00, 7.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[true, false]> : tensor<2xi1>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<true> : tensor<2xi1>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<[-1.000000e+00, 5.000000e-01, 1.000000e+00]> : tensor<3xf32>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<[-1.000000e+00, 5.000000e-01, 5.000000e+00]> : tensor<3xf32>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]]
func.func @choices() -> (tensor<2xi1>, tensor<2xi1>, tensor<2xf32>, tensor<2xi1>, tensor<2xi1>, tensor<3xf32>, tensor<3xf32>) {
  %x0_0 = arith.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %x0_1 = arith.constant dense<[2.0]> : tensor<1xf32>
  %r0 = onnx.node "Greater"(%x0_0, %x0_1) : (tensor<2xf32>, tensor<1xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[false, true]> : tensor<2xi1>
  %r1 = onnx.node "Not"(%x1_0) : (tensor<2xi1>) -> !onnx.value
  %x2_0 = arith.constant dense<[false, true]> : tensor<2xi1>
  %x2_1 = arith.constant dense<[7.0]> : tensor<1xf32>
  %x2_2 = arith.constant dense<[8.0, 9.0]> : tensor<2xf32>
  %r2 = onnx.node "Where"(%x2_0, %x2_1, %x2_2) : (tensor<2xi1>, tensor<1xf32>, tensor<2xf32>) -> !onnx.value
  %x3_0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %x3_1 = arith.constant dense<[1, 3]> : tensor<2xi64>
  %r3 = onnx.node "Equal"(%x3_0, %x3_1) : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  %x4_0 = arith.constant dense<[false, true]> : tensor<2xi1>
  %x4_1 = arith.constant dense<[true, false]> : tensor<2xi1>
  %r4 = onnx.node "Or"(%x4_0, %x4_1) : (tensor<2xi1>, tensor<2xi1>) -> !onnx.value
  %x5_0 = arith.constant dense<[-5.0, 0.5, 5.0]> : tensor<3xf32>
  %x5_1 = arith.constant dense<-1.0> : tensor<f32>
  %x5_2 = arith.constant dense<1.0> : tensor<f32>
  %r5 = onnx.node "Clip"(%x5_0, %x5_1, %x5_2) : (tensor<3xf32>, tensor<f32>, tensor<f32>) -> !onnx.value
  %x6_0 = arith.constant dense<[-5.0, 0.5, 5.0]> : tensor<3xf32>
  %x6_1 = arith.constant dense<-1.0> : tensor<f32>
  %r6 = onnx.node "Clip"(%x6_0, %x6_1) : (tensor<3xf32>, tensor<f32>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 10 : i64}} {

// Until opset 10 bounds are attributes.
// CHECK-LABEL: func.func @old_clip(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<[-5.000000e+00, 5.000000e-01, 1.000000e+00]> : tensor<3xf32>
// CHECK: onnx.return %[[R0]]
func.func @old_clip() -> (tensor<3xf32>) {
  %x0_0 = arith.constant dense<[-5.0, 0.5, 5.0]> : tensor<3xf32>
  %r0 = onnx.node "Clip"(%x0_0) {max = 1.0 : f32} : (tensor<3xf32>) -> !onnx.value
  onnx.return %r0 : !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// Floats lose their fraction, then a narrow type takes the low bits, as at run
// time; 16-bit floats are rounded to even.
// CHECK-LABEL: func.func @casts(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<[-1, 2, 44]> : tensor<3xi8>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[false, true]> : tensor<2xi1>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[1.500000e+00, 1.000000e+00, -1.192090e-07, 6.550400e+04, 0x7C00]> : tensor<5xf16>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[3.140630e+00, 1.000000e+00, -0.000000e+00]> : tensor<3xbf16>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<[1.500000e+00, -1.1920929E-7, 0x7F800000]> : tensor<3xf32>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]]
func.func @casts() -> (tensor<3xi8>, tensor<2xi1>, tensor<5xf16>, tensor<3xbf16>, tensor<3xf32>) {
  %x0_0 = arith.constant dense<[-1.9, 2.9, 300.0]> : tensor<3xf32>
  %r0 = onnx.node "Cast"(%x0_0) {to = 3 : i64} : (tensor<3xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[0, 2]> : tensor<2xi64>
  %r1 = onnx.node "Cast"(%x1_0) {to = 9 : i64} : (tensor<2xi64>) -> !onnx.value
  %x2_0 = arith.constant dense<[1.5, 1.00048828125, -8.940696716308594e-08, 65504.0, 65520.0]> : tensor<5xf32>
  %r2 = onnx.node "Cast"(%x2_0) {to = 10 : i64} : (tensor<5xf32>) -> !onnx.value
  %x3_0 = arith.constant dense<[3.1415927, 1.00390625, -0.0]> : tensor<3xf32>
  %r3 = onnx.node "Cast"(%x3_0) {to = 16 : i64} : (tensor<3xf32>) -> !onnx.value
  %x4_0 = arith.constant dense<[1.5, 0x8002, 0x7C00]> : tensor<3xf16>
  %r4 = onnx.node "Cast"(%x4_0) {to = 1 : i64} : (tensor<3xf16>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// CHECK-LABEL: func.func @moves(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<{{\[}}[0, 3], [1, 4], [2, 5]]> : tensor<3x2xi64>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<{{\[}}[0, 1, 2, 8], [3, 4, 5, 9]]> : tensor<2x4xi64>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<{{\[}}{{\[}}[2, 0]], {{\[}}[5, 3]]]> : tensor<2x1x2xi64>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<{{\[}}[1, 2], [1, 2]]> : tensor<2x2xi64>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]]
func.func @moves() -> (tensor<3x2xi64>, tensor<2x4xi64>, tensor<2x1x2xi64>, tensor<2x2xi64>) {
  %x0_0 = arith.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
  %r0 = onnx.node "Transpose"(%x0_0) : (tensor<2x3xi64>) -> !onnx.value
  %x1_0 = arith.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
  %x1_1 = arith.constant dense<[[8], [9]]> : tensor<2x1xi64>
  %r1 = onnx.node "Concat"(%x1_0, %x1_1) {axis = -1 : i64} : (tensor<2x3xi64>, tensor<2x1xi64>) -> !onnx.value
  %x2_0 = arith.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
  %x2_1 = arith.constant dense<[[-1, 0]]> : tensor<1x2xi64>
  %r2 = onnx.node "Gather"(%x2_0, %x2_1) {axis = 1 : i64} : (tensor<2x3xi64>, tensor<1x2xi64>) -> !onnx.value
  %x3_0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %x3_1 = arith.constant dense<[2, 1]> : tensor<2xi64>
  %r3 = onnx.node "Expand"(%x3_0, %x3_1) : (tensor<2xi64>, tensor<2xi64>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3 : !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// Backwards, too.
// CHECK-LABEL: func.func @slices(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<[3, 4]> : tensor<2xi64>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[0, 2, 4]> : tensor<3xi64>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[4, 3, 2, 1, 0]> : tensor<5xi64>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<4> : tensor<1xi64>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<> : tensor<0xi64>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<> : tensor<0xi64>
// CHECK-DAG: %[[R7:.+]] = arith.constant dense<[4.000000e+00, 2.000000e+00, 0.000000e+00]> : tensor<3xf32>
// CHECK-DAG: %[[R8:.+]] = arith.constant dense<{{\[}}[1.000000e+00], [4.000000e+00]]> : tensor<2x1xf32>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]], %[[R7]], %[[R8]]
func.func @slices() -> (tensor<4xi64>, tensor<2xi64>, tensor<3xi64>, tensor<5xi64>, tensor<1xi64>, tensor<0xi64>, tensor<0xi64>, tensor<3xf32>, tensor<2x1xf32>) {
  %x0_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x0_1 = arith.constant dense<[1]> : tensor<1xi64>
  %x0_2 = arith.constant dense<[9223372036854775807]> : tensor<1xi64>
  %x0_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x0_4 = arith.constant dense<[1]> : tensor<1xi64>
  %r0 = onnx.node "Slice"(%x0_0, %x0_1, %x0_2, %x0_3, %x0_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x1_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x1_1 = arith.constant dense<[-2]> : tensor<1xi64>
  %x1_2 = arith.constant dense<[9223372036854775807]> : tensor<1xi64>
  %x1_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x1_4 = arith.constant dense<[1]> : tensor<1xi64>
  %r1 = onnx.node "Slice"(%x1_0, %x1_1, %x1_2, %x1_3, %x1_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x2_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x2_1 = arith.constant dense<[0]> : tensor<1xi64>
  %x2_2 = arith.constant dense<[9223372036854775807]> : tensor<1xi64>
  %x2_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x2_4 = arith.constant dense<[2]> : tensor<1xi64>
  %r2 = onnx.node "Slice"(%x2_0, %x2_1, %x2_2, %x2_3, %x2_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x3_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x3_1 = arith.constant dense<[9223372036854775807]> : tensor<1xi64>
  %x3_2 = arith.constant dense<[-9223372036854775808]> : tensor<1xi64>
  %x3_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x3_4 = arith.constant dense<[-1]> : tensor<1xi64>
  %r3 = onnx.node "Slice"(%x3_0, %x3_1, %x3_2, %x3_3, %x3_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x4_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x4_1 = arith.constant dense<[-1]> : tensor<1xi64>
  %x4_2 = arith.constant dense<[-9223372036854775808]> : tensor<1xi64>
  %x4_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x4_4 = arith.constant dense<[-9223372036854775808]> : tensor<1xi64>
  %r4 = onnx.node "Slice"(%x4_0, %x4_1, %x4_2, %x4_3, %x4_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x5_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x5_1 = arith.constant dense<[7]> : tensor<1xi64>
  %x5_2 = arith.constant dense<[9]> : tensor<1xi64>
  %x5_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x5_4 = arith.constant dense<[1]> : tensor<1xi64>
  %r5 = onnx.node "Slice"(%x5_0, %x5_1, %x5_2, %x5_3, %x5_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x6_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %x6_1 = arith.constant dense<[3]> : tensor<1xi64>
  %x6_2 = arith.constant dense<[1]> : tensor<1xi64>
  %x6_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x6_4 = arith.constant dense<[1]> : tensor<1xi64>
  %r6 = onnx.node "Slice"(%x6_0, %x6_1, %x6_2, %x6_3, %x6_4) : (tensor<5xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x7_0 = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0]> : tensor<5xf32>
  %x7_1 = arith.constant dense<[9223372036854775807]> : tensor<1xi64>
  %x7_2 = arith.constant dense<[-9223372036854775808]> : tensor<1xi64>
  %x7_3 = arith.constant dense<[0]> : tensor<1xi64>
  %x7_4 = arith.constant dense<[-2]> : tensor<1xi64>
  %r7 = onnx.node "Slice"(%x7_0, %x7_1, %x7_2, %x7_3, %x7_4) : (tensor<5xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  %x8_0 = arith.constant dense<[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]> : tensor<2x3xf32>
  %x8_1 = arith.constant dense<[1]> : tensor<1xi64>
  %x8_2 = arith.constant dense<[0]> : tensor<1xi64>
  %x8_3 = arith.constant dense<[1]> : tensor<1xi64>
  %x8_4 = arith.constant dense<[-1]> : tensor<1xi64>
  %r8 = onnx.node "Slice"(%x8_0, %x8_1, %x8_2, %x8_3, %x8_4) : (tensor<2x3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 9 : i64}} {

// Until opset 9 bounds are attributes.
// CHECK-LABEL: func.func @old_slice(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<1> : tensor<1xi64>
// CHECK: onnx.return %[[R0]]
func.func @old_slice() -> (tensor<1xi64>) {
  %x0_0 = arith.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %r0 = onnx.node "Slice"(%x0_0) {starts = [1], ends = [2]} : (tensor<5xi64>) -> !onnx.value
  onnx.return %r0 : !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// CHECK-LABEL: func.func @shapes(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<{{\[}}[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<{{\[}}[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<{{\[}}{{\[}}{{\[}}{{\[}}[0], [1], [2]]], {{\[}}{{\[}}[3], [4], [5]]]]]> : tensor<1x2x1x3x1xi64>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[1, 3]> : tensor<2xi64>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<7> : tensor<2xi64>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<[5, 3, 1]> : tensor<3xi64>
// CHECK-DAG: %[[R7:.+]] = arith.constant dense<[0.000000e+00, 3.750000e-01, 7.500000e-01]> : tensor<3xf32>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]], %[[R7]]
func.func @shapes() -> (tensor<2x3xi64>, tensor<2x3xi64>, tensor<1x2x1x3x1xi64>, tensor<2xi64>, tensor<2xf32>, tensor<2xi64>, tensor<3xi64>, tensor<3xf32>) {
  %x0_0 = arith.constant dense<[[[0, 1, 2]], [[3, 4, 5]]]> : tensor<2x1x3xi64>
  %x0_1 = arith.constant dense<[0, -1]> : tensor<2xi64>
  %r0 = onnx.node "Reshape"(%x0_0, %x0_1) : (tensor<2x1x3xi64>, tensor<2xi64>) -> !onnx.value
  %x1_0 = arith.constant dense<[[[0, 1, 2]], [[3, 4, 5]]]> : tensor<2x1x3xi64>
  %r1 = onnx.node "Squeeze"(%x1_0) : (tensor<2x1x3xi64>) -> !onnx.value
  %x2_0 = arith.constant dense<[[[0, 1, 2]], [[3, 4, 5]]]> : tensor<2x1x3xi64>
  %x2_1 = arith.constant dense<[0, -1]> : tensor<2xi64>
  %r2 = onnx.node "Unsqueeze"(%x2_0, %x2_1) : (tensor<2x1x3xi64>, tensor<2xi64>) -> !onnx.value
  %x3_0 = arith.constant dense<[[[0, 1, 2]], [[3, 4, 5]]]> : tensor<2x1x3xi64>
  %r3 = onnx.node "Shape"(%x3_0) {start = -2 : i64} : (tensor<2x1x3xi64>) -> !onnx.value
  %x4_0 = arith.constant dense<[2]> : tensor<1xi64>
  %r4 = onnx.node "ConstantOfShape"(%x4_0) : (tensor<1xi64>) -> !onnx.value
  %x5_0 = arith.constant dense<[2]> : tensor<1xi64>
  %r5 = onnx.node "ConstantOfShape"(%x5_0) {value = dense<7> : tensor<1xi64>} : (tensor<1xi64>) -> !onnx.value
  %x6_0 = arith.constant dense<5> : tensor<i64>
  %x6_1 = arith.constant dense<0> : tensor<i64>
  %x6_2 = arith.constant dense<-2> : tensor<i64>
  %r6 = onnx.node "Range"(%x6_0, %x6_1, %x6_2) : (tensor<i64>, tensor<i64>, tensor<i64>) -> !onnx.value
  %x7_0 = arith.constant dense<0.0> : tensor<f32>
  %x7_1 = arith.constant dense<1.0> : tensor<f32>
  %x7_2 = arith.constant dense<0.375> : tensor<f32>
  %r7 = onnx.node "Range"(%x7_0, %x7_1, %x7_2) : (tensor<f32>, tensor<f32>, tensor<f32>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {

// CHECK-LABEL: func.func @reductions(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<4.000000e+00> : tensor<1x1xf32>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<{{\[}}[2.000000e+00], [6.000000e+00]]> : tensor<2x1xf32>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<[4.000000e+00, 5.000000e+00, 9.000000e+00]> : tensor<3xf32>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<{{\[}}[1.000000e+00, 2.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 9.000000e+00]]> : tensor<2x3xf32>
// CHECK-DAG: %[[R5:.+]] = arith.constant dense<0x4B800001> : tensor<1xf32>
// CHECK-DAG: %[[R6:.+]] = arith.constant dense<1500000000> : tensor<1xui32>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]]
func.func @reductions() -> (tensor<1x1xf32>, tensor<2x1xf32>, tensor<3xf32>, tensor<f32>, tensor<2x3xf32>, tensor<1xf32>, tensor<1xui32>) {
  %x0_0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]> : tensor<2x3xf32>
  %r0 = onnx.node "ReduceMean"(%x0_0) : (tensor<2x3xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]> : tensor<2x3xf32>
  %r1 = onnx.node "ReduceMean"(%x1_0) {axes = [-1]} : (tensor<2x3xf32>) -> !onnx.value
  %x2_0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]> : tensor<2x3xf32>
  %r2 = onnx.node "ReduceMax"(%x2_0) {axes = [0], keepdims = 0 : i64} : (tensor<2x3xf32>) -> !onnx.value
  %x3_0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]> : tensor<2x3xf32>
  %r3 = onnx.node "ReduceMin"(%x3_0) {keepdims = 0 : i64} : (tensor<2x3xf32>) -> !onnx.value
  %x4_0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]> : tensor<2x3xf32>
  %x4_1 = arith.constant dense<[]> : tensor<0xi64>
  %r4 = onnx.node "ReduceSum"(%x4_0, %x4_1) {noop_with_empty_axes = 1 : i64} : (tensor<2x3xf32>, tensor<0xi64>) -> !onnx.value
  %x5_0 = arith.constant dense<[16777216.0, 1.0, 1.0]> : tensor<3xf32>
  %r5 = onnx.node "ReduceSum"(%x5_0) : (tensor<3xf32>) -> !onnx.value
  %x6_0 = arith.constant dense<[1000000000, 2000000000]> : tensor<2xui32>
  %r6 = onnx.node "ReduceMean"(%x6_0) : (tensor<2xui32>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

module attributes {onnx.opset_imports = {"ai.onnx" = 21 : i64}} {

// The last block of an axis may be shorter.
// CHECK-LABEL: func.func @quantisation(
// CHECK-DAG: %[[R0:.+]] = arith.constant dense<{{\[}}[5.000000e-01, -5.000000e-01], [6.000000e+00, -6.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: %[[R1:.+]] = arith.constant dense<{{\[}}[0.000000e+00, -2.000000e+00], [1.000000e+00, -6.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: %[[R2:.+]] = arith.constant dense<{{\[}}[1.000000e+00, 2.000000e+00, 3.000000e+01]]> : tensor<1x3xf32>
// CHECK-DAG: %[[R3:.+]] = arith.constant dense<[1, 3, -128, 127]> : tensor<4xi8>
// CHECK-DAG: %[[R4:.+]] = arith.constant dense<[0, 3]> : tensor<2xui8>
// CHECK: onnx.return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]]
func.func @quantisation() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<1x3xf32>, tensor<4xi8>, tensor<2xui8>) {
  %x0_0 = arith.constant dense<[[1, -1], [3, -3]]> : tensor<2x2xi8>
  %x0_1 = arith.constant dense<[0.5, 2.0]> : tensor<2xf32>
  %r0 = onnx.node "DequantizeLinear"(%x0_0, %x0_1) {axis = 0 : i64} : (tensor<2x2xi8>, tensor<2xf32>) -> !onnx.value
  %x1_0 = arith.constant dense<[[1, -1], [3, -3]]> : tensor<2x2xi8>
  %x1_1 = arith.constant dense<[0.5, 2.0]> : tensor<2xf32>
  %x1_2 = arith.constant dense<[1, 0]> : tensor<2xi8>
  %r1 = onnx.node "DequantizeLinear"(%x1_0, %x1_1, %x1_2) : (tensor<2x2xi8>, tensor<2xf32>, tensor<2xi8>) -> !onnx.value
  %x2_0 = arith.constant dense<[[1, 2, 3]]> : tensor<1x3xi8>
  %x2_1 = arith.constant dense<[[1.0, 10.0]]> : tensor<1x2xf32>
  %r2 = onnx.node "DequantizeLinear"(%x2_0, %x2_1) {axis = 1 : i64, block_size = 2 : i64} : (tensor<1x3xi8>, tensor<1x2xf32>) -> !onnx.value
  %x3_0 = arith.constant dense<[0.25, 0.75, -100.0, 100.0]> : tensor<4xf32>
  %x3_1 = arith.constant dense<0.5> : tensor<f32>
  %x3_2 = arith.constant dense<1> : tensor<i8>
  %r3 = onnx.node "QuantizeLinear"(%x3_0, %x3_1, %x3_2) : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> !onnx.value
  %x4_0 = arith.constant dense<[-1.0, 3.0]> : tensor<2xf32>
  %x4_1 = arith.constant dense<1.0> : tensor<f32>
  %r4 = onnx.node "QuantizeLinear"(%x4_0, %x4_1) : (tensor<2xf32>, tensor<f32>) -> !onnx.value
  onnx.return %r0, %r1, %r2, %r3, %r4 : !onnx.value, !onnx.value, !onnx.value, !onnx.value, !onnx.value
}
}

// -----

// Bytes over 127 are not negative, and true is more than false.
module attributes {onnx.opset_imports = {"ai.onnx" = 17 : i64}} {
// CHECK-LABEL: func @unsigned_order
// CHECK-DAG:     arith.constant dense<[3, 200, 0]> : tensor<3xui8>
// CHECK-DAG:     arith.constant dense<[true, true, false]> : tensor<3xi1>
// CHECK-DAG:     arith.constant dense<[true, false, false]> : tensor<3xi1>
func.func @unsigned_order() -> (tensor<3xui8>, tensor<3xi1>, tensor<3xi1>) {
  %x = arith.constant dense<[3, 200, 0]> : tensor<3xui8>
  %a = arith.constant dense<[true, true, false]> : tensor<3xi1>
  %b = arith.constant dense<[true, false, false]> : tensor<3xi1>
  %r0 = onnx.node "Relu"(%x) : (tensor<3xui8>) -> !onnx.value
  %r1 = onnx.node "Max"(%a, %b) : (tensor<3xi1>, tensor<3xi1>) -> !onnx.value
  %r2 = onnx.node "Min"(%a, %b) : (tensor<3xi1>, tensor<3xi1>) -> !onnx.value
  onnx.return %r0, %r1, %r2 : !onnx.value, !onnx.value, !onnx.value
}
}
