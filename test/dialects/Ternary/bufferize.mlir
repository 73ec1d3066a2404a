// RUN: bitnet-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map unknown-type-conversion=identity-layout-map" \
// RUN:   --canonicalize --cse --canonicalize | FileCheck %s --implicit-check-not=memref.alloc --implicit-check-not=memref.copy

// The kernel ops write to their destinations, of which they read nothing: there
// are no buffers and no copies but those that the program asks for.

#masks = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
#nibbles = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>

// CHECK-LABEL: func @lookup
// CHECK-SAME:    %[[X:.+]]: memref<?x10xi8>, %[[T:.+]]: memref<?x6x32xi8>, %[[W:.+]]: memref<2x3x64xi8>, %[[ACC:.+]]: memref<?x128xi32>)
func.func @lookup(%x: tensor<?x10xi8>, %t: tensor<?x6x32xi8>, %w: tensor<2x3x64xi8, #nibbles>,
                  %acc: tensor<?x128xi32>) -> tensor<?x128xi32> {
  // CHECK: ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers> <{{.*}}> ins(%[[X]] : memref<?x10xi8>) outs(%[[T]] : memref<?x6x32xi8>)
  %table = ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : tensor<?x10xi8>) outs(%t : tensor<?x6x32xi8>) -> tensor<?x6x32xi8>
  // CHECK: ternary.lut_accumulate {{.*}} ins(%[[T]], %[[W]] : memref<?x6x32xi8>, memref<2x3x64xi8>) outs(%[[ACC]] : memref<?x128xi32>)
  %y = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%table, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>)
    outs(%acc : tensor<?x128xi32>) -> tensor<?x128xi32>
  // CHECK: return %[[ACC]]
  return %y : tensor<?x128xi32>
}

// Each row block is written where it belongs.
// CHECK-LABEL: func @row_blocks
// CHECK-SAME:    %[[X:.+]]: memref<1x12xi8>, %[[W:.+]]: memref<2x3x16xi8>, %[[ACC:.+]]: memref<1x32xi32>)
func.func @row_blocks(%x: tensor<1x12xi8>, %w: tensor<2x3x16xi8, #masks>, %acc: tensor<1x32xi32>) -> tensor<1x32xi32> {
  // CHECK: scf.forall (%[[I:.+]]) in (2) {
  // CHECK:   %[[WT:.+]] = memref.subview %[[W]][%[[I]], 0, 0] [1, 3, 16] [1, 1, 1]
  // CHECK:   %[[T:.+]] = memref.subview %[[ACC]][0, %{{.+}}] [1, 16] [1, 1]
  // CHECK:   ternary.add_accumulate {{.*}} ins(%[[X]], %[[WT]] : {{.*}}) outs(%[[T]] : memref<1x16xi32, strided<[32, 1], offset: ?>>)
  %y = scf.forall (%i) in (2) shared_outs(%out = %acc) -> tensor<1x32xi32> {
    %column = affine.apply affine_map<(d0) -> (d0 * 16)>(%i)
    %wt = tensor.extract_slice %w[%i, 0, 0] [1, 3, 16] [1, 1, 1] : tensor<2x3x16xi8, #masks> to tensor<1x3x16xi8, #masks>
    %t = tensor.extract_slice %out[0, %column] [1, 16] [1, 1] : tensor<1x32xi32> to tensor<1x16xi32>
    %0 = ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
        <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
      ins(%x, %wt : tensor<1x12xi8>, tensor<1x3x16xi8, #masks>) outs(%t : tensor<1x16xi32>) -> tensor<1x16xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %0 into %out[0, %column] [1, 16] [1, 1] : tensor<1x16xi32> into tensor<1x32xi32>
    }
  }
  // CHECK: return %[[ACC]]
  return %y : tensor<1x32xi32>
}

// CHECK-LABEL: func @tokens
// CHECK-SAME:    %[[X:.+]]: memref<12x16xi8>, %[[W:.+]]: memref<2x3x16xi8>, %[[ACC:.+]]: memref<8x32xi32>)
func.func @tokens(%x: tensor<12x16xi8>, %w: tensor<2x3x16xi8, #masks>, %acc: tensor<8x32xi32>) -> tensor<8x32xi32> {
  // CHECK: ternary.token_accumulate {{.*}} ins(%[[X]], %[[W]] : {{.*}}) outs(%[[ACC]] : memref<8x32xi32>)
  %y = ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : tensor<12x16xi8>, tensor<2x3x16xi8, #masks>) outs(%acc : tensor<8x32xi32>) -> tensor<8x32xi32>
  // CHECK: return %[[ACC]]
  return %y : tensor<8x32xi32>
}
