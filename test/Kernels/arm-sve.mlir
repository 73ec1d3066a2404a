// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of SVE, whose registers have a width that only the machine knows.

func.func @few(%table: memref<?x12x32xi8>, %w: memref<?x6x64xi8>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "arm-sve", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 24>
    ins(%table, %w : memref<?x12x32xi8>, memref<?x6x64xi8>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<24x?xi8>, %w: memref<?x6x64xi8>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "arm-sve", algorithm = #ternary.lut_memory<token_tile = 64>>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 24>
    ins(%x, %w : memref<24x?xi8>, memref<?x6x64xi8>)
    outs(%acc : memref<?x?xi32>)
  return
}

// The rows of a block are taken by as many registers as the machine needs, lanes
// past the last row are masked, and a table is the first 16 lanes of another one.
// CHECK-LABEL: func private @ternary_matmul_64x24_lut_registers_4in8g2
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x12x32xi8, {{.*}}>, %[[W:.+]]: memref<?x6x64xi8, {{.*}}>
// CHECK:       %[[VSCALE:.+]] = vector.vscale
// CHECK:       %[[LANES:.+]] = arith.shli %[[VSCALE]], %c4
// CHECK:       scf.for %[[ROW:.+]] = %c0 to %c64 step %[[LANES]]
// CHECK:         %[[FIRST:.+]] = arith.index_castui %[[ROW]]
// CHECK:         %[[ROWS:.+]] = llvm.call_intrinsic "llvm.get.active.lane.mask"(%[[FIRST]], %c64_i64) : (i64, i64) -> vector<[16]xi1>
// CHECK:         scf.for %[[WORD:.+]] = %c0 to %c6 step %c3
// CHECK:           %[[SIXTEEN:.+]] = llvm.call_intrinsic "llvm.get.active.lane.mask"
// CHECK:           %[[ENTRIES:.+]] = vector.maskedload %[[TABLE]][%{{.+}}, %{{.+}}, %c0], %[[SIXTEEN]]
// CHECK:           %[[WORDS:.+]] = vector.maskedload %[[W]][%{{.+}}, %[[WORD]], %[[ROW]]], %[[ROWS]]
// CHECK:           %[[INDEX:.+]] = arith.andi %[[WORDS]], %{{.+}} : vector<[16]xi8>
// CHECK:           llvm.call_intrinsic "llvm.aarch64.sve.tbl"(%[[ENTRIES]], %[[INDEX]])

// Four registers at once where they divide the tile, else two, else one; one that
// the tile does not fill is masked.
// CHECK-LABEL: func private @ternary_matmul_64x24_lut_memory_4in8g2
// CHECK:       %[[REST:.+]] = arith.remui %c64, %{{.+}}
// CHECK:       %[[WHOLE:.+]] = arith.cmpi eq, %[[REST]], %c0
// CHECK:       scf.if %[[WHOLE]]
// CHECK:         vector.load {{.*}} vector<[8]xi16>
// CHECK:       else
// CHECK:         scf.if
// CHECK:           scf.if
// CHECK:           else
// CHECK:             vector.maskedload {{.*}} vector<[8]xi16>
