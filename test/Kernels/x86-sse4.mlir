// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernel of SSE4.1: that of AVX2 in registers of 16 bytes, in which a table
// need not be repeated.

func.func @few(%table: memref<?x12x32xi8>, %w: memref<?x6x16xi8>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "x86-sse4", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 16 x 24>
    ins(%table, %w : memref<?x12x32xi8>, memref<?x6x16xi8>) outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: func private @ternary_matmul_16x24_lut_registers_4in8g2
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x12x32xi8, {{.*}}>, %[[W:.+]]: memref<?x6x16xi8, {{.*}}>
// CHECK:       %[[SUMS:.+]]:4 = scf.for %[[WORD:.+]] = %c0 to %c6 step %c3
// CHECK:         %[[LOWS:.+]] = vector.load %[[TABLE]]{{.*}}vector<16xi8>
// CHECK-NOT:     vector.shuffle
// CHECK:         %[[W0:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c0] {alignment = 16 : i64}
// CHECK:         %[[INDEX:.+]] = arith.andi %[[W0]], %{{.*}} : vector<16xi8>
// CHECK:         llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"(%[[LOWS]], %[[INDEX]])
// CHECK-COUNT-11: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"
// CHECK-NOT:     llvm.call_intrinsic
// CHECK:         %[[PAIRS:.+]] = vector.bitcast %{{.*}} : vector<16xi8> to vector<8xi16>
// CHECK:         %[[ODDS:.+]] = arith.shrui %[[PAIRS]], %{{.*}} : vector<8xi16>
// CHECK:         arith.addi %{{.*}}, %[[PAIRS]] : vector<8xi16>
// CHECK:         arith.addi %{{.*}}, %[[ODDS]] : vector<8xi16>
// CHECK:       %[[SHARE:.+]] = arith.shli %[[SUMS]]#1, %{{.*}} : vector<8xi16>
// CHECK:       %[[EVENS:.+]] = arith.subi %[[SUMS]]#0, %[[SHARE]]
// CHECK:       vector.interleave %[[EVENS]], %[[SUMS]]#1 : vector<8xi16>
