// RUN: bitnet-opt %s --split-input-file --verify-diagnostics

func.func @return_c1(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'onnx.return' op has 2 operands, but the function has 1 results}}
  onnx.return %x, %x : tensor<4xf32>, tensor<4xf32>
}

// -----

func.func @return_c2(%x: tensor<4xf32>) -> tensor<4xi64> {
  // expected-error @below {{'onnx.return' op output 0 has element type 'f32', but the function declares 'i64'}}
  onnx.return %x : tensor<4xf32>
}

// -----

// expected-error @below {{'builtin.module' op has 'onnx.opset_imports' = {ai.onnx = "17"}, expected an i64 for each operator set}}
module @attributes_c1 attributes {onnx.opset_imports = {ai.onnx = "17"}} {}

// -----

func.func @attributes_c2() {
  // expected-error @below {{'arith.constant' op has 'onnx.element_type' = 4 : i64, expected the name of a type}}
  %0 = arith.constant {onnx.element_type = 4} dense<1> : tensor<2xi8>
  return
}

// -----

// expected-error @below {{'func.func' op has attribute "onnx.opset", which the onnx dialect does not have here}}
func.func private @attributes_c3() attributes {onnx.opset = 17}
