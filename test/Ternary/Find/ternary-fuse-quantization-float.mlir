// RUN: bitnet-opt %s --ternary-fuse-quantization | FileCheck %s --implicit-check-not=ternary.matmul

// What is nearly a quantisation stays as it is.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

// The product adds to what is not zero.
// CHECK-LABEL: func @bias_in_the_destination
// CHECK: linalg.matmul
func.func @bias_in_the_destination(%x: tensor<3x4xf32>, %bias: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 9.99999974E-6 : f32
  %low = arith.constant -128.0 : f32
  %high = arith.constant 127.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %e0 = tensor.empty() : tensor<3xf32>
  %e1 = tensor.empty() : tensor<3x1xf32>
  %abs = linalg.generic #each ins(%x : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    linalg.yield %0 : f32
  } -> tensor<3x4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e0 : tensor<3xf32>) -> tensor<3xf32>
  %max = linalg.generic #reduce ins(%abs : tensor<3x4xf32>) outs(%start : tensor<3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<3xf32>
  %maxima = tensor.expand_shape %max [[0, 1]] output_shape [3, 1] : tensor<3xf32> into tensor<3x1xf32>
  %scales = linalg.generic #each ins(%maxima : tensor<3x1xf32>) outs(%e1 : tensor<3x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %eps : f32
    %1 = arith.divf %high, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x1xf32>
  %q = linalg.generic #scaled ins(%x, %scales : tensor<3x4xf32>, tensor<3x1xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = math.roundeven %0 : f32
    %2 = arith.maximumf %1, %low : f32
    %3 = arith.minimumf %2, %high : f32
    %4 = arith.divf %3, %scale : f32
    linalg.yield %4 : f32
  } -> tensor<3x4xf32>
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%bias : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// The maximum is never less than 127.
// CHECK-LABEL: func @maximum_of_more
// CHECK: linalg.matmul
func.func @maximum_of_more(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 9.99999974E-6 : f32
  %low = arith.constant -128.0 : f32
  %high = arith.constant 127.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %e0 = tensor.empty() : tensor<3xf32>
  %e1 = tensor.empty() : tensor<3x1xf32>
  %abs = linalg.generic #each ins(%x : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    linalg.yield %0 : f32
  } -> tensor<3x4xf32>
  %start = linalg.fill ins(%high : f32) outs(%e0 : tensor<3xf32>) -> tensor<3xf32>
  %max = linalg.generic #reduce ins(%abs : tensor<3x4xf32>) outs(%start : tensor<3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<3xf32>
  %maxima = tensor.expand_shape %max [[0, 1]] output_shape [3, 1] : tensor<3xf32> into tensor<3x1xf32>
  %scales = linalg.generic #each ins(%maxima : tensor<3x1xf32>) outs(%e1 : tensor<3x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %eps : f32
    %1 = arith.divf %high, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x1xf32>
  %q = linalg.generic #scaled ins(%x, %scales : tensor<3x4xf32>, tensor<3x1xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = math.roundeven %0 : f32
    %2 = arith.maximumf %1, %low : f32
    %3 = arith.minimumf %2, %high : f32
    %4 = arith.divf %3, %scale : f32
    linalg.yield %4 : f32
  } -> tensor<3x4xf32>
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// The codes are cut at 7.
// CHECK-LABEL: func @other_range
// CHECK: linalg.matmul
func.func @other_range(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 9.99999974E-6 : f32
  %low = arith.constant -128.0 : f32
  %seven = arith.constant 7.0 : f32
  %high = arith.constant 127.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %e0 = tensor.empty() : tensor<3xf32>
  %e1 = tensor.empty() : tensor<3x1xf32>
  %abs = linalg.generic #each ins(%x : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    linalg.yield %0 : f32
  } -> tensor<3x4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e0 : tensor<3xf32>) -> tensor<3xf32>
  %max = linalg.generic #reduce ins(%abs : tensor<3x4xf32>) outs(%start : tensor<3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<3xf32>
  %maxima = tensor.expand_shape %max [[0, 1]] output_shape [3, 1] : tensor<3xf32> into tensor<3x1xf32>
  %scales = linalg.generic #each ins(%maxima : tensor<3x1xf32>) outs(%e1 : tensor<3x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %eps : f32
    %1 = arith.divf %high, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x1xf32>
  %q = linalg.generic #scaled ins(%x, %scales : tensor<3x4xf32>, tensor<3x1xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = math.roundeven %0 : f32
    %2 = arith.maximumf %1, %low : f32
    %3 = arith.minimumf %2, %seven : f32
    %4 = arith.divf %3, %scale : f32
    linalg.yield %4 : f32
  } -> tensor<3x4xf32>
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
