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
