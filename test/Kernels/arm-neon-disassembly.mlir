// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse \
// RUN:   --expand-strided-metadata --lower-affine --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm \
// RUN:   --finalize-memref-to-llvm --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:   --convert-cf-to-llvm --reconcile-unrealized-casts \
// RUN: | mlir-translate --mlir-to-llvmir \
// RUN: | opt -O3 -mtriple=aarch64-linux-gnu -mcpu=cortex-a72 \
// RUN: | llc -O3 -mtriple=aarch64-linux-gnu -mcpu=cortex-a72 -filetype=obj -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn %t.o | FileCheck %s \
// RUN:   --implicit-check-not='{{:[[:space:]]+[a-z0-9]*(mul|ml[as]|mmla|dot|mad|msb)[a-z0-9]*[[:space:]]+[vz][0-9]}}'

// No vector instruction multiplies. Nothing optional is in the code: indices are
// cut out of 16 bits by narrowing shifts, and two registers hold a table.

func.func @few(%x: memref<?x2560xi8>, %table: memref<?x855x64xi8>, %w: memref<?x285x48xi16>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "arm-neon", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 48, logical = 2560 x 2560>
    ins(%x : memref<?x2560xi8>) outs(%table : memref<?x855x64xi8>)
  ternary.lut_accumulate <isa = "arm-neon", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 48, logical = 2560 x 2560>
    ins(%table, %w : memref<?x855x64xi8>, memref<?x285x48xi16>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<2565x?xi8>, %w: memref<?x285x48xi16>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "arm-neon", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 49152>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 48, logical = 2560 x 2560>
    ins(%x, %w : memref<2565x?xi8>, memref<?x285x48xi16>)
    outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: <ternary_lut_build_2560_9in16>:
// CHECK:       sub v{{[0-9]+}}.16b
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_registers_9in16>:
// CHECK:       shrn2 v
// CHECK:       tbl v{{[0-9]+}}.16b, { v{{[0-9]+}}.16b, v{{[0-9]+}}.16b }
// CHECK:       usra v{{[0-9]+}}.8h
// CHECK-LABEL: <ternary_matmul_2560x2560_lut_memory_9in16>:
// CHECK:       ld1 { v{{[0-9]+}}.8h, v{{[0-9]+}}.8h, v{{[0-9]+}}.8h, v{{[0-9]+}}.8h }, [x
// CHECK:       add v{{[0-9]+}}.8h
