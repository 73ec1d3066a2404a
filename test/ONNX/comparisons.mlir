// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // The mask of a decoder: later tokens, and those that the caller masks.
  // CHECK-LABEL: func @mask
  // CHECK:         arith.cmpi sgt, %{{.+}}, %{{.+}} : i64
  // CHECK:         arith.cmpi eq, %{{.+}}, %{{.+}} : i64
  // CHECK:         arith.ori %{{.+}}, %{{.+}} : i1
  // CHECK:         arith.select %{{.+}}, %{{.+}}, %{{.+}} : f32
  func.func @mask(%positions: tensor<1x?xi64>, %rows: tensor<?x1xi64>, %keep: tensor<1x?xi64>)
      -> tensor<?x?xf32> {
    %zero = arith.constant dense<0> : tensor<i64>
    %low = arith.constant dense<-3.4e+38> : tensor<f32>
    %high = arith.constant dense<0.0> : tensor<f32>
    %a = onnx.node "Greater"(%positions, %rows) : (tensor<1x?xi64>, tensor<?x1xi64>) -> !onnx.value
    %b = onnx.node "Equal"(%keep, %zero) : (tensor<1x?xi64>, tensor<i64>) -> !onnx.value
    %c = onnx.node "Or"(%a, %b) : (!onnx.value, !onnx.value) -> !onnx.value
    %d = onnx.node "Where"(%c, %low, %high) : (!onnx.value, tensor<f32>, tensor<f32>) -> !onnx.value
    onnx.return %d : !onnx.value
  }

  // CHECK-LABEL: func @unsigned_less
  // CHECK:         arith.cmpi ult, %{{.+}}, %{{.+}} : i8
  func.func @unsigned_less(%x: tensor<4xui8>, %y: tensor<4xui8>) -> tensor<4xi1> {
    %z = onnx.node "Less"(%x, %y) : (tensor<4xui8>, tensor<4xui8>) -> !onnx.value
    onnx.return %z : !onnx.value
  }

  // A NaN stays a NaN.
  // CHECK-LABEL: func @clip
  // CHECK:         %[[LOW:.+]] = arith.maximumf %{{.+}}, %{{.+}} : f32
  // CHECK:         arith.minimumf %[[LOW]], %{{.+}} : f32
  func.func @clip(%x: tensor<?xf32>) -> tensor<?xf32> {
    %low = arith.constant dense<-128.0> : tensor<f32>
    %high = arith.constant dense<127.0> : tensor<f32>
    %y = onnx.node "Clip"(%x, %low, %high) : (tensor<?xf32>, tensor<f32>, tensor<f32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @clip_below
  // CHECK:         arith.maximumf
  // CHECK-NOT:     arith.minimumf
  func.func @clip_below(%x: tensor<?xf32>) -> tensor<?xf32> {
    %low = arith.constant dense<1.0e-5> : tensor<f32>
    %none = onnx.absent
    %y = onnx.node "Clip"(%x, %low, %none) : (tensor<?xf32>, tensor<f32>, !onnx.absent) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // A shift by all bits or more leaves nothing.
  // CHECK-LABEL: func @shift
  // CHECK:         %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c8_i8 : i8
  // CHECK:         %[[Y:.+]] = arith.shrui
  // CHECK:         arith.select %[[IN]], %[[Y]], %c0_i8
  func.func @shift(%x: tensor<4xui8>, %by: tensor<4xui8>) -> tensor<4xui8> {
    %y = onnx.node "BitShift"(%x, %by) {direction = "RIGHT"} : (tensor<4xui8>, tensor<4xui8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
