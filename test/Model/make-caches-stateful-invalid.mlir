// RUN: bitnet-opt %s --make-caches-stateful --split-input-file --verify-diagnostics
// RUN: not bitnet-opt %S/make-caches-stateful.mlir --make-caches-stateful=max-context=-1 2>&1 | FileCheck %s

// CHECK: error: max-context is -1, expected 0 or more{{$}}

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (1, 2, s0, 4)>
// expected-error @below {{input 'past_key_values.0.key' has no output 'present.0.key' to be kept in a session}}
func.func @no_output(%past: tensor<1x2x?x4xf32> {model.input = #past}) attributes {model.symbols = ["past"]} {
  return
}

// -----

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (s0)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (s0)>
// expected-error @below {{input 'past_key_values.0.key' has rank 1, expected 2 or more}}
func.func @low_rank(%past: tensor<?xf32> {model.input = #past}) -> (tensor<?xf32> {model.output = #present})
    attributes {model.symbols = ["past"]} {
  return %past : tensor<?xf32>
}

// -----

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (1, s0, 3, 4)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (1, s0, 3, 4)>
// expected-error @below {{input 'past_key_values.0.key': dimension 2 is not a dynamic dimension of its own, so that the number of rows cannot be the position}}
func.func @fixed_rows(%past: tensor<1x?x3x4xf32> {model.input = #past}) -> (tensor<1x?x3x4xf32> {model.output = #present})
    attributes {model.symbols = ["heads"]} {
  return %past : tensor<1x?x3x4xf32>
}

// -----

#key = #model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (s0, 4)>
#value = #model.value<"past_key_values.0.value", f32, ()[s0, s1] -> (s1, 4)>
#present_key = #model.value<"present.0.key", f32, ()[s0, s1] -> (s0, 4)>
#present_value = #model.value<"present.0.value", f32, ()[s0, s1] -> (s1, 4)>
// expected-error @below {{inputs 'past_key_values.0.key' and 'past_key_values.0.value' do not have the same number of rows}}
func.func @different_rows(%k: tensor<?x4xf32> {model.input = #key}, %v: tensor<?x4xf32> {model.input = #value})
    -> (tensor<?x4xf32> {model.output = #present_key}, tensor<?x4xf32> {model.output = #present_value})
    attributes {model.symbols = ["a", "b"]} {
  return %k, %v : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (s0, 4)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (s0, 4)>
// expected-error @below {{output 'present.0.key' is not the concatenation of input 'past_key_values.0.key' with new rows}}
func.func @passed_on(%past: tensor<?x4xf32> {model.input = #past}) -> (tensor<?x4xf32> {model.output = #present})
    attributes {model.symbols = ["past"]} {
  return %past : tensor<?x4xf32>
}

// -----

// New columns are no new rows.
#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (s0, 4)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (s0, 8)>
// expected-error @below {{output 'present.0.key' is not the concatenation of input 'past_key_values.0.key' with new rows}}
func.func @other_axis(%new: tensor<?x4xf32>, %empty: tensor<?x8xf32>, %p: index, %past: tensor<?x4xf32> {model.input = #past})
    -> (tensor<?x8xf32> {model.output = #present}) attributes {model.symbols = ["past"]} {
  %0 = tensor.insert_slice %past into %empty[0, 0] [%p, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
  %1 = tensor.insert_slice %new into %0[0, 4] [%p, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// -----

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (s0, 4)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (s0 + 1, 4)>
// expected-error @below {{input 'past_key_values.0.key' is read by more than the concatenation that makes 'present.0.key'}}
func.func @another_reader(%new: tensor<1x4xf32>, %empty: tensor<?x4xf32>, %past: tensor<?x4xf32> {model.input = #past})
    -> (tensor<?x4xf32> {model.output = #present}, tensor<?x4xf32>) attributes {model.symbols = ["past"]} {
  %c0 = arith.constant 0 : index
  %p = tensor.dim %past, %c0 : tensor<?x4xf32>
  %0 = tensor.insert_slice %past into %empty[0, 0] [%p, 4] [1, 1] : tensor<?x4xf32> into tensor<?x4xf32>
  %1 = tensor.insert_slice %new into %0[%p, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<?x4xf32>
  return %1, %past : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

#past = #model.value<"past_key_values.0.key", f32, ()[s0] -> (s0, 4)>
#present = #model.value<"present.0.key", f32, ()[s0] -> (s0, 4)>
// expected-error @below {{metadata 'bitnet.context_length' is "many", expected a positive number}}
module attributes {model.metadata = {bitnet.context_length = "many"}} {
func.func @no_number(%past: tensor<?x4xf32> {model.input = #past}) -> (tensor<?x4xf32> {model.output = #present})
    attributes {model.symbols = ["past"]} {
  return %past : tensor<?x4xf32>
}
}
