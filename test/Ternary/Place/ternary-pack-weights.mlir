// RUN: bitnet-opt %s --ternary-pack-weights | FileCheck %s

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
#square = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>

// Columns are those of the matrix still, although the storage has two row blocks.
// CHECK-LABEL: func @padded_rows
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<20x10x!ternary.trit>, %[[ACC:.+]]: tensor<?x20xi32>)
func.func @padded_rows(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // CHECK: %[[PACKED:.+]] = ternary.pack %[[W]] : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 20 x 10>>
  // CHECK: %[[Y:.+]] = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]}
  // CHECK-SAME: activations(%[[X]] : tensor<?x10xi8>) weights(%[[PACKED]] : tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 20 x 10>>) outs(%[[ACC]] : tensor<?x20xi32>)
  // CHECK: return %[[Y]]
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], packing = #p}
    activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// Two bits hold a trit plus 1, the first trit in the lowest ones: the word of
// +1, -1, 0, +1 is 0b10010010, that of four zeros 0b01010101.
// CHECK-LABEL: func @constant_weights
func.func @constant_weights(%x: tensor<3x4xi8>, %acc: tensor<3x16xi32>) -> tensor<3x16xi32> {
  // CHECK-NOT: ternary.pack
  // CHECK: %[[PACKED:.+]] = arith.constant dense<{{\[\[\[}}-110, 85, 85, 85, {{.*}} 85]]]> : tensor<1x1x16xi8, #ternary.packing<{{[^>]+}} logical = 16 x 4>>
  // CHECK: ternary.product {{.*}} weights(%[[PACKED]] :
  %w = ternary.constant dense<[[1, -1, 0, 1],
      [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
      [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]> : tensor<16x4xi8>
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], packing = #square} activations(%x : tensor<3x4xi8>) weights(%w : tensor<16x4x!ternary.trit>) outs(%acc : tensor<3x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<3x16xi32>
  return %y : tensor<3x16xi32>
}

// CHECK-LABEL: func @not_decided
func.func @not_decided(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // CHECK-NEXT: ternary.product activations
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// CHECK-LABEL: func @several
// CHECK: %[[P0:.+]] = ternary.pack
// CHECK: %[[P1:.+]] = ternary.pack
// CHECK: ternary.product {{.*}} weights(%[[P0]], %[[P1]] :
func.func @several(%x: tensor<?x10xi8>, %w0: tensor<20x10x!ternary.trit>, %w1: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  %y = ternary.product {packing = #p} activations(%x : tensor<?x10xi8>)
      weights(%w0, %w1 : tensor<20x10x!ternary.trit>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) {
  ^bb0(%a: i32, %b: i32):
    %0 = arith.maxsi %a, %b : i32
    ternary.yield %0 : i32
  } -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// A word for the inputs of each scale group.
#groups = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>
// CHECK-LABEL: func @scale_groups
// CHECK: %[[PACKED:.+]] = ternary.pack %{{.+}} -> tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} scale_group = 4>>
// CHECK: ternary.product {scale_group = 4 : i64} {{.*}} weights(%[[PACKED]] :
func.func @scale_groups(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) -> tensor<?x20xf32> {
  %y = ternary.product {packing = #groups, scale_group = 4 : i64} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>) outs(%acc : tensor<?x20xf32>) {
  ^bb0(%sum: f32):
    ternary.yield %sum : f32
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
