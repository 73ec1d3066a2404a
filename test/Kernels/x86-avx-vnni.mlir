// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// Dot products of AVX-VNNI, only on demand: four bytes in a lane.

func.func @dot(%x: memref<?x48xi8>, %w: memref<?x3x32xi32>, %acc: memref<?x?xi32>) {
  ternary.dot_accumulate <isa = "x86-avx-vnni", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 32, logical = 32 x 40>
    ins(%x, %w : memref<?x48xi8>, memref<?x3x32xi32>) outs(%acc : memref<?x?xi32>)
  return
}

// The negative sum of a token's activations comes first, since two bits are one
// trit plus one.
// CHECK-LABEL: func private @ternary_matmul_32x40_dot_16in32g1
// CHECK-SAME:    %[[X:.+]]: memref<?x48xi8, {{.*}}>, %[[W:.+]]: memref<?x3x32xi32, {{.*}}>, %[[ACC:.+]]: memref<?x?xi32,
// CHECK:       %[[ONES:.+]] = arith.constant dense<1> : vector<32xi8>
// CHECK:       scf.for %{{.+}} = %c0 to %c3
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%{{.+}}, %[[ONES]],
// CHECK:       arith.subi
// CHECK:       vector.store %{{.+}}, %[[ACC]]

// Then each register of rows is cut four times.
// CHECK:       scf.for %[[WORD:.+]] = %c0 to %c3
// CHECK:         %[[FOUR:.+]] = vector.load %[[X]]{{.*}} : {{.*}}, vector<4xi8>
// CHECK:         vector.bitcast %[[FOUR]] : vector<4xi8> to vector<1xi32>
// CHECK:         %[[WORDS:.+]] = vector.load %[[W]][%{{.+}}, %[[WORD]], %c0] {alignment = 32 : i64}
// CHECK:         arith.andi %[[WORDS]], %{{.+}} : vector<8xi32>
// CHECK:         arith.shrui %[[WORDS]], %{{.+}} : vector<8xi32>
// CHECK-COUNT-16: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// CHECK-NOT:     llvm.call_intrinsic
// CHECK:         scf.yield
