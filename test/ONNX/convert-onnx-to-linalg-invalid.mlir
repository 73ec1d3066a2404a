// RUN: bitnet-opt %s --convert-onnx-to-linalg --split-input-file --verify-diagnostics

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @unknown_operator(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Einsum' (opset 17): is not supported}}
    %y = onnx.node "Einsum"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @unknown_domain(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Relu' (opset 17): is not supported in domain 'com.example'}}
    %y = onnx.node "Relu" domain "com.example"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @unknown_attribute(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Relu' (opset 17): attribute 'alpha' is not supported}}
    %y = onnx.node "Relu"(%x) {alpha = 1.0 : f32} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @attribute_kind(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Softmax' (opset 17): attribute 'axis' is "last", expected an integer}}
    %y = onnx.node "Softmax"(%x) {axis = "last"} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @axes_kind(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'ReduceMax' (opset 17): attribute 'axes' is 1 : i64, expected a list of integers}}
    %y = onnx.node "ReduceMax"(%x) {axes = 1} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 18 : i64}} {
  func.func @axes_attribute_in_opset_18(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'ReduceMax' (opset 18): attribute 'axes' exists until opset 17}}
    %y = onnx.node "ReduceMax"(%x) {axes = [1]} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @missing_attribute(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Concat' (opset 17): attribute 'axis' is missing}}
    %y = onnx.node "Concat"(%x, %x) : (tensor<?x8xf32>, tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @axis_out_of_range(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Softmax' (opset 17): axis 2 is out of range for rank 2}}
    %y = onnx.node "Softmax"(%x) {axis = 2} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @too_many_inputs(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Relu' (opset 17): has 2 inputs, expected at most 1}}
    %y = onnx.node "Relu"(%x, %x) : (tensor<?x8xf32>, tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @missing_input(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Add' (opset 17): input 1 is missing}}
    %y = onnx.node "Add"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @element_types_differ(%x: tensor<?x8xf32>, %z: tensor<8xi32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Add' (opset 17): inputs 0 and 1 have element types 'f32' and 'i32', expected the same}}
    %y = onnx.node "Add"(%x, %z) : (tensor<?x8xf32>, tensor<8xi32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @shapes_do_not_broadcast(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>}, %z: tensor<4xf32>)
      -> tensor<?x8xf32> attributes {model.symbols = ["batch"]} {
    // expected-error @below {{operator 'Add' (opset 17): shapes [batch, 8] and [4] do not broadcast}}
    %y = onnx.node "Add"(%x, %z) : (tensor<?x8xf32>, tensor<4xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @depths_differ(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'MatMul' (opset 17): the depths of the factors differ: 8 and 4}}
    %y = onnx.node "MatMul"(%x, %w) : (tensor<?x8xf32>, tensor<4x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @cast_to_unknown_type(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Cast' (opset 17): attribute 'to' is 8 (STRING), which is no supported element type}}
    %y = onnx.node "Cast"(%x) {to = 8} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @shape_is_data(%x: tensor<?x8xf32>, %s: tensor<2xi64>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Reshape' (opset 17): input 1 must follow from shapes and constants}}
    %y = onnx.node "Reshape"(%x, %s) : (tensor<?x8xf32>, tensor<2xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @elements_differ(%x: tensor<2x8xf32>) -> tensor<3x5xf32> {
    %s = arith.constant dense<[3, 5]> : tensor<2xi64>
    // expected-error @below {{operator 'Reshape' (opset 17): shape [2, 8] does not have as many elements as [3, 5]}}
    %y = onnx.node "Reshape"(%x, %s) : (tensor<2x8xf32>, tensor<2xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @index_out_of_range(%x: tensor<?x8xf32>) -> tensor<?xf32> {
    %i = arith.constant dense<8> : tensor<i64>
    // expected-error @below {{operator 'Gather' (opset 17): index 8 is out of range [-8, 8)}}
    %y = onnx.node "Gather"(%x, %i) {axis = 1} : (tensor<?x8xf32>, tensor<i64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @no_step(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %a = arith.constant dense<1> : tensor<1xi64>
    %b = arith.constant dense<0> : tensor<1xi64>
    // expected-error @below {{operator 'Slice' (opset 17): a step is 0}}
    %y = onnx.node "Slice"(%x, %a, %b, %a, %b) : (tensor<?x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @backwards_from_somewhere(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %a = arith.constant dense<1> : tensor<1xi64>
    %b = arith.constant dense<0> : tensor<1xi64>
    %c = arith.constant dense<-1> : tensor<1xi64>
    // expected-error @below {{operator 'Slice' (opset 17): a negative step needs constant bounds and an axis of known size, or the whole axis}}
    %y = onnx.node "Slice"(%x, %a, %b, %b, %c) : (tensor<?x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @permutation(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Transpose' (opset 17): attribute 'perm' is no permutation of 2 axes}}
    %y = onnx.node "Transpose"(%x) {perm = [0, 0]} : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @second_output(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %w = arith.constant dense<1.0> : tensor<8xf32>
    // expected-error @below {{operator 'SimplifiedLayerNormalization' (opset 17): output 1 is not supported}}
    %y, %m = onnx.node "SimplifiedLayerNormalization"(%x, %w) : (tensor<?x8xf32>, tensor<8xf32>) -> (!onnx.value, !onnx.value)
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @operator_of_a_later_opset(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %w = arith.constant dense<1.0> : tensor<8xf32>
    // expected-error @below {{operator 'RMSNormalization' (opset 17): exists from opset 23}}
    %y = onnx.node "RMSNormalization"(%x, %w) : (tensor<?x8xf32>, tensor<8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @factor_is_no_byte(%x: tensor<?x8xf32>, %w: tensor<8x8xi8>) -> tensor<?x8xi32> {
    // expected-error @below {{operator 'MatMulInteger' (opset 17): input 0 has element type 'f32', expected 8-bit integers}}
    %y = onnx.node "MatMulInteger"(%x, %w) : (tensor<?x8xf32>, tensor<8x8xi8>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 21 : i64}} {
  func.func @number_of_blocks(%x: tensor<4x8xi8>, %s: tensor<4x2xf32>) -> tensor<4x8xf32> {
    // expected-error @below {{operator 'DequantizeLinear' (opset 21): the number of blocks and of scales differ: 3 and 2}}
    %y = onnx.node "DequantizeLinear"(%x, %s) {block_size = 3} : (tensor<4x8xi8>, tensor<4x2xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @declared_element_type(%x: tensor<?x8xf32>)
      -> (tensor<?x8xi32> {model.output = #model.value<"y", i32, ()[s0] -> (s0, 8)>}) attributes {model.symbols = ["rows"]} {
    %y = onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> !onnx.value
    // expected-error @below {{output 'y' is declared with element type 'i32', but is computed with 'f32'}}
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @declared_rank(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>})
      -> (tensor<?xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0)>}) attributes {model.symbols = ["batch"]} {
    %y = onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> !onnx.value
    // expected-error @below {{output 'y' is declared with rank 1, but is computed with shape [batch, 8]}}
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @declared_size(%x: tensor<?x8xf32>)
      -> (tensor<?x4xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0, 4)>}) attributes {model.symbols = ["rows"]} {
    %y = onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> !onnx.value
    // expected-error @below {{output 'y' is declared with 4 in dimension 1, but is computed with 8}}
    onnx.return %y : !onnx.value
  }
}

// -----

// expected-error @below {{opset 6 is not supported, expected 7 to 28}}
module attributes {onnx.opset_imports = {ai.onnx = 6 : i64}} {
  func.func @old_opset(%x: tensor<?xf32>) -> tensor<?xf32> {
    onnx.return %x : tensor<?xf32>
  }
}

// -----

// expected-error @below {{the module has no 'onnx.opset_imports' with a version of 'ai.onnx'}}
module {
  func.func @no_opset(%x: tensor<?xf32>) -> tensor<?xf32> {
    onnx.return %x : tensor<?xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // expected-error @below {{input 0 has type 'index', expected a ranked tensor}}
  func.func @no_tensor(%x: index, %y: tensor<?xf32>) -> tensor<?xf32> {
    onnx.return %y : tensor<?xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @foreign_op(%x: tensor<?xf32>) -> tensor<?xf32> {
    // expected-error @below {{'math.sqrt' op is not expected in an ONNX graph}}
    %y = math.sqrt %x : tensor<?xf32>
    onnx.return %y : tensor<?xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @no_output(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Relu' (opset 17): has no output}}
    onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> ()
    onnx.return %x : tensor<?x8xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @absent_input(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    %none = onnx.absent
    // expected-error @below {{operator 'Max' (opset 17): input 1 is missing}}
    %y = onnx.node "Max"(%x, %none) : (tensor<?x8xf32>, !onnx.absent) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // expected-error @below {{input 0 has element type 'complex<f32>', which is not supported}}
  func.func @complex_input(%x: tensor<?xcomplex<f32>>) -> tensor<?xcomplex<f32>> {
    onnx.return %x : tensor<?xcomplex<f32>>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @complex_constant(%x: tensor<?xf32>) -> tensor<?xf32> {
    // expected-error @below {{a constant has element type 'complex<f32>', which is not supported}}
    %c = arith.constant dense<(1.0, 2.0)> : tensor<4xcomplex<f32>>
    onnx.return %x : tensor<?xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  // expected-error @below {{input 'y': dimension 0 is an expression, expected a symbol of its own}}
  func.func @expression_of_an_input(%x: tensor<?xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0)>},
                                    %y: tensor<?xf32> {model.input = #model.value<"y", f32, ()[s0] -> (s0 + 1)>})
      -> tensor<?xf32> attributes {model.symbols = ["n"]} {
    onnx.return %x : tensor<?xf32>
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 17 : i64}} {
  func.func @too_few_outputs(%x: tensor<?x8xf32>) -> tensor<?x8xi8> {
    // expected-error @below {{operator 'DynamicQuantizeLinear' (opset 17): has 1 outputs, expected 3}}
    %y = onnx.node "DynamicQuantizeLinear"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 10 : i64}} {
  func.func @not_yet(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
    // expected-error @below {{operator 'Round' (opset 10): exists from opset 11}}
    %y = onnx.node "Round"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 11 : i64}} {
  func.func @missing_axes(%x: tensor<?x8xf32>) -> tensor<?x8x1xf32> {
    // expected-error @below {{operator 'Unsqueeze' (opset 11): attribute 'axes' is missing}}
    %y = onnx.node "Unsqueeze"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 13 : i64}} {
  func.func @missing_axes_input(%x: tensor<?x8xf32>) -> tensor<?x8x1xf32> {
    // expected-error @below {{operator 'Unsqueeze' (opset 13): input 1 is missing}}
    %y = onnx.node "Unsqueeze"(%x) : (tensor<?x8xf32>) -> !onnx.value
    onnx.return %y : !onnx.value
  }
}

// -----

module attributes {onnx.opset_imports = {ai.onnx = 11 : i64}} {
  func.func @value_floats() -> tensor<1xf32> {
    // expected-error @below {{operator 'Constant' (opset 11): attribute 'value_floats' exists from opset 12}}
    %y = onnx.node "Constant"() {value_floats = [1.0 : f32]} : () -> !onnx.value
    onnx.return %y : !onnx.value
  }
}
