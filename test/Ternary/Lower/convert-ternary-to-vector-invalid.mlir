// RUN: bitnet-opt %s --convert-ternary-to-vector --split-input-file --verify-diagnostics

func.func @on_tensors(%x: tensor<1x8xi8>, %w: tensor<1x2x32xi8>, %acc: tensor<1x32xi32>) -> tensor<1x32xi32> {
  // expected-error @below {{'ternary.add_accumulate' op has an operand of type 'tensor<1x8xi8>', expected buffers only}}
  %y = ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : tensor<1x8xi8>, tensor<1x2x32xi8>) outs(%acc : tensor<1x32xi32>) -> tensor<1x32xi32>
  return %y : tensor<1x32xi32>
}

// -----

// expected-note @below {{defined here}}
func.func private @ternary_matmul_32x8_masked_add_4in8g1(i32)

func.func @taken_name(%x: memref<1x8xi8>, %w: memref<1x2x32xi8>, %acc: memref<1x32xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op needs the symbol @ternary_matmul_32x8_masked_add_4in8g1, which is something else}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x32xi8>) outs(%acc : memref<1x32xi32>)
  return
}
