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

#x = #model.value<"x", f32, () -> (4)>
// expected-error @below {{argument 1 is no part of the model: expected it to have one of model.input, model.position, model.cache}}
func.func @main(%x: tensor<4xf32> {model.input = #x}, %y: tensor<4xf32>) attributes {model.symbols = []} {
  return
}

// -----

#x = #model.value<"x", f32, () -> (4)>
// expected-error @below {{result 0 is no part of the model: expected it to have one of model.output, model.cache, model.status}}
func.func @main(%x: tensor<4xf32> {model.input = #x}) -> tensor<4xf32> attributes {model.symbols = []} {
  return %x : tensor<4xf32>
}

// -----

// What is to be inferred before conversion must be known here.
#y = #model.value<"y", f32, ()[s0] -> (s0)>
// expected-error @below {{output 'y' depends on 'total', which is no dimension of an input}}
func.func @main() -> (tensor<?xf32> {model.output = #y}) attributes {model.symbols = ["total"]} {
  %c1 = arith.constant 1 : index
  %y = tensor.empty(%c1) : tensor<?xf32>
  return %y : tensor<?xf32>
}
