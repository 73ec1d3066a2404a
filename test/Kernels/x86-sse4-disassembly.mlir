// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse \
// RUN:   --expand-strided-metadata --lower-affine --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm \
// RUN:   --finalize-memref-to-llvm --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:   --convert-cf-to-llvm --reconcile-unrealized-casts \
// RUN: | mlir-translate --mlir-to-llvmir \
// RUN: | opt -O3 -mtriple=x86_64-linux-gnu -mcpu=x86-64-v2 \
// RUN: | llc -O3 -mcpu=x86-64-v2 -filetype=obj -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --x86-asm-syntax=intel %t.o | FileCheck %s \
// RUN:   --implicit-check-not='{{[[:space:]]v?(p?mul|p?madd|pdp|dp|fn?m(add|sub))[a-z0-9]*[[:space:]].*mm}}'

// No vector instruction multiplies; the sums are added in registers of 16 bytes.

// CHECK-LABEL: <few>:
func.func @few(%x: memref<?x2560xi8>, %table: memref<?x1280x32xi8>, %w: memref<?x640x16xi8>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "x86-sse4", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 2560 x 2560>
    ins(%x : memref<?x2560xi8>) outs(%table : memref<?x1280x32xi8>)
  ternary.lut_accumulate <isa = "x86-sse4", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 2560 x 2560>
    ins(%table, %w : memref<?x1280x32xi8>, memref<?x640x16xi8>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<2560x?xi8>, %w: memref<?x640x16xi8>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "x86-sse4", algorithm = #ternary.lut_memory<token_tile = 32>>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 2560 x 2560>
    ins(%x, %w : memref<2560x?xi8>, memref<?x640x16xi8>)
    outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: <ternary_lut_build_2560_4in8g2>:
// CHECK:       psubb xmm
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_registers_4in8g2>:
// CHECK:       pshufb xmm
// CHECK:       paddb xmm
// CHECK:       paddw xmm
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_memory_4in8g2>:
// CHECK:       paddw xmm{{[0-9]+}}, xmmword ptr [
