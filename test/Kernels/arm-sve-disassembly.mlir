// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse \
// RUN:   --expand-strided-metadata --lower-affine --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm \
// RUN:   --finalize-memref-to-llvm --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:   --convert-cf-to-llvm --reconcile-unrealized-casts \
// RUN: | mlir-translate --mlir-to-llvmir \
// RUN: | opt -O3 -mtriple=aarch64-linux-gnu -mcpu=neoverse-v1 \
// RUN: | llc -O3 -mtriple=aarch64-linux-gnu -mcpu=neoverse-v1 -filetype=obj -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn %t.o | FileCheck %s \
// RUN:   --implicit-check-not='{{:[[:space:]]+[a-z0-9]*(mul|ml[as]|mmla|dot|mad|msb)[a-z0-9]*[[:space:]]+[vz][0-9]}}'

// No vector instruction multiplies; whatever the width of a register is, indices
// are looked up in one.

func.func @few(%x: memref<?x2560xi8>, %table: memref<?x1280x32xi8>, %w: memref<?x640x64xi8>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "arm-sve", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 2560 x 2560>
    ins(%x : memref<?x2560xi8>) outs(%table : memref<?x1280x32xi8>)
  ternary.lut_accumulate <isa = "arm-sve", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 2560 x 2560>
    ins(%table, %w : memref<?x1280x32xi8>, memref<?x640x64xi8>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<2560x?xi8>, %w: memref<?x640x64xi8>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "arm-sve", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 49152>>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 2560 x 2560>
    ins(%x, %w : memref<2560x?xi8>, memref<?x640x64xi8>)
    outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: <ternary_matmul_2560x2560_lut_registers_4in8g2>:
// CHECK:       whilelo p
// CHECK:       tbl z{{[0-9]+}}.b, { z{{[0-9]+}}.b }, z
// CHECK:       add z{{[0-9]+}}.b
// CHECK:       add z{{[0-9]+}}.h
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_memory_4in8g2>:
// CHECK:       ld1h { z{{[0-9]+}}.h }, p
// CHECK:       add z{{[0-9]+}}.h
