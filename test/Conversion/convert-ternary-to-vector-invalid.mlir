// RUN: bitnet-opt %s --convert-ternary-to-vector --split-input-file --verify-diagnostics

func.func @on_tensors(%x: tensor<1x8xi8>, %w: tensor<1x2x32xi8>, %acc: tensor<1x32xi32>) -> tensor<1x32xi32> {
  // expected-error @below {{'ternary.add_accumulate' op has an operand of type 'tensor<1x8xi8>', expected buffers only}}
  %y = ternary.add_accumulate <isa = "generic", algorithm = masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : tensor<1x8xi8>, tensor<1x2x32xi8>) outs(%acc : tensor<1x32xi32>) -> tensor<1x32xi32>
  return %y : tensor<1x32xi32>
}

// -----

func.func @wrong_lookup(%table: memref<1x4x32xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op lookup of x86-avx512 wants group = 3, index_bits = 5, word_bits = 16, got #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>}}
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%table, %w : memref<1x4x32xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @too_few_rows(%table: memref<1x4x32xi8>, %w: memref<4x2x16xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op rows is 16, expected a multiple of the 32 8-bit lanes of x86-avx2}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 64 x 8>
    ins(%table, %w : memref<1x4x32xi8>, memref<4x2x16xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @masks_of_groups(%x: memref<1x8xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op group is 2, expected 1 for masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = masked_add>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @masks_of_long_words(%x: memref<1x16xi8>, %w: memref<1x1x64xi32>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op word_bits is 32, expected 8 or 16 for masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = masked_add>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x16xi8>, memref<1x1x64xi32>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @dots_of_bytes(%x: memref<1x8xi8>, %w: memref<1x2x64xi32>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.dot_accumulate' op dot wants group = 1, index_bits = 2, word_bits = 32, got}}
  ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = dot>
      <group = 2, index_bits = 16, word_bits = 32, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x64xi32>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @kernel_c6(%x: memref<8x12xi8>, %w: memref<1x2x32xi8>, %acc: memref<12x32xi32>, %s: memref<9999xi16>, %wide: memref<32x4xi32>) {
  // expected-error @below {{'ternary.token_accumulate' op token_tile is 4, expected a multiple of 16 for generic}}
  ternary.token_accumulate <isa = "generic", algorithm = lut_memory token_tile = 4>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : memref<8x12xi8>, memref<1x2x32xi8>)
    outs(%acc, %s, %wide : memref<12x32xi32>, memref<9999xi16>, memref<32x4xi32>)
  return
}

// -----

func.func @wrong_table(%table: memref<1x4x16xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op has an operand of type 'memref<1x4x16xi8>', expected what can be cast to 'memref<?x4x32xi8, strided<[128, 32, 1], offset: ?>>'}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%table, %w : memref<1x4x16xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

// expected-note @below {{defined here}}
func.func private @ternary_matmul_32x8_masked_add_4in8g1(i32)

func.func @taken_name(%x: memref<1x8xi8>, %w: memref<1x2x32xi8>, %acc: memref<1x32xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op needs the symbol @ternary_matmul_32x8_masked_add_4in8g1, which is something else}}
  ternary.add_accumulate <isa = "generic", algorithm = masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x32xi8>) outs(%acc : memref<1x32xi32>)
  return
}

// -----

func.func @other_algorithm(%x: memref<1x8xi8>, %w: memref<1x2x32xi8>, %acc: memref<1x32xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op has a kernel for lut_memory, expected masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = lut_memory token_tile = 8>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x32xi8>) outs(%acc : memref<1x32xi32>)
  return
}
