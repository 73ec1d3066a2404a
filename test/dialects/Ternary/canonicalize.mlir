// RUN: bitnet-opt %s --canonicalize | FileCheck %s

#i2 = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 2 x 5>

// Row 0 of the matrix is +1 0 0 0 | -1: codes 2 1 1 1 make the byte 0x56, and
// the padded 0 1 1 1 make 0x54. Rows past the matrix hold zero trits, 0x55.
// CHECK-LABEL: func @pack_of_constant
func.func @pack_of_constant() -> tensor<1x2x16xi8, #i2> {
  // CHECK: arith.constant dense<{{\[\[\[}}86, 85, 85, {{.*}}85], [84, 86, 85, {{.*}}]]]>
  %w = ternary.constant dense<[[1, 0, 0, 0, -1], [0, 0, 0, 0, 1]]> : tensor<2x5xi8>
  %p = ternary.pack %w : tensor<2x5x!ternary.trit> -> tensor<1x2x16xi8, #i2>
  // CHECK-NOT: ternary.pack %
  return %p : tensor<1x2x16xi8, #i2>
}

// CHECK-LABEL: func @unpack_of_packed_constant
func.func @unpack_of_packed_constant() -> tensor<2x5x!ternary.trit> {
  // CHECK: ternary.constant dense<{{\[\[}}1, 0, 0, 0, -1], [0, 0, 0, 0, 1]]> : tensor<2x5xi8>
  %p = arith.constant dense<[[[86, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85],
                              [84, 86, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85]]]>
    : tensor<1x2x16xi8, #i2>
  %w = ternary.unpack %p : tensor<1x2x16xi8, #i2> -> tensor<2x5x!ternary.trit>
  return %w : tensor<2x5x!ternary.trit>
}

// CHECK-LABEL: func @pack_of_unpack
// CHECK-SAME: (%[[P:.+]]: tensor
func.func @pack_of_unpack(%p: tensor<1x2x16xi8, #i2>) -> tensor<1x2x16xi8, #i2> {
  // CHECK: return %[[P]]
  %w = ternary.unpack %p : tensor<1x2x16xi8, #i2> -> tensor<2x5x!ternary.trit>
  %q = ternary.pack %w : tensor<2x5x!ternary.trit> -> tensor<1x2x16xi8, #i2>
  return %q : tensor<1x2x16xi8, #i2>
}

// CHECK-LABEL: func @unpack_of_pack
// CHECK-SAME: (%[[W:.+]]: tensor
func.func @unpack_of_pack(%w: tensor<2x5x!ternary.trit>) -> tensor<2x5x!ternary.trit> {
  // CHECK: return %[[W]]
  %p = ternary.pack %w : tensor<2x5x!ternary.trit> -> tensor<1x2x16xi8, #i2>
  %v = ternary.unpack %p : tensor<1x2x16xi8, #i2> -> tensor<2x5x!ternary.trit>
  return %v : tensor<2x5x!ternary.trit>
}

// Each scale group of three inputs begins with a word: +1 0 0 | -1 1, which the
// second word 0b01_01_10_00 and a third trit of zero show.
#groups = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 2 x 5, scale_group = 3>
// CHECK-LABEL: func @pack_scale_groups
func.func @pack_scale_groups() -> tensor<1x2x16xi8, #groups> {
  // CHECK: arith.constant dense<{{\[\[\[}}86, 85, 85, {{.*}}], [88, 85, 85, {{.*}}]]]> : tensor<1x2x16xi8
  %w = ternary.constant dense<[[1, 0, 0, -1, 1], [0, 0, 0, 0, 0]]> : tensor<2x5xi8>
  %p = ternary.pack %w : tensor<2x5x!ternary.trit> -> tensor<1x2x16xi8, #groups>
  return %p : tensor<1x2x16xi8, #groups>
}

// CHECK-LABEL: func @unpack_scale_groups
func.func @unpack_scale_groups() -> tensor<2x5x!ternary.trit> {
  // CHECK: ternary.constant dense<{{\[\[}}1, 0, 0, -1, 1], [0, 0, 0, 0, 0]]> : tensor<2x5xi8>
  %p = arith.constant dense<[[[86, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85],
                             [88, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85]]]>
    : tensor<1x2x16xi8, #groups>
  %w = ternary.unpack %p : tensor<1x2x16xi8, #groups> -> tensor<2x5x!ternary.trit>
  return %w : tensor<2x5x!ternary.trit>
}
