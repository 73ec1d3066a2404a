// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // Indices that are data are checked; what is out of range reads a row that
  // exists, and the status says so.
  // CHECK-LABEL: func @embedding
  // CHECK-SAME:    model.checks = ["node '/Gather': index out of range [-256, 256)"]
  // CHECK:         %[[START:.+]] = linalg.fill
  // CHECK:         %[[STATUS:.+]] = linalg.generic
  // CHECK-SAME:      outs(%[[START]] : tensor<i64>)
  // CHECK:           arith.cmpi uge
  // CHECK:           arith.select %{{.+}}, %c1_i64, %{{.+}} : i64
  // CHECK:         %[[ROWS:.+]] = linalg.generic
  // CHECK:           arith.maxsi
  // CHECK:           %[[ROW:.+]] = arith.minsi
  // CHECK:           tensor.extract %{{.+}}[%[[ROW]], %{{.+}}] : tensor<256x8xf32>
  // CHECK:         return %[[ROWS]], %[[STATUS]]
  func.func @embedding(%w: tensor<256x8xf32>, %ids: tensor<?x?xi64>) -> tensor<?x?x8xf32> {
    %y = onnx.node "Gather"(%w, %ids) : (tensor<256x8xf32>, tensor<?x?xi64>) -> !onnx.value loc("/Gather")
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @one_row
  // CHECK:         tensor.extract_slice %{{.+}}[0, 3] [%{{.+}}, 1] [1, 1]
  // CHECK:         tensor.collapse_shape
  func.func @one_row(%x: tensor<?x4xf32>) -> tensor<?xf32> {
    %last = arith.constant dense<-1> : tensor<i64>
    %y = onnx.node "Gather"(%x, %last) {axis = 1} : (tensor<?x4xf32>, tensor<i64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @halves
  // CHECK:         tensor.extract_slice %{{.+}}[0, 32] [%{{.+}}, 32] [1, 1]
  // CHECK:         tensor.extract_slice %{{.+}}[0, 0] [%{{.+}}, 32] [1, 1]
  // CHECK:         tensor.insert_slice %{{.+}} into %{{.+}}[0, 0] [%{{.+}}, 32] [1, 1]
  // CHECK:         tensor.insert_slice %{{.+}} into %{{.+}}[0, 32] [%{{.+}}, 32] [1, 1]
  func.func @halves(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
    %zero = arith.constant dense<0> : tensor<1xi64>
    %half = arith.constant dense<32> : tensor<1xi64>
    %end = arith.constant dense<9223372036854775807> : tensor<1xi64>
    %axis = arith.constant dense<-1> : tensor<1xi64>
    %b = onnx.node "Slice"(%x, %half, %end, %axis)
      : (tensor<?x64xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
    %a = onnx.node "Slice"(%x, %zero, %half, %axis)
      : (tensor<?x64xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
    %y = onnx.node "Concat"(%b, %a) {axis = -1} : (!onnx.value, !onnx.value) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // The last token: the constraint says that there is one.
  // CHECK-LABEL: func @last
  // CHECK-SAME:    model.constraints = [#model.constraint<non_negative ()[s0] -> (s0 - 1), "/Slice">]
  // CHECK:         %[[START:.+]] = affine.apply
  // CHECK:         tensor.extract_slice %{{.+}}[%[[START]], 0] [1, 8] [1, 1]
  func.func @last(%x: tensor<?x8xf32>) -> tensor<1x8xf32> {
    %start = arith.constant dense<-1> : tensor<1xi64>
    %end = arith.constant dense<9223372036854775807> : tensor<1xi64>
    %y = onnx.node "Slice"(%x, %start, %end)
      : (tensor<?x8xf32>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value loc("/Slice")
    onnx.return %y : !onnx.value
  }

  // CHECK-LABEL: func @split
  // CHECK:         tensor.extract_slice %{{.+}}[0, 0] [%{{.+}}, 6] [1, 1]
  // CHECK:         tensor.extract_slice %{{.+}}[0, 6] [%{{.+}}, 2] [1, 1]
  func.func @split(%x: tensor<?x8xf32>) -> (tensor<?x6xf32>, tensor<?x2xf32>) {
    %sizes = arith.constant dense<[6, 2]> : tensor<2xi64>
    %a, %b = onnx.node "Split"(%x, %sizes) {axis = 1} : (tensor<?x8xf32>, tensor<2xi64>) -> (!onnx.value, !onnx.value)
    onnx.return %a, %b : !onnx.value, !onnx.value
  }
}
