// RUN: bitnet-opt %s --linalg-tile-transpose --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func @matrix
// CHECK-SAME:    %[[IN:.+]]: memref<?x?xi32>, %[[OUT:.+]]: memref<?x?xi32>)
func.func @matrix(%in: memref<?x?xi32>, %out: memref<?x?xi32>) {
  // CHECK-NOT: linalg.transpose
  // CHECK: %[[ROWS:.+]] = memref.dim %[[IN]], %c0
  // CHECK: %[[COLUMNS:.+]] = memref.dim %[[IN]], %c1
  // CHECK: %[[R16:.+]] = arith.andi %[[ROWS]], %c-16
  // CHECK: %[[C16:.+]] = arith.andi %[[COLUMNS]], %c-16
  // CHECK: scf.for %[[R:.+]] = %c0 to %[[R16]] step %c16
  // CHECK:   scf.for %[[C:.+]] = %c0 to %[[C16]] step %c16
  // CHECK-COUNT-16: vector.load %[[IN]][%{{.+}}, %[[C]]] : memref<?x?xi32>, vector<16xi32>
  // CHECK:     vector.shuffle %{{.+}}, %{{.+}} [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] : vector<16xi32>, vector<16xi32>
  // CHECK:     vector.shuffle %{{.+}}, %{{.+}} [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]
  // CHECK-COUNT-16: vector.store %{{.+}}, %[[OUT]][%{{.+}}, %[[R]]] : memref<?x?xi32>, vector<16xi32>
  // CHECK:   scf.for %{{.+}} = %[[C16]] to %[[COLUMNS]]
  // CHECK:     scf.for %{{.+}} = %[[R]] to
  // CHECK: scf.for %[[COLUMN:.+]] = %c0 to %[[COLUMNS]]
  // CHECK:   scf.for %[[ROW:.+]] = %[[R16]] to %[[ROWS]]
  // CHECK:     %[[X:.+]] = memref.load %[[IN]][%[[ROW]], %[[COLUMN]]]
  // CHECK:     memref.store %[[X]], %[[OUT]][%[[COLUMN]], %[[ROW]]]
  linalg.transpose ins(%in : memref<?x?xi32>) outs(%out : memref<?x?xi32>) permutation = [1, 0]
  return
}

// Rows that are not contiguous, bits, tensors and other permutations stay.
// CHECK-LABEL: func @others
func.func @others(%strided: memref<?x?xi8, strided<[?, ?]>>, %out: memref<?x?xi8>,
                  %bits: memref<?x?xi1>, %turned_bits: memref<?x?xi1>, %cube: memref<2x3x4xf32>, %turned: memref<3x2x4xf32>, %x: tensor<4x8xf32>,
                  %init: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // CHECK-COUNT-4: linalg.transpose
  linalg.transpose ins(%bits : memref<?x?xi1>) outs(%turned_bits : memref<?x?xi1>) permutation = [1, 0]
  linalg.transpose ins(%strided : memref<?x?xi8, strided<[?, ?]>>) outs(%out : memref<?x?xi8>) permutation = [1, 0]
  linalg.transpose ins(%cube : memref<2x3x4xf32>) outs(%turned : memref<3x2x4xf32>) permutation = [1, 0, 2]
  %y = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%init : tensor<8x4xf32>) permutation = [1, 0]
  return %y : tensor<8x4xf32>
}
