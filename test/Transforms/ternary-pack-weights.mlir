// RUN: bitnet-opt %s --ternary-pack-weights | FileCheck %s

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
#square = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>

// The result has a column for every row of the two row blocks.
// CHECK-LABEL: func @padded_rows
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<20x10x!ternary.trit>, %[[ACC:.+]]: tensor<?x20xi32>)
func.func @padded_rows(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // CHECK: %[[PACKED:.+]] = ternary.pack %[[W]] : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 20 x 10>>
  // CHECK: %[[TOKENS:.+]] = tensor.dim %[[ACC]]
  // CHECK: %[[EMPTY:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x32xi32>
  // CHECK: %[[WIDE:.+]] = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add>]}
  // CHECK-SAME: ins(%[[X]], %[[PACKED]] : tensor<?x10xi8>, tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 20 x 10>>) outs(%[[EMPTY]] :
  // CHECK: %[[Y:.+]] = tensor.extract_slice %[[WIDE]][0, 0] [%[[TOKENS]], 20] [1, 1]
  // CHECK: return %[[Y]]
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add>], packing = #p}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// Two bits hold a trit plus 1, the first trit in the lowest ones: the word of
// +1, -1, 0, +1 is 0b10010010, that of four zeros 0b01010101.
// CHECK-LABEL: func @constant_weights
func.func @constant_weights(%x: tensor<3x4xi8>, %acc: tensor<3x16xi32>) -> tensor<3x16xi32> {
  // CHECK-NOT: ternary.pack
  // CHECK: %[[PACKED:.+]] = arith.constant dense<{{\[\[\[}}-110, 85, 85, 85, {{.*}} 85]]]> : tensor<1x1x16xi8, #ternary.packing<{{[^>]+}} logical = 16 x 4>>
  // CHECK: ternary.matmul {{.*}} ins(%{{.+}}, %[[PACKED]] :
  // CHECK-NOT: tensor.extract_slice
  %w = ternary.constant dense<[[1, -1, 0, 1],
      [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
      [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]> : tensor<16x4xi8>
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add>], packing = #square}
    ins(%x, %w : tensor<3x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<3x16xi32>) -> tensor<3x16xi32>
  return %y : tensor<3x16xi32>
}

// CHECK-LABEL: func @not_decided
func.func @not_decided(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // CHECK-NEXT: ternary.matmul ins
  %y = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
                      outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}
