// RUN: bitnet-opt %s --pass-pipeline="builtin.module(func.func(memref-lower-copies))" | FileCheck %s

// CHECK-LABEL: func @strided
// CHECK-SAME: (%[[A:.+]]: memref<4x8xf32>, %[[B:.+]]: memref<4x8xf32, strided<[16, 1]>>)
func.func @strided(%a: memref<4x8xf32>, %b: memref<4x8xf32, strided<[16, 1]>>) {
  // CHECK: linalg.copy ins(%[[A]] : memref<4x8xf32>) outs(%[[B]] : memref<4x8xf32, strided<[16, 1]>>)
  // CHECK-NOT: memref.copy
  memref.copy %a, %b : memref<4x8xf32> to memref<4x8xf32, strided<[16, 1]>>
  return
}

// CHECK-LABEL: func @contiguous
func.func @contiguous(%a: memref<4x8xf32>, %b: memref<4x8xf32>) {
  // CHECK: memref.copy
  memref.copy %a, %b : memref<4x8xf32> to memref<4x8xf32>
  return
}
