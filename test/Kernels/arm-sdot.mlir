// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// Dot products of NEON, only on demand: four bytes in a lane, weights as 0 to 2.

func.func @dot(%x: memref<?x48xi8>, %w: memref<?x3x16xi32>, %acc: memref<?x?xi32>) {
  ternary.dot_accumulate <isa = "arm-sdot", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 16, logical = 16 x 40>
    ins(%x, %w : memref<?x48xi8>, memref<?x3x16xi32>) outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: func private @ternary_matmul_16x40_dot_16in32g1
// CHECK-SAME:    %[[X:.+]]: memref<?x48xi8, {{.*}}>, %[[W:.+]]: memref<?x3x16xi32, {{.*}}>, %[[ACC:.+]]: memref<?x?xi32,
// CHECK:       %[[ONES:.+]] = arith.constant dense<1> : vector<16xi8>
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.sdot"(%{{.+}}, %[[ONES]],
// CHECK:       scf.for %[[WORD:.+]] = %c0 to %c3
// CHECK:         %[[WORDS:.+]] = vector.load %[[W]][%{{.+}}, %[[WORD]], %c0] {alignment = 16 : i64}
// CHECK:         arith.andi %[[WORDS]], %{{.+}} : vector<4xi32>
// CHECK-COUNT-16: llvm.call_intrinsic "llvm.aarch64.neon.sdot"
// CHECK-NOT:     llvm.call_intrinsic
// CHECK:         scf.yield
