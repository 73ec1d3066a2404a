// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

// The shape of x goes through Shape, Gather, Unsqueeze, Concat and Reshape; what
// is left of it is index arithmetic: no i64 tensor but the status.

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @split_heads
  // CHECK-SAME:    %[[X:[^:]+]]: tensor<?x?x256xf32>
  // CHECK-NOT:     tensor<{{[0-9?]+x?}}i64>
  // CHECK-DAG:     %[[B:.+]] = tensor.dim %[[X]], %c0
  // CHECK-DAG:     %[[S:.+]] = tensor.dim %[[X]], %c1
  // CHECK:         %[[Y:.+]] = tensor.expand_shape %[[X]] {{\[\[}}0], [1], [2, 3]] output_shape [%[[B]], %[[S]], 4, 64]
  // CHECK-NOT:     tensor<{{[0-9?]+x?}}i64>
  // CHECK:         return %[[Y]]
  func.func @split_heads(%x: tensor<?x?x256xf32>) -> tensor<?x?x4x64xf32> {
    %zero = arith.constant dense<0> : tensor<i64>
    %one = arith.constant dense<1> : tensor<i64>
    %axes = arith.constant dense<0> : tensor<1xi64>
    %heads = arith.constant dense<4> : tensor<1xi64>
    %rest = arith.constant dense<-1> : tensor<1xi64>
    %shape = onnx.node "Shape"(%x) : (tensor<?x?x256xf32>) -> !onnx.value
    %b = onnx.node "Gather"(%shape, %zero) {axis = 0} : (!onnx.value, tensor<i64>) -> !onnx.value
    %s = onnx.node "Gather"(%shape, %one) {axis = 0} : (!onnx.value, tensor<i64>) -> !onnx.value
    %b1 = onnx.node "Unsqueeze"(%b, %axes) : (!onnx.value, tensor<1xi64>) -> !onnx.value
    %s1 = onnx.node "Unsqueeze"(%s, %axes) : (!onnx.value, tensor<1xi64>) -> !onnx.value
    %to = onnx.node "Concat"(%b1, %s1, %heads, %rest) {axis = 0}
      : (!onnx.value, !onnx.value, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
    %y = onnx.node "Reshape"(%x, %to) {allowzero = 0} : (tensor<?x?x256xf32>, !onnx.value) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // What torch.onnx writes for expand(b, 2, 2, s): -1 is told apart by Equal
  // and Where, which sizes, never negative, decide.
  // CHECK-LABEL: func @repeat_heads
  // CHECK-SAME:    %[[X:[^:]+]]: tensor<?x2x1x?xf32>
  // CHECK-NOT:     arith.cmpi
  // CHECK:         linalg.generic
  // CHECK-SAME:      ins(%[[X]] : tensor<?x2x1x?xf32>) outs(%{{.+}} : tensor<?x2x2x?xf32>)
  // CHECK-NEXT:    ^bb0(%[[IN:.+]]: f32, %{{.+}}: f32):
  // CHECK-NEXT:      linalg.yield %[[IN]]
  func.func @repeat_heads(%x: tensor<?x2x1x?xf32>) -> tensor<?x2x2x?xf32> {
    %minus = arith.constant dense<-1> : tensor<i64>
    %first = arith.constant dense<[0, 3]> : tensor<2xi64>
    %twos = arith.constant dense<2> : tensor<2xi64>
    %zero = arith.constant dense<0> : tensor<i64>
    %one = arith.constant dense<1> : tensor<i64>
    %axes = arith.constant dense<0> : tensor<1xi64>
    %shape = onnx.node "Shape"(%x) : (tensor<?x2x1x?xf32>) -> !onnx.value
    %ends = onnx.node "Gather"(%shape, %first) : (!onnx.value, tensor<2xi64>) -> !onnx.value
    %b = onnx.node "Gather"(%ends, %zero) : (!onnx.value, tensor<i64>) -> !onnx.value
    %s = onnx.node "Gather"(%ends, %one) : (!onnx.value, tensor<i64>) -> !onnx.value
    %b1 = onnx.node "Unsqueeze"(%b, %axes) : (!onnx.value, tensor<1xi64>) -> !onnx.value
    %s1 = onnx.node "Unsqueeze"(%s, %axes) : (!onnx.value, tensor<1xi64>) -> !onnx.value
    %to = onnx.node "Concat"(%b1, %twos, %s1) {axis = 0}
      : (!onnx.value, tensor<2xi64>, !onnx.value) -> !onnx.value
    %rank = onnx.node "Shape"(%to) : (!onnx.value) -> !onnx.value
    %ones = onnx.node "ConstantOfShape"(%rank) {value = dense<1> : tensor<1xi64>} : (!onnx.value) -> !onnx.value
    %minuses = onnx.node "Mul"(%ones, %minus) : (!onnx.value, tensor<i64>) -> !onnx.value
    %isMinus = onnx.node "Equal"(%to, %minuses) : (!onnx.value, !onnx.value) -> !onnx.value
    %sizes = onnx.node "Where"(%isMinus, %ones, %to) : (!onnx.value, !onnx.value, !onnx.value) -> !onnx.value
    %y = onnx.node "Expand"(%x, %sizes) : (tensor<?x2x1x?xf32>, !onnx.value) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
