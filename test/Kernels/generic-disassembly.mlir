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
func.func @few(%x: memref<?x2560xi8>, %w: memref<?x640x32xi8>, %acc: memref<?x?xi32>) {
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 2560 x 2560>
    ins(%x, %w : memref<?x2560xi8>, memref<?x640x32xi8>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<2560x?xi8>, %w: memref<?x640x32xi8>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 32>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 2560 x 2560>
    ins(%x, %w : memref<2560x?xi8>, memref<?x640x32xi8>)
    outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: <ternary_matmul_2560x2560_masked_add_4in8g1>:
// CHECK:       pcmpeqw xmm
// CHECK:       paddw xmm
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_memory_4in8g1>:
// CHECK:       paddw xmm
