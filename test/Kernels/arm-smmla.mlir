// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// Products of matrices of NEON, only on demand: two rows and two tokens at once.

func.func @dot(%x: memref<?x48xi8>, %w: memref<?x3x16xi32>, %acc: memref<?x?xi32>) {
  ternary.dot_accumulate <isa = "arm-smmla", algorithm = #ternary.dot<token_tile = 2>>
      <group = 1, index_bits = 2, word_bits = 32, rows = 16, logical = 16 x 40>
    ins(%x, %w : memref<?x48xi8>, memref<?x3x16xi32>) outs(%acc : memref<?x?xi32>)
  return
}

// The sums of two tokens by turns, then row by row with eight activations of each.
// CHECK-LABEL: func private @ternary_matmul_16x40_dot_16in32g1
// CHECK-SAME:    %[[X:.+]]: memref<?x48xi8, {{.*}}>, %[[W:.+]]: memref<?x3x16xi32, {{.*}}>, %[[ACC:.+]]: memref<?x?xi32,
// CHECK:       %[[FIRST:.+]] = vector.load %[[ACC]]
// CHECK:       %[[SECOND:.+]] = vector.load %[[ACC]]
// CHECK:       vector.shuffle %[[FIRST]], %[[SECOND]] [0, 4, 1, 5]
// CHECK:       scf.for %[[WORD:.+]] = %c0 to %c3
// CHECK:         %[[EIGHT:.+]] = vector.load %[[X]]{{.*}} vector<8xi8>
// CHECK:         %[[PAIR:.+]] = vector.shuffle %[[EIGHT]], %{{.+}} [0, 1, 2, {{.+}}, 15] : vector<8xi8>, vector<8xi8>
// CHECK:         %[[WORDS:.+]] = vector.load %[[W]][%{{.+}}, %[[WORD]], %c0]
// CHECK:         %[[ROWS:.+]] = vector.shuffle %{{.+}}, %{{.+}} [0, 4, 1, 5] : vector<4xi32>
// CHECK:         %[[BYTES:.+]] = vector.bitcast %[[ROWS]] : vector<4xi32> to vector<16xi8>
// CHECK:         llvm.call_intrinsic "llvm.aarch64.neon.smmla"(%{{.+}}, %[[BYTES]], %[[PAIR]])
// CHECK-COUNT-15: llvm.call_intrinsic "llvm.aarch64.neon.smmla"
// CHECK:         scf.yield
// CHECK:       vector.shuffle %{{.+}}, %{{.+}} [0, 2, 4, 6]

// A last token is alone.
// CHECK:       llvm.call_intrinsic "llvm.aarch64.neon.sdot"
