// RUN: bitnet-opt %s --convert-onnx-to-linalg | FileCheck %s

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // CHECK-LABEL: func @relu
  // CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>}
  // CHECK-SAME:    -> (tensor<?x8xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0, 8)>}, tensor<i64> {model.status})
  // CHECK-SAME:    model.checks = [], model.constraints = [], model.symbols = ["batch"]
  // CHECK:         %[[B:.+]] = tensor.dim %[[X]], %c0
  // CHECK:         %[[STATUS:.+]] = linalg.fill ins(%c0_i64 : i64) outs(%{{.+}} : tensor<i64>)
  // CHECK:         %[[INIT:.+]] = tensor.empty(%[[B]]) : tensor<?x8xf32>
  // CHECK:         %[[Y:.+]] = linalg.generic
  // CHECK-SAME:      ins(%[[X]] : tensor<?x8xf32>) outs(%[[INIT]] : tensor<?x8xf32>)
  // CHECK-NEXT:    ^bb0(%[[IN:.+]]: f32, %{{.+}}: f32):
  // CHECK:           %[[MAX:.+]] = arith.maximumf %[[IN]], %cst
  // CHECK-NEXT:      linalg.yield %[[MAX]]
  // CHECK:         return %[[Y]], %[[STATUS]]
  func.func @relu(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0, s1] -> (s0, 8)>})
      -> (tensor<?x8xf32> {model.output = #model.value<"y", f32, ()[s0, s1] -> (s1, 8)>})
      attributes {model.symbols = ["batch", "y_dim0"]} {
    %y = onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }

  // A dimension without a name is a symbol of its own.
  // CHECK-LABEL: func @unnamed
  // CHECK-SAME:    model.symbols = ["arg0_dim0", "arg1_dim0"]
  func.func @unnamed(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
    onnx.return %x : tensor<?xf32>
  }

  // The sum says that both have the same size, the output's name that the cache
  // and what is new make the whole.
  // CHECK-LABEL: func @constraints
  // CHECK-SAME:    -> (tensor<?x?x8xf32> {model.output = #model.value<"sum", f32, ()[s0, s1, s2, s3] -> (s0, s1 + s2, 8)>}
  // CHECK-SAME:    model.constraints = [#model.constraint<zero ()[s0, s1, s2, s3] -> (s1 + s2 - s3), "/Add">]
  // CHECK-SAME:    model.symbols = ["batch", "past", "new", "total"]
  func.func @constraints(
      %past: tensor<?x?x8xf32> {model.input = #model.value<"past", f32, ()[s0, s1, s2, s3] -> (s0, s1, 8)>},
      %new: tensor<?x?x8xf32> {model.input = #model.value<"new", f32, ()[s0, s1, s2, s3] -> (s0, s2, 8)>},
      %whole: tensor<?x?x8xf32> {model.input = #model.value<"whole", f32, ()[s0, s1, s2, s3] -> (s0, s3, 8)>})
      -> (tensor<?x?x8xf32> {model.output = #model.value<"sum", f32, ()[s0, s1, s2, s3] -> (s0, s3, 8)>})
      attributes {model.symbols = ["batch", "past", "new", "total"]} {
    %cache = onnx.node "Concat"(%past, %new) {axis = 1}
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> !onnx.value loc("/Concat")
    %sum = onnx.node "Add"(%cache, %whole) : (!onnx.value, tensor<?x?x8xf32>) -> !onnx.value loc("/Add")
    onnx.return %sum : !onnx.value loc("/Return")
  }

  // CHECK-LABEL: func @unsigned
  // CHECK-SAME:    tensor<4xi8> {model.input = #model.value<"arg0", ui8, () -> (4)>}
  // CHECK:         arith.extui
  func.func @unsigned(%x: tensor<4xui8>) -> tensor<4xi32> {
    %y = onnx.node "Cast"(%x) {to = 6} : (tensor<4xui8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
