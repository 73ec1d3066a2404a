// RUN: bitnet-opt %s --ternary-form-products --canonicalize --cse | FileCheck %s

#id = affine_map<(t, r) -> (t, r)>
#row = affine_map<(t, r) -> (t)>
#packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>

// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// Scales follow; what was decided goes along.
// CHECK-LABEL: func @scales
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xi8>, %[[W:.+]]: tensor<16x4x!ternary.trit>, %[[SCALES:.+]]: tensor<?xf32>, %{{.+}}, %[[OUT:.+]]: tensor<?x16xf32>)
func.func @scales(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %scales: tensor<?xf32>, %acc: tensor<?x16xi32>, %out: tensor<?x16xf32>) -> tensor<?x16xf32> {
  // CHECK: %[[Y:.+]] = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], maps = [#[[$ROW]]], packing = #ternary.packing<{{.+}}>}
  // CHECK-SAME: activations(%[[X]] : tensor<?x4xi8>) weights(%[[W]] : tensor<16x4x!ternary.trit>) inputs(%[[SCALES]] : tensor<?xf32>) outs(%[[OUT]] : tensor<?x16xf32>) {
  // CHECK-NEXT: ^bb0(%[[SUM:.+]]: i32, %[[SCALE:.+]]: f32):
  // CHECK-NEXT:   %[[F:.+]] = arith.sitofp %[[SUM]]
  // CHECK-NEXT:   %[[Q:.+]] = arith.divf %[[F]], %[[SCALE]]
  // CHECK-NEXT:   ternary.yield %[[Q]] : f32
  // CHECK: return %[[Y]]
  %s = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], packing = #packing}
    ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %scales : tensor<?x16xi32>, tensor<?xf32>) outs(%out : tensor<?x16xf32>) {
  ^bb0(%sum: i32, %scale: f32, %unused: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    linalg.yield %1 : f32
  } -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// Two products of one gate, which reads the first in two ways and asks for the
// column, and a third of the same activations, which comes before what follows.
// CHECK-LABEL: func @gate
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xi8>, %[[ACC:[^:]+]]: tensor<?x16xi32>, %[[OUT:[^:]+]]: tensor<?x16xi32>,
func.func @gate(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>, %out: tensor<?x16xi32>, %turned: tensor<16x?xi32>) -> (tensor<?x16xi32>, tensor<16x?xi32>) {
  // CHECK-DAG: %[[W0:.+]] = ternary.constant dense<1>
  // CHECK-DAG: %[[W1:.+]] = ternary.constant dense<0>
  // CHECK-DAG: %[[W2:.+]] = ternary.constant dense<-1>
  // CHECK: %[[GATE:.+]] = ternary.product activations(%[[X]] : {{.*}}) weights(%[[W0]], %[[W1]] : {{.*}}) outs(%[[OUT]] :
  // CHECK-NEXT: ^bb0(%[[A:.+]]: i32, %[[B:.+]]: i32):
  // CHECK-DAG:    %[[I:.+]] = ternary.index 1
  // CHECK-DAG:    arith.muli %[[A]], %[[A]]
  // CHECK: %[[OTHER:.+]] = ternary.product activations(%[[X]] : {{.*}}) weights(%[[W2]] : {{.*}}) outs(%[[ACC]] :
  // CHECK-NEXT: ^bb0(%[[S:.+]]: i32):
  // CHECK-NEXT:   ternary.yield %[[S]]
  // CHECK: %[[AFTER:.+]] = linalg.transpose ins(%[[OTHER]] :
  // CHECK: return %[[GATE]], %[[AFTER]]
  %w0 = ternary.constant dense<1> : tensor<16x4xi8>
  %s0 = ternary.matmul ins(%x, %w0 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %w1 = ternary.constant dense<0> : tensor<16x4xi8>
  %s1 = ternary.matmul ins(%x, %w1 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y0 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s0, %s1, %s0 : tensor<?x16xi32>, tensor<?x16xi32>, tensor<?x16xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %b: i32, %c: i32, %unused: i32):
    %column = linalg.index 1 : index
    %0 = arith.index_cast %column : index to i32
    %1 = arith.muli %a, %c : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.addi %2, %0 : i32
    linalg.yield %3 : i32
  } -> tensor<?x16xi32>
  %w2 = ternary.constant dense<-1> : tensor<16x4xi8>
  %s2 = ternary.matmul ins(%x, %w2 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y1 = linalg.transpose ins(%s2 : tensor<?x16xi32>) outs(%turned : tensor<16x?xi32>) permutation = [1, 0]
  return %y0, %y1 : tensor<?x16xi32>, tensor<16x?xi32>
}

// A division, which must not be done where it was not, belongs to it, too.
// CHECK-LABEL: func @division
// CHECK: ternary.product
// CHECK:   arith.divsi
func.func @division(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %acc: tensor<?x16xi32>, %by: tensor<?x16xi32>, %out: tensor<?x16xi32>) -> tensor<?x16xi32> {
  %s = ternary.matmul ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %by : tensor<?x16xi32>, tensor<?x16xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %b: i32, %unused: i32):
    %0 = arith.divsi %a, %b : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// Two products with scales for groups of inputs, and what follows.
// CHECK-LABEL: func @scale_groups
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xi8>, %[[W:.+]]: tensor<16x4x!ternary.trit>, %[[S:.+]]: tensor<2x16xf32>, %[[T:.+]]: tensor<2x16xf32>,
func.func @scale_groups(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %s: tensor<2x16xf32>, %t: tensor<2x16xf32>, %acc: tensor<?x16xf32>, %out: tensor<?x16xf32>) -> tensor<?x16xf32> {
  // CHECK: ternary.product {scale_group = 2 : i64} activations(%[[X]] : {{.*}}) weights(%[[W]], %[[W]] : {{.*}}) scales(%[[S]], %[[T]] : {{.*}})
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32):
  // CHECK-NEXT:   arith.mulf %[[A]], %[[B]]
  %a = ternary.matmul {scale_group = 2 : i64} ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) scales(%s : tensor<2x16xf32>) outs(%acc : tensor<?x16xf32>) -> tensor<?x16xf32>
  %b = ternary.matmul {scale_group = 2 : i64} ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) scales(%t : tensor<2x16xf32>) outs(%acc : tensor<?x16xf32>) -> tensor<?x16xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x16xf32>, tensor<?x16xf32>) outs(%out : tensor<?x16xf32>) {
  ^bb0(%p: f32, %q: f32, %unused: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// One without scales does not belong to one that has some.
// CHECK-LABEL: func @other_scale_group
// CHECK-COUNT-2: ternary.product
// CHECK: linalg.generic
func.func @other_scale_group(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %s: tensor<2x16xf32>, %t: tensor<1x16xf32>, %acc: tensor<?x16xf32>, %out: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %a = ternary.matmul {scale_group = 2 : i64} ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) scales(%s : tensor<2x16xf32>) outs(%acc : tensor<?x16xf32>) -> tensor<?x16xf32>
  %b = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) scales(%t : tensor<1x16xf32>) outs(%acc : tensor<?x16xf32>) -> tensor<?x16xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x16xf32>, tensor<?x16xf32>) outs(%out : tensor<?x16xf32>) {
  ^bb0(%p: f32, %q: f32, %unused: f32):
    %0 = arith.mulf %p, %q : f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
