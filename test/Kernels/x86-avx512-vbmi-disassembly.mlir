// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse \
// RUN:   --expand-strided-metadata --lower-affine --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm \
// RUN:   --finalize-memref-to-llvm --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:   --convert-cf-to-llvm --reconcile-unrealized-casts \
// RUN: | mlir-translate --mlir-to-llvmir \
// RUN: | opt -O3 -mtriple=x86_64-linux-gnu -mcpu=icelake-server \
// RUN: | llc -O3 -mcpu=icelake-server -filetype=obj -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --x86-asm-syntax=intel %t.o | FileCheck %s \
// RUN:   --implicit-check-not='{{[[:space:]]v?(p?mul|p?madd|pdp|dp|fn?m(add|sub))[a-z0-9]*[[:space:]].*mm}}'

// No vector instruction multiplies; the sums are added in registers of 64 bytes.

// CHECK-LABEL: <few>:
func.func @few(%x: memref<?x2560xi8>, %table: memref<?x512x256xi8>, %w: memref<?x512x64xi8>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "x86-avx512-vbmi", algorithm = #ternary.lut_registers>
      <group = 5, index_bits = 8, word_bits = 8, rows = 64, logical = 2560 x 2560>
    ins(%x : memref<?x2560xi8>) outs(%table : memref<?x512x256xi8>)
  ternary.lut_accumulate <isa = "x86-avx512-vbmi", algorithm = #ternary.lut_registers<row_blocks = 2>>
      <group = 5, index_bits = 8, word_bits = 8, rows = 64, logical = 2560 x 2560>
    ins(%table, %w : memref<?x512x256xi8>, memref<?x512x64xi8>) outs(%acc : memref<?x?xi32>)
  return
}

// A processor without it would have to take the table apart.
// CHECK-LABEL: <ternary_lut_build_2560_5in8>:
// CHECK:       vpermb zmm
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_registers_5in8>:
// CHECK:       vpabsb zmm
// CHECK:       vperm{{[it]}}2b zmm
// CHECK:       vpsubb zmm{{[0-9]+}} {k{{[0-9]}}}
