// RUN: bitnet-opt %s --split-input-file --convert-ternary-to-vector | FileCheck %s

// What overwrites sums and what adds to them are two functions, also where the
// buffers have the same types.
// CHECK-LABEL: func @both
func.func @both(%table: memref<1x6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<1x128xi32>) {
  // CHECK: call @ternary_matmul_128x10_lut_registers_4in8g2(
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 10>
    ins(%table, %w : memref<1x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<1x128xi32>)
  // CHECK: call @ternary_matmul_128x10_lut_registers_4in8g2_1(
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 10> {accumulates}
    ins(%table, %w : memref<1x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<1x128xi32>)
  return
}
// CHECK: func.func private @ternary_matmul_128x10_lut_registers_4in8g2(
// CHECK: func.func private @ternary_matmul_128x10_lut_registers_4in8g2_1(

// -----

// Words of two parts of a row, which have the same type.
// CHECK-LABEL: func @parts
func.func @parts(%table: memref<1x6x32xi8>, %w: memref<2x6x64xi8>, %acc: memref<1x128xi32>) {
  %first = memref.subview %w[0, 0, 0] [2, 3, 64] [1, 1, 1] : memref<2x6x64xi8> to memref<2x3x64xi8, strided<[384, 64, 1]>>
  %second = memref.subview %w[0, 3, 0] [2, 3, 64] [1, 1, 1] : memref<2x6x64xi8> to memref<2x3x64xi8, strided<[384, 64, 1], offset: 192>>
  // CHECK: call @ternary_matmul_128x10_lut_registers_4in8g2(
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 10>
    ins(%table, %first : memref<1x6x32xi8>, memref<2x3x64xi8, strided<[384, 64, 1]>>) outs(%acc : memref<1x128xi32>)
  // CHECK: call @ternary_matmul_128x10_lut_registers_4in8g2_1(
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 10> {accumulates}
    ins(%table, %second : memref<1x6x32xi8>, memref<2x3x64xi8, strided<[384, 64, 1], offset: 192>>) outs(%acc : memref<1x128xi32>)
  return
}
// CHECK-NOT: ternary.accumulates
