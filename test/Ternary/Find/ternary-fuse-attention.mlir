// RUN: bitnet-opt %s --ternary-fuse-attention --canonicalize | FileCheck %s

#whole = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#shared = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#unit = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, 0, d3, d4)>
#repeated = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>

// Two heads share the keys and values of a key head; a mask is added.
// CHECK-LABEL: func @shared_keys
// CHECK-SAME: %[[Q:.+]]: tensor<?x4x?x8xf32>, %[[K:.+]]: tensor<?x2x?x8xf32>, %[[V:.+]]: tensor<?x2x?x8xf32>, %[[M:.+]]: tensor<?x1x?x?xf32>, %[[B:.+]]: index, %[[B4:.+]]: index, %[[S:.+]]: index, %[[T:.+]]: index
func.func @shared_keys(%q: tensor<?x4x?x8xf32>, %k: tensor<?x2x?x8xf32>, %v: tensor<?x2x?x8xf32>,
                       %m: tensor<?x1x?x?xf32>, %b: index, %b4: index, %s: index, %t: index)
    -> tensor<?x4x?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant 0.125 : f32
  %k5 = tensor.expand_shape %k [[0], [1], [2, 3], [4]] output_shape [%b, 2, 1, %t, 8] : tensor<?x2x?x8xf32> into tensor<?x2x1x?x8xf32>
  %e5 = tensor.empty(%b, %t) : tensor<?x2x2x?x8xf32>
  %kr = linalg.generic {indexing_maps = [#unit, #repeated], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%k5 : tensor<?x2x1x?x8xf32>) outs(%e5 : tensor<?x2x2x?x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<?x2x2x?x8xf32>
  %k4 = tensor.collapse_shape %kr [[0], [1, 2], [3], [4]] : tensor<?x2x2x?x8xf32> into tensor<?x4x?x8xf32>
  %v5 = tensor.expand_shape %v [[0], [1], [2, 3], [4]] output_shape [%b, 2, 1, %t, 8] : tensor<?x2x?x8xf32> into tensor<?x2x1x?x8xf32>
  %vr = linalg.generic {indexing_maps = [#unit, #repeated], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%v5 : tensor<?x2x1x?x8xf32>) outs(%e5 : tensor<?x2x2x?x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<?x2x2x?x8xf32>
  %v3 = tensor.collapse_shape %vr [[0, 1, 2], [3], [4]] : tensor<?x2x2x?x8xf32> into tensor<?x?x8xf32>
  %et = tensor.empty(%b, %t) : tensor<?x4x8x?xf32>
  %kt = linalg.transpose ins(%k4 : tensor<?x4x?x8xf32>) outs(%et : tensor<?x4x8x?xf32>) permutation = [0, 1, 3, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x4x?x8xf32> into tensor<?x?x8xf32>
  %kt3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<?x4x8x?xf32> into tensor<?x8x?xf32>
  %es = tensor.empty(%b4, %s, %t) : tensor<?x?x?xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s3 = linalg.batch_matmul ins(%q3, %kt3 : tensor<?x?x8xf32>, tensor<?x8x?xf32>) outs(%fs : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [%b, 4, %s, %t] : tensor<?x?x?xf32> into tensor<?x4x?x?xf32>
  %ep = tensor.empty(%b, %s, %t) : tensor<?x4x?x?xf32>
  %scaled = linalg.generic {indexing_maps = [#whole, #whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s4 : tensor<?x4x?x?xf32>) outs(%ep : tensor<?x4x?x?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.mulf %in, %scale : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x?xf32>
  %masked = linalg.generic {indexing_maps = [#whole, #shared, #whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scaled, %m : tensor<?x4x?x?xf32>, tensor<?x1x?x?xf32>) outs(%ep : tensor<?x4x?x?xf32>) {
  ^bb0(%in: f32, %add: f32, %out: f32):
    %r = arith.addf %in, %add : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x?xf32>
  %p = linalg.softmax dimension(3) ins(%masked : tensor<?x4x?x?xf32>) outs(%ep : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<?x4x?x?xf32> into tensor<?x?x?xf32>
  %eo = tensor.empty(%b4, %s) : tensor<?x?x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%fo : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o = tensor.expand_shape %o3 [[0, 1], [2], [3]] output_shape [%b, 4, %s, 8] : tensor<?x?x8xf32> into tensor<?x4x?x8xf32>
  // CHECK-NOT: linalg
  // CHECK-DAG: %[[BATCH:.+]] = tensor.dim %[[Q]], %c0
  // CHECK-DAG: %[[TOKENS:.+]] = tensor.dim %[[Q]], %c2
  // CHECK: %[[E:.+]] = tensor.empty(%[[BATCH]], %[[TOKENS]]) : tensor<?x4x?x8xf32>
  // CHECK: %[[O:.+]] = ternary.attention scale = 1.250000e-01 ins(%[[Q]], %[[K]], %[[V]], %[[M]] : {{.*}}) outs(%[[E]] : tensor<?x4x?x8xf32>)
  // CHECK: return %[[O]]
  return %o : tensor<?x4x?x8xf32>
}

// Each head has its own keys; queries and keys are scaled, there is no mask.
// CHECK-LABEL: func @scaled_operands
// CHECK-SAME: %[[Q:.+]]: tensor<1x3x2x8xf32>, %[[K:.+]]: tensor<1x3x5x8xf32>, %[[V:.+]]: tensor<1x3x5x4xf32>
func.func @scaled_operands(%q: tensor<1x3x2x8xf32>, %k: tensor<1x3x5x8xf32>, %v: tensor<1x3x5x4xf32>) -> tensor<3x2x4xf32> {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %four = arith.constant 4.0 : f32
  %eq = tensor.empty() : tensor<1x3x2x8xf32>
  %qs = linalg.generic {indexing_maps = [#whole, #whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%q : tensor<1x3x2x8xf32>) outs(%eq : tensor<1x3x2x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.mulf %half, %in : f32
    linalg.yield %r : f32
  } -> tensor<1x3x2x8xf32>
  %et = tensor.empty() : tensor<1x3x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x3x5x8xf32>) outs(%et : tensor<1x3x8x5xf32>) permutation = [0, 1, 3, 2]
  %ks = linalg.generic {indexing_maps = [#whole, #whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%kt : tensor<1x3x8x5xf32>) outs(%et : tensor<1x3x8x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.divf %in, %four : f32
    linalg.yield %r : f32
  } -> tensor<1x3x8x5xf32>
  %q3 = tensor.collapse_shape %qs [[0, 1], [2], [3]] : tensor<1x3x2x8xf32> into tensor<3x2x8xf32>
  %k3 = tensor.collapse_shape %ks [[0, 1], [2], [3]] : tensor<1x3x8x5xf32> into tensor<3x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x3x5x4xf32> into tensor<3x5x4xf32>
  %es = tensor.empty() : tensor<3x2x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<3x2x5xf32>) -> tensor<3x2x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<3x2x8xf32>, tensor<3x8x5xf32>) outs(%fs : tensor<3x2x5xf32>) -> tensor<3x2x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 3, 2, 5] : tensor<3x2x5xf32> into tensor<1x3x2x5xf32>
  %ep = tensor.empty() : tensor<1x3x2x5xf32>
  %p = linalg.softmax dimension(3) ins(%s4 : tensor<1x3x2x5xf32>) outs(%ep : tensor<1x3x2x5xf32>) -> tensor<1x3x2x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x3x2x5xf32> into tensor<3x2x5xf32>
  %eo = tensor.empty() : tensor<3x2x4xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<3x2x4xf32>) -> tensor<3x2x4xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<3x2x5xf32>, tensor<3x5x4xf32>) outs(%fo : tensor<3x2x4xf32>) -> tensor<3x2x4xf32>
  // CHECK: %[[O:.+]] = ternary.attention scale = 1.250000e-01 ins(%[[Q]], %[[K]], %[[V]] : {{.*}}) outs(%{{.+}} : tensor<1x3x2x4xf32>)
  // CHECK: %[[O3:.+]] = tensor.collapse_shape %[[O]]
  // CHECK: return %[[O3]]
  return %o3 : tensor<3x2x4xf32>
}
