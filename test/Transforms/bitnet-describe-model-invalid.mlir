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
