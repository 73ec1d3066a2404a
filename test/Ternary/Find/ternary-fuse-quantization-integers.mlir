// RUN: bitnet-opt %s --ternary-fuse-quantization --canonicalize | FileCheck %s

// A product of 8-bit integers is a ternary one as it stands, where the weights
// are trits.

// CHECK-LABEL: func @trits
// CHECK-SAME:    %[[X:.+]]: tensor<?x3xi8>, %[[TOKENS:.+]]: index)
func.func @trits(%x: tensor<?x3xi8>, %tokens: index) -> tensor<?x2xi32> {
  // CHECK: %[[W:.+]] = ternary.constant dense<{{\[\[}}1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
  // CHECK: %[[Y:.+]] = ternary.matmul ins(%[[X]], %[[W]] : tensor<?x3xi8>, tensor<2x3x!ternary.trit>)
  // CHECK: return %[[Y]]
  %zero = arith.constant 0 : i32
  %w = arith.constant dense<[[1, 0], [-1, 1], [0, 1]]> : tensor<3x2xi8>
  %e = tensor.empty(%tokens) : tensor<?x2xi32>
  %out = linalg.fill ins(%zero : i32) outs(%e : tensor<?x2xi32>) -> tensor<?x2xi32>
  %y = linalg.matmul ins(%x, %w : tensor<?x3xi8>, tensor<3x2xi8>) outs(%out : tensor<?x2xi32>) -> tensor<?x2xi32>
  return %y : tensor<?x2xi32>
}

// CHECK-LABEL: func @transposed_trits
// CHECK-SAME:    %[[X:.+]]: tensor<4x3xi8>)
func.func @transposed_trits(%x: tensor<4x3xi8>) -> tensor<4x2xi32> {
  // CHECK: %[[W:.+]] = ternary.constant dense<{{\[\[}}1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
  // CHECK: ternary.matmul ins(%[[X]], %[[W]] : tensor<4x3xi8>, tensor<2x3x!ternary.trit>)
  %rows = arith.constant dense<[[1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
  %e = tensor.empty() : tensor<3x2xi8>
  %w = linalg.transpose ins(%rows : tensor<2x3xi8>) outs(%e : tensor<3x2xi8>) permutation = [1, 0]
  %out = arith.constant dense<0> : tensor<4x2xi32>
  %y = linalg.matmul ins(%x, %w : tensor<4x3xi8>, tensor<3x2xi8>) outs(%out : tensor<4x2xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}

// CHECK-LABEL: func @other_integers
func.func @other_integers(%x: tensor<4x3xi8>) -> tensor<4x2xi32> {
  // CHECK: linalg.matmul
  %w = arith.constant dense<[[2, 0], [-1, 1], [0, 1]]> : tensor<3x2xi8>
  %out = arith.constant dense<0> : tensor<4x2xi32>
  %y = linalg.matmul ins(%x, %w : tensor<4x3xi8>, tensor<3x2xi8>) outs(%out : tensor<4x2xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}

// CHECK-LABEL: func @unsigned_integers
func.func @unsigned_integers(%x: tensor<4x3xi8>) -> tensor<4x2xi32> {
  // CHECK: linalg.matmul
  %w = arith.constant dense<[[1, 0], [-1, 1], [0, 1]]> : tensor<3x2xi8>
  %out = arith.constant dense<0> : tensor<4x2xi32>
  %y = linalg.matmul {cast = #linalg.type_fn<cast_unsigned>}
    ins(%x, %w : tensor<4x3xi8>, tensor<3x2xi8>) outs(%out : tensor<4x2xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}

// CHECK-LABEL: func @bias_in_the_destination
func.func @bias_in_the_destination(%x: tensor<4x3xi8>) -> tensor<4x2xi32> {
  // CHECK: linalg.matmul
  %w = arith.constant dense<[[1, 0], [-1, 1], [0, 1]]> : tensor<3x2xi8>
  %out = arith.constant dense<1> : tensor<4x2xi32>
  %y = linalg.matmul ins(%x, %w : tensor<4x3xi8>, tensor<3x2xi8>) outs(%out : tensor<4x2xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}
