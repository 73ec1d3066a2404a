// RUN: bitnet-opt %s --ternary-lower-to-kernels --split-input-file --verify-diagnostics

func.func @not_packed(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // expected-error @below {{'ternary.product' op expected packed weights and exactly one kernel}}
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// -----

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
func.func @no_kernel(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #p>, %acc: tensor<?x32xi32>) -> tensor<?x32xi32> {
  // expected-error @below {{'ternary.product' op expected packed weights and exactly one kernel}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #p>) outs(%acc : tensor<?x32xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x32xi32>
  return %y : tensor<?x32xi32>
}

// -----

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
func.func @two_kernels(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #p>, %acc: tensor<?x32xi32>) -> tensor<?x32xi32> {
  // expected-error @below {{'ternary.product' op expected packed weights and exactly one kernel}}
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>,
                                  #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 8>>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #p>) outs(%acc : tensor<?x32xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x32xi32>
  return %y : tensor<?x32xi32>
}

// -----

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
func.func @weights_of_run_time(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x32xi32>) -> tensor<?x32xi32> {
  %packed = ternary.pack %w : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #p>
  // expected-error @below {{'ternary.product' op expected constant weights: nothing packs them when the model runs}}
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]} activations(%x : tensor<?x10xi8>) weights(%packed : tensor<2x3x16xi8, #p>) outs(%acc : tensor<?x32xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x32xi32>
  return %y : tensor<?x32xi32>
}
