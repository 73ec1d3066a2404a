// RUN: bitnet-opt %s --memref-lower-expand-shape | FileCheck %s

// CHECK: #[[$MAP:.+]] = affine_map<()[s0] -> (s0 * 8)>

// CHECK-LABEL: func @two_unknown_sizes
// CHECK-SAME:    %[[X:.+]]: memref<?x8xf32>, %[[B:.+]]: index, %[[S:.+]]: index
// CHECK:         %[[BASE:.+]], %{{.+}}, %{{.+}}:2, %{{.+}}:2 = memref.extract_strided_metadata %[[X]]
// CHECK:         %[[STRIDE:.+]] = affine.apply #[[$MAP]]()[%[[S]]]
// CHECK:         %[[Y:.+]] = memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%[[B]], %[[S]], 8], strides: [%[[STRIDE]], 8, 1]
// CHECK:         return %[[Y]]
func.func @two_unknown_sizes(%x: memref<?x8xf32>, %b: index, %s: index) -> memref<?x?x8xf32> {
  %0 = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 8]
    : memref<?x8xf32> into memref<?x?x8xf32>
  return %0 : memref<?x?x8xf32>
}

// CHECK-LABEL: func @one_unknown_size
// CHECK:         memref.expand_shape
// CHECK-NOT:     memref.reinterpret_cast
func.func @one_unknown_size(%x: memref<?x8xf32>, %b: index) -> memref<?x2x4xf32> {
  %0 = memref.expand_shape %x [[0], [1, 2]] output_shape [%b, 2, 4]
    : memref<?x8xf32> into memref<?x2x4xf32>
  return %0 : memref<?x2x4xf32>
}
