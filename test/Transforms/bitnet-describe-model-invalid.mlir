// RUN: bitnet-opt %s --bitnet-describe-model --split-input-file --verify-diagnostics

// expected-error @below {{expected a function @main, the model}}
module {
func.func @other() {
  return
}
}

// -----

// expected-error @below {{expected a function @main, the model}}
module {
func.func private @main()
}

// -----

// expected-error @below {{argument 1 has no name or no shape}}
func.func @main(%x: tensor<4xf32> {ternary.name = "x", ternary.shape = affine_map<() -> (4)>}, %y: tensor<4xf32> {ternary.name = "y"}) {
  return
}

// -----

// expected-error @below {{argument 0 has no name or no shape}}
func.func @main(%x: tensor<4xf32>) {
  return
}

// -----

// expected-error @below {{result 0 has no name or no shape}}
func.func @main(%x: tensor<4xf32> {ternary.name = "x", ternary.shape = affine_map<() -> (4)>})
    -> (tensor<4xf32> {ternary.name = "y"}) {
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{result 0 is the status, expected it to be the last}}
func.func @main(%x: tensor<4xf32> {ternary.name = "x", ternary.shape = affine_map<() -> (4)>}, %status: tensor<i64> {ternary.name = "s", ternary.shape = affine_map<() -> ()>})
    -> (tensor<i64> {ternary.status}, tensor<4xf32> {ternary.name = "y", ternary.shape = affine_map<() -> (4)>}) {
  return %status, %x : tensor<i64>, tensor<4xf32>
}
