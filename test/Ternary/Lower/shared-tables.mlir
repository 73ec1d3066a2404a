// RUN: bitnet-opt %s --ternary-branch-on-tokens --ternary-tile-products --cse --ternary-lower-to-kernels --canonicalize --cse | FileCheck %s

// Queries, keys and values are products of the same activations. The tables are
// built once for all three, in the branch of few tokens, although the matrices
// have different numbers of rows; in the other one, the activations of a tile
// of tokens are transposed once.

#kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_registers, max_tokens = 12>,
            #ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_memory<token_tile = 32>>]
#large = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 512 x 256>
#small = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 256>

// CHECK-LABEL: func @queries_keys_values
// CHECK-SAME:    %[[X:.+]]: tensor<?x256xi8>,
func.func @queries_keys_values(%x: tensor<?x256xi8>, %acc_q: tensor<?x512xi32>, %acc_kv: tensor<?x128xi32>)
    -> (tensor<?x512xi32>, tensor<?x128xi32>, tensor<?x128xi32>) {
  // CHECK: scf.if
  // CHECK: %[[TABLE:.+]] = ternary.lut_build {{.*}} ins(%[[X]] :
  // CHECK-NOT: ternary.lut_build
  // CHECK-COUNT-3: ternary.lut_accumulate {{.*}} ins(%[[TABLE]],
  // CHECK-NOT: ternary.lut_build
  // CHECK: } else {
  // CHECK: scf.for
  // CHECK: %[[TILE:.+]] = tensor.extract_slice %[[X]]
  // CHECK: linalg.transpose ins(%[[TILE]] : tensor<?x256xi8>)
  // CHECK-NOT: linalg.transpose
  // CHECK: linalg.fill
  // CHECK-NEXT: %[[COLUMNS:.+]] = tensor.insert_slice
  // CHECK-COUNT-3: ternary.token_accumulate {{.*}} ins(%[[COLUMNS]],
  // CHECK-NOT: ternary.lut_build
  %wq = arith.constant dense_resource<q> : tensor<8x64x64xi8, #large>
  %q = ternary.product {kernels = #kernels} activations(%x : tensor<?x256xi8>) weights(%wq : tensor<8x64x64xi8, #large>) outs(%acc_q : tensor<?x512xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x512xi32>
  %wk = arith.constant dense_resource<k> : tensor<2x64x64xi8, #small>
  %k = ternary.product {kernels = #kernels} activations(%x : tensor<?x256xi8>) weights(%wk : tensor<2x64x64xi8, #small>) outs(%acc_kv : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  %wv = arith.constant dense_resource<v> : tensor<2x64x64xi8, #small>
  %v = ternary.product {kernels = #kernels} activations(%x : tensor<?x256xi8>) weights(%wv : tensor<2x64x64xi8, #small>) outs(%acc_kv : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  return %q, %k, %v : tensor<?x512xi32>, tensor<?x128xi32>, tensor<?x128xi32>
}

// A part of the depth after the other: one loop, in which the tables of a part
// are built once for all three.
#tiled = [#ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_registers<cache_tokens = 16, word_tile = 16>>]
// CHECK-LABEL: func @in_parts
func.func @in_parts(%x: tensor<?x256xi8>, %acc_q: tensor<?x512xi32>, %acc_kv: tensor<?x128xi32>)
    -> (tensor<?x512xi32>, tensor<?x128xi32>, tensor<?x128xi32>) {
  // CHECK: scf.for %[[TOKEN:.+]] =
  // CHECK: scf.for {{.*}} iter_args(%[[Q:.+]] = %{{.+}}, %[[K:.+]] = %{{.+}}, %[[V:.+]] = %{{[^)]+}})
  // CHECK:   %[[TABLE:.+]] = ternary.lut_build {{.*}} logical = 1 x 64>
  // CHECK-NOT: ternary.lut_build
  // CHECK:   ternary.lut_accumulate {{.*}} logical = 512 x 64> {accumulates} ins(%[[TABLE]], {{.*}} outs(%[[Q]] :
  // CHECK:   ternary.lut_accumulate {{.*}} logical = 128 x 64> {accumulates} ins(%[[TABLE]], {{.*}} outs(%[[K]] :
  // CHECK:   ternary.lut_accumulate {{.*}} logical = 128 x 64> {accumulates} ins(%[[TABLE]], {{.*}} outs(%[[V]] :
  // CHECK-NOT: ternary.lut_build
  // CHECK: return
  %wq = arith.constant dense_resource<q> : tensor<8x64x64xi8, #large>
  %q = ternary.product {kernels = #tiled} activations(%x : tensor<?x256xi8>) weights(%wq : tensor<8x64x64xi8, #large>) outs(%acc_q : tensor<?x512xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x512xi32>
  %wk = arith.constant dense_resource<k> : tensor<2x64x64xi8, #small>
  %k = ternary.product {kernels = #tiled} activations(%x : tensor<?x256xi8>) weights(%wk : tensor<2x64x64xi8, #small>) outs(%acc_kv : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  %wv = arith.constant dense_resource<v> : tensor<2x64x64xi8, #small>
  %v = ternary.product {kernels = #tiled} activations(%x : tensor<?x256xi8>) weights(%wv : tensor<2x64x64xi8, #small>) outs(%acc_kv : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  return %q, %k, %v : tensor<?x512xi32>, tensor<?x128xi32>, tensor<?x128xi32>
}
