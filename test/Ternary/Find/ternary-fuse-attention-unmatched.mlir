// RUN: bitnet-opt %s --ternary-fuse-attention | FileCheck %s

// What is not attention, or not in a form that the op has, stays in linalg.

#whole = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#keys = affine_map<(d0, d1, d2, d3) -> (d3)>

// The probabilities are also an output of the model.
// CHECK-LABEL: func @scores_are_an_output
// CHECK-NOT: ternary.attention
// CHECK: linalg.softmax
// CHECK: linalg.batch_matmul
func.func @scores_are_an_output(%q: tensor<1x2x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x2x5x8xf32>) -> (tensor<2x3x8xf32>, tensor<1x2x3x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %et = tensor.empty() : tensor<1x2x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x2x5x8xf32>) outs(%et : tensor<1x2x8x5xf32>) permutation = [0, 1, 3, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x2x3x8xf32> into tensor<2x3x8xf32>
  %k3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<1x2x8x5xf32> into tensor<2x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x2x5x8xf32> into tensor<2x5x8xf32>
  %es = tensor.empty() : tensor<2x3x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%fs : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 2, 3, 5] : tensor<2x3x5xf32> into tensor<1x2x3x5xf32>
  %ep = tensor.empty() : tensor<1x2x3x5xf32>
  %p = linalg.softmax dimension(3) ins(%s4 : tensor<1x2x3x5xf32>) outs(%ep : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x2x3x5xf32> into tensor<2x3x5xf32>
  %eo = tensor.empty() : tensor<2x3x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%fo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %o3, %p : tensor<2x3x8xf32>, tensor<1x2x3x5xf32>
}

// The probabilities of a key add up to 1, not those of a token.
// CHECK-LABEL: func @softmax_over_tokens
// CHECK-NOT: ternary.attention
// CHECK: linalg.softmax
// CHECK: linalg.batch_matmul
func.func @softmax_over_tokens(%q: tensor<1x2x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x2x5x8xf32>) -> tensor<2x3x8xf32> {
  %zero = arith.constant 0.0 : f32
  %et = tensor.empty() : tensor<1x2x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x2x5x8xf32>) outs(%et : tensor<1x2x8x5xf32>) permutation = [0, 1, 3, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x2x3x8xf32> into tensor<2x3x8xf32>
  %k3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<1x2x8x5xf32> into tensor<2x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x2x5x8xf32> into tensor<2x5x8xf32>
  %es = tensor.empty() : tensor<2x3x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%fs : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 2, 3, 5] : tensor<2x3x5xf32> into tensor<1x2x3x5xf32>
  %ep = tensor.empty() : tensor<1x2x3x5xf32>
  %p = linalg.softmax dimension(2) ins(%s4 : tensor<1x2x3x5xf32>) outs(%ep : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x2x3x5xf32> into tensor<2x3x5xf32>
  %eo = tensor.empty() : tensor<2x3x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%fo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %o3 : tensor<2x3x8xf32>
}

// The products do not start from zero.
// CHECK-LABEL: func @sums_start_from_one
// CHECK-NOT: ternary.attention
// CHECK: linalg.softmax
// CHECK: linalg.batch_matmul
func.func @sums_start_from_one(%q: tensor<1x2x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x2x5x8xf32>) -> tensor<2x3x8xf32> {
  %zero = arith.constant 1.0 : f32
  %et = tensor.empty() : tensor<1x2x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x2x5x8xf32>) outs(%et : tensor<1x2x8x5xf32>) permutation = [0, 1, 3, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x2x3x8xf32> into tensor<2x3x8xf32>
  %k3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<1x2x8x5xf32> into tensor<2x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x2x5x8xf32> into tensor<2x5x8xf32>
  %es = tensor.empty() : tensor<2x3x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%fs : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 2, 3, 5] : tensor<2x3x5xf32> into tensor<1x2x3x5xf32>
  %ep = tensor.empty() : tensor<1x2x3x5xf32>
  %p = linalg.softmax dimension(3) ins(%s4 : tensor<1x2x3x5xf32>) outs(%ep : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x2x3x5xf32> into tensor<2x3x5xf32>
  %eo = tensor.empty() : tensor<2x3x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%fo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %o3 : tensor<2x3x8xf32>
}

// The keys have another layout.
// CHECK-LABEL: func @heads_are_last
// CHECK-NOT: ternary.attention
// CHECK: linalg.softmax
// CHECK: linalg.batch_matmul
func.func @heads_are_last(%q: tensor<1x2x3x8xf32>, %k: tensor<1x8x5x2xf32>, %v: tensor<1x2x5x8xf32>) -> tensor<2x3x8xf32> {
  %zero = arith.constant 0.0 : f32
  %et = tensor.empty() : tensor<1x2x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x8x5x2xf32>) outs(%et : tensor<1x2x8x5xf32>) permutation = [0, 3, 1, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x2x3x8xf32> into tensor<2x3x8xf32>
  %k3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<1x2x8x5xf32> into tensor<2x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x2x5x8xf32> into tensor<2x5x8xf32>
  %es = tensor.empty() : tensor<2x3x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%fs : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 2, 3, 5] : tensor<2x3x5xf32> into tensor<1x2x3x5xf32>
  %ep = tensor.empty() : tensor<1x2x3x5xf32>
  %p = linalg.softmax dimension(3) ins(%s4 : tensor<1x2x3x5xf32>) outs(%ep : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x2x3x5xf32> into tensor<2x3x5xf32>
  %eo = tensor.empty() : tensor<2x3x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%fo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %o3 : tensor<2x3x8xf32>
}

// The mask has another rank.
// CHECK-LABEL: func @mask_of_rank_one
// CHECK-NOT: ternary.attention
// CHECK: linalg.softmax
// CHECK: linalg.batch_matmul
func.func @mask_of_rank_one(%q: tensor<1x2x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x2x5x8xf32>, %m: tensor<5xf32>) -> tensor<2x3x8xf32> {
  %zero = arith.constant 0.0 : f32
  %et = tensor.empty() : tensor<1x2x8x5xf32>
  %kt = linalg.transpose ins(%k : tensor<1x2x5x8xf32>) outs(%et : tensor<1x2x8x5xf32>) permutation = [0, 1, 3, 2]
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x2x3x8xf32> into tensor<2x3x8xf32>
  %k3 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<1x2x8x5xf32> into tensor<2x8x5xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x2x5x8xf32> into tensor<2x5x8xf32>
  %es = tensor.empty() : tensor<2x3x5xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%fs : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %s4 = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [1, 2, 3, 5] : tensor<2x3x5xf32> into tensor<1x2x3x5xf32>
  %ep = tensor.empty() : tensor<1x2x3x5xf32>
  %masked = linalg.generic {indexing_maps = [#whole, #keys, #whole], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s4, %m : tensor<1x2x3x5xf32>, tensor<5xf32>) outs(%ep : tensor<1x2x3x5xf32>) {
  ^bb0(%in: f32, %add: f32, %out: f32):
    %r = arith.addf %in, %add : f32
    linalg.yield %r : f32
  } -> tensor<1x2x3x5xf32>
  %p = linalg.softmax dimension(3) ins(%masked : tensor<1x2x3x5xf32>) outs(%ep : tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<1x2x3x5xf32> into tensor<2x3x5xf32>
  %eo = tensor.empty() : tensor<2x3x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%fo : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %o3 : tensor<2x3x8xf32>
}
