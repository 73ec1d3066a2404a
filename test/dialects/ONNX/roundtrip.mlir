// RUN: bitnet-opt %s --verify-roundtrip | FileCheck %s

// CHECK: module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}}
module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @main
  // CHECK-SAME: (%[[X:.+]]: tensor<?x64xf32>
  func.func @main(%x: tensor<?x64xf32>) -> tensor<?x1xf32> {
    // CHECK: %[[Y:.+]] = onnx.node "ReduceMax"(%[[X]]) {axes = [-1], keepdims = 1 : i64} : (tensor<?x64xf32>) -> !onnx.value
    %y = onnx.node "ReduceMax"(%x) {axes = [-1], keepdims = 1 : i64} : (tensor<?x64xf32>) -> !onnx.value
    // CHECK: %[[NONE:.+]] = onnx.absent
    %none = onnx.absent
    // CHECK: %[[C:.+]] = onnx.node "Clip"(%[[Y]], %[[NONE]], %[[Y]]) : (!onnx.value, !onnx.absent, !onnx.value) -> !onnx.value
    %c = onnx.node "Clip"(%y, %none, %y) : (!onnx.value, !onnx.absent, !onnx.value) -> !onnx.value
    // CHECK: onnx.node "BitLinear" domain "com.microsoft"(%[[C]])
    %z = onnx.node "BitLinear" domain "com.microsoft"(%c) : (!onnx.value) -> !onnx.value
    // CHECK: onnx.return %{{.+}} : !onnx.value
    onnx.return %z : !onnx.value
  }
}
