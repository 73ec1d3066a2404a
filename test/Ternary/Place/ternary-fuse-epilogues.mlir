// RUN: bitnet-opt %s --ternary-fuse-epilogues --canonicalize --cse | FileCheck %s

#id2 = affine_map<(t, r) -> (t, r)>
#row = affine_map<(t, r) -> (t)>
#id3 = affine_map<(b, s, r) -> (b, s, r)>

// CHECK-DAG: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// Scales, and the residual by batch and sequence: one op over tokens.
// CHECK-LABEL: func @residual
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x10xi8>, %[[W:[^:]+]]: tensor<16x10x!ternary.trit>, %[[SCALES:[^:]+]]: tensor<?xf32>, %[[RESIDUAL:[^:]+]]: tensor<?x?x16xf32>
func.func @residual(%x: tensor<?x10xi8>, %w: tensor<16x10x!ternary.trit>, %scales: tensor<?xf32>, %residual: tensor<?x?x16xf32>,
                    %batch: index, %sequence: index, %tokens: index) -> tensor<?x?x16xf32> {
  // CHECK: %[[SUMS:.+]] = ternary.matmul ins(%[[X]], %[[W]] :
  // CHECK: %[[FLAT:.+]] = tensor.collapse_shape %[[RESIDUAL]] {{\[}}[0, 1], [2]]
  // CHECK: %[[Y:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]], #[[$ROW]], #[[$ID]]], iterator_types = ["parallel", "parallel"]}
  // CHECK-SAME:  ins(%[[FLAT]], %[[SUMS]], %[[SCALES]] : tensor<?x16xf32>, tensor<?x16xi32>, tensor<?xf32>)
  // CHECK-NEXT: ^bb0(%[[R:.+]]: f32, %[[SUM:.+]]: i32, %[[SCALE:.+]]: f32, %{{.+}}: f32):
  // CHECK-NEXT:   %[[FLOAT:.+]] = arith.sitofp %[[SUM]]
  // CHECK-NEXT:   %[[SCALED:.+]] = arith.divf %[[FLOAT]], %[[SCALE]]
  // CHECK-NEXT:   arith.addf %[[R]], %[[SCALED]]
  // CHECK-NOT: linalg.generic
  // CHECK: %[[Z:.+]] = tensor.expand_shape %[[Y]] {{\[}}[0, 1], [2]]
  // CHECK: return %[[Z]]
  %acc = tensor.empty(%tokens) : tensor<?x16xi32>
  %s = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %empty = tensor.empty(%tokens) : tensor<?x16xf32>
  %y = linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%s, %scales : tensor<?x16xi32>, tensor<?xf32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%sum: i32, %scale: f32, %out: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    linalg.yield %1 : f32
  } -> tensor<?x16xf32>
  %y3 = tensor.expand_shape %y [[0, 1], [2]] output_shape [%batch, %sequence, 16] : tensor<?x16xf32> into tensor<?x?x16xf32>
  %empty3 = tensor.empty(%batch, %sequence) : tensor<?x?x16xf32>
  %z = linalg.generic {indexing_maps = [#id3, #id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%residual, %y3 : tensor<?x?x16xf32>, tensor<?x?x16xf32>) outs(%empty3 : tensor<?x?x16xf32>) {
  ^bb0(%r: f32, %in: f32, %out: f32):
    %0 = arith.addf %r, %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x16xf32>
  return %z : tensor<?x?x16xf32>
}

// A gate reads two products of the same activations, the first in two ways.
// CHECK-LABEL: func @gate
func.func @gate(%x: tensor<?x10xi8>, %w0: tensor<16x10x!ternary.trit>, %w1: tensor<16x10x!ternary.trit>, %acc: tensor<?x16xi32>,
                %empty: tensor<?x16xf32>, %batch: index, %sequence: index) -> tensor<?x?x16xf32> {
  // CHECK: %[[GATE:.+]] = ternary.matmul
  // CHECK: %[[UP:.+]] = ternary.matmul
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[GATE]], %[[UP]] : tensor<?x16xi32>, tensor<?x16xi32>)
  // CHECK-NOT: linalg.generic
  %gate = ternary.matmul ins(%x, %w0 : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %up = ternary.matmul ins(%x, %w1 : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %float = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%gate : tensor<?x16xi32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  %float3 = tensor.expand_shape %float [[0, 1], [2]] output_shape [%batch, %sequence, 16] : tensor<?x16xf32> into tensor<?x?x16xf32>
  %up3 = tensor.expand_shape %up [[0, 1], [2]] output_shape [%batch, %sequence, 16] : tensor<?x16xi32> into tensor<?x?x16xi32>
  %empty3 = tensor.empty(%batch, %sequence) : tensor<?x?x16xf32>
  %tanh = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%float3 : tensor<?x?x16xf32>) outs(%empty3 : tensor<?x?x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.tanh %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x16xf32>
  %y = linalg.generic {indexing_maps = [#id3, #id3, #id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%float3, %tanh, %up3 : tensor<?x?x16xf32>, tensor<?x?x16xf32>, tensor<?x?x16xi32>) outs(%empty3 : tensor<?x?x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: i32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.sitofp %c : i32 to f32
    %2 = arith.mulf %0, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<?x?x16xf32>
  return %y : tensor<?x?x16xf32>
}

// What others read stays a value, and so does what needs two activations.
// CHECK-LABEL: func @apart
func.func @apart(%x0: tensor<?x10xi8>, %x1: tensor<?x10xi8>, %w: tensor<16x10x!ternary.trit>, %acc: tensor<?x16xi32>,
                 %empty: tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<?x16xf32>) {
  // CHECK: ternary.matmul
  // CHECK: %[[FIRST:.+]] = linalg.generic
  // CHECK: %[[SECOND:.+]] = ternary.matmul
  // CHECK: %[[Y:.+]] = linalg.generic {{.*}} ins(%[[FIRST]], %[[SECOND]] : tensor<?x16xf32>, tensor<?x16xi32>)
  // CHECK: %[[Z:.+]] = linalg.generic {{.*}} ins(%[[Y]] :
  // CHECK: return %[[Y]], %[[Z]]
  %s0 = ternary.matmul ins(%x0, %w : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %first = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%s0 : tensor<?x16xi32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  %s1 = ternary.matmul ins(%x1, %w : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id2, #id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%first, %s1 : tensor<?x16xf32>, tensor<?x16xi32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%a: f32, %b: i32, %out: f32):
    %0 = arith.sitofp %b : i32 to f32
    %1 = arith.addf %a, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x16xf32>
  %z = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<?x16xf32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.sqrt %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  return %y, %z : tensor<?x16xf32>, tensor<?x16xf32>
}

// A maximum of each row is no epilogue: with it, the sums would have to be kept.
// CHECK-LABEL: func @reduction
// CHECK: ternary.matmul
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
func.func @reduction(%x: tensor<?x10xi8>, %w: tensor<16x10x!ternary.trit>, %acc: tensor<?x16xi32>, %empty: tensor<?x16xf32>,
                     %least: tensor<?xf32>) -> tensor<?xf32> {
  %s = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<16x10x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<?x16xi32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<?x16xf32>
  %max = linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
      ins(%y : tensor<?x16xf32>) outs(%least : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<?xf32>
  return %max : tensor<?xf32>
}
