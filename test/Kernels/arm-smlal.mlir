// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// Widening products of NEON, only on demand, where there are no dot products: those
// of a lane's four bytes are added pair by pair.

func.func @dot(%x: memref<?x48xi8>, %w: memref<?x3x16xi32>, %acc: memref<?x?xi32>) {
  ternary.dot_accumulate <isa = "arm-smlal", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 16, logical = 16 x 40>
    ins(%x, %w : memref<?x48xi8>, memref<?x3x16xi32>) outs(%acc : memref<?x?xi32>)
  return
}

// CHECK-LABEL: func private @ternary_matmul_16x40_dot_16in32g1
// CHECK:       %[[HALF:.+]] = vector.extract_strided_slice %{{.+}} {offsets = [0], sizes = [8], strides = [1]} : vector<16xi8> to vector<8xi8>
// CHECK:       %[[PRODUCT:.+]] = llvm.call_intrinsic "llvm.aarch64.neon.smull"
// CHECK:       arith.addi %[[PRODUCT]], %{{.+}} : vector<8xi16>
// CHECK:       %[[LANES:.+]] = llvm.call_intrinsic "llvm.aarch64.neon.addp"
// CHECK:       %[[SUM:.+]] = llvm.call_intrinsic "llvm.aarch64.neon.saddlp"(%[[LANES]]) : (vector<8xi16>) -> vector<4xi32>
// CHECK:       arith.addi %{{.+}}, %[[SUM]] : vector<4xi32>
