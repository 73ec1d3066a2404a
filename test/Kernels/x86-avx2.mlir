// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of AVX2: 4 trits in 8 bits, tables of 16 bytes of low and 16 of
// high nibbles.

func.func @few(%x: memref<?x24xi8>, %table: memref<?x12x32xi8>, %w: memref<?x6x64xi8>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 24>
    ins(%x : memref<?x24xi8>) outs(%table : memref<?x12x32xi8>)
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 24>
    ins(%table, %w : memref<?x12x32xi8>, memref<?x6x64xi8>) outs(%acc : memref<?x?xi32>)
  return
}

// x = 16 * high + low, exact for -128 and 127 in eight bits. No entry is negative.
// CHECK-LABEL: func private @ternary_lut_build_24_4in8g2
// CHECK-SAME:    %[[X:.+]]: memref<?x24xi8, {{.*}}>, %[[TABLE:.+]]: memref<?x12x32xi8, {{.*}}>)
// CHECK:       %[[BIAS:.+]] = arith.constant dense<16> : vector<16xi8>
// CHECK:       %[[CODE:.+]] = memref.load %[[X]]
// CHECK:       %[[BIASED:.+]] = arith.addi %[[CODE]], %c8_i8 : i8
// CHECK:       %[[NIBBLE:.+]] = arith.andi %[[BIASED]], %c15_i8 : i8
// CHECK:       %[[LOW:.+]] = arith.subi %[[NIBBLE]], %c8_i8 : i8
// CHECK:       %[[CARRY:.+]] = arith.andi %{{.*}}, %c1_i8 : i8
// CHECK:       %[[TOP:.+]] = arith.shrsi %[[CODE]], %c4_i8 : i8
// CHECK:       %[[HIGH:.+]] = arith.addi %[[TOP]], %[[CARRY]] : i8
// CHECK:       %[[ALL:.+]] = vector.broadcast %[[LOW]] : i8 to vector<16xi8>
// CHECK:       %[[ADDED:.+]] = arith.select %{{.*}}, %[[ALL]]
// CHECK:       arith.addi %[[ADDED]], %[[BIAS]] : vector<16xi8>
// CHECK:       vector.broadcast %[[HIGH]] : i8 to vector<16xi8>
// CHECK:       vector.store %{{.*}}, %[[TABLE]][%{{.*}}, %{{.*}}, %c0]
// CHECK:       vector.store %{{.*}}, %[[TABLE]][%{{.*}}, %{{.*}}, %c16]

// Three words, six lookups of entries up to 32, are added in eight bits, then
// widened to 16: two registers of rows, two planes, pairs of lanes and odd lanes.
// CHECK-LABEL: func private @ternary_matmul_64x24_lut_registers_4in8g2
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x12x32xi8, {{.*}}>, %[[W:.+]]: memref<?x6x64xi8, {{.*}}>
// CHECK:       %[[SUMS:.+]]:8 = scf.for %[[WORD:.+]] = %c0 to %c6 step %c3
// CHECK:         %[[HALF:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[LOWS:.+]] = vector.shuffle %[[HALF]], %[[HALF]] [0, 1, {{.*}}, 15, 0, 1, {{.*}}, 15]
// CHECK:         %[[W0:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c0] {alignment = 32 : i64}
// CHECK:         %[[INDEX:.+]] = arith.andi %[[W0]], %{{.*}} : vector<32xi8>
// CHECK:         llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"(%[[LOWS]], %[[INDEX]])
// CHECK-COUNT-23: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// CHECK-NOT:     llvm.call_intrinsic
// CHECK:         %[[PAIRS:.+]] = vector.bitcast %{{.*}} : vector<32xi8> to vector<16xi16>
// CHECK:         %[[ODDS:.+]] = arith.shrui %[[PAIRS]], %{{.*}} : vector<16xi16>
// CHECK:         arith.addi %{{.*}}, %[[PAIRS]] : vector<16xi16>
// CHECK:         arith.addi %{{.*}}, %[[ODDS]] : vector<16xi16>
// CHECK:       %[[SHARE:.+]] = arith.shli %[[SUMS]]#1, %{{.*}} : vector<16xi16>
// CHECK:       %[[EVENS:.+]] = arith.subi %[[SUMS]]#0, %[[SHARE]]
// CHECK:       vector.interleave %[[EVENS]], %[[SUMS]]#1 : vector<16xi16>
// CHECK:       %[[HIGHS:.+]] = vector.interleave %{{.*}}, %[[SUMS]]#3 : vector<16xi16>
// CHECK:       %[[WIDE:.+]] = arith.extsi %[[HIGHS]] : vector<32xi16> to vector<32xi32>
// CHECK:       arith.shli %[[WIDE]], %{{.*}} : vector<32xi32>
