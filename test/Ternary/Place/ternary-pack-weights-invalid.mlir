// RUN: bitnet-opt %s --ternary-pack-weights --split-input-file --verify-diagnostics

// Values of resources are looked at when they are packed, once.
#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 1 x 4>
func.func @no_trit(%x: tensor<3x4xi8>, %acc: tensor<3x1xi32>) -> tensor<3x1xi32> {
  // expected-error @below {{'ternary.constant' op value number 2 is 2, expected -1, 0 or 1}}
  %w = ternary.constant dense_resource<trits> : tensor<1x4xi8>
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], packing = #p} activations(%x : tensor<3x4xi8>) weights(%w : tensor<1x4x!ternary.trit>) outs(%acc : tensor<3x1xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<3x1xi32>
  return %y : tensor<3x1xi32>
}

{-# dialect_resources: { builtin: { trits: "0x01000000010002FF" } } #-}

// -----

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 1 x 4>
func.func @too_short(%x: tensor<3x4xi8>, %acc: tensor<3x1xi32>) -> tensor<3x1xi32> {
  // expected-error @below {{'ternary.constant' op value has no data of the size of its type}}
  %w = ternary.constant dense_resource<short> : tensor<1x4xi8>
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], packing = #p} activations(%x : tensor<3x4xi8>) weights(%w : tensor<1x4x!ternary.trit>) outs(%acc : tensor<3x1xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<3x1xi32>
  return %y : tensor<3x1xi32>
}

{-# dialect_resources: { builtin: { short: "0x010000000100" } } #-}
