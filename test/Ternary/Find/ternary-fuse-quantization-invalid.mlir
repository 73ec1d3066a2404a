// RUN: bitnet-opt %s --ternary-fuse-quantization=require-ternary --split-input-file --verify-diagnostics

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

func.func @one_other_weight(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.75, -0.5]]> : tensor<4x2xf32>
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
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  // expected-error @below {{weights are not ternary: value [0, 0] is 5.000000e-01, expected 0 or one magnitude, whose mean is 5.833333e-01}}
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

func.func @not_known(%x: tensor<3x4xf32>, %w: tensor<4x2xf32>) -> tensor<3x2xf32> {
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
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  // expected-error @below {{weights are not ternary: they are no constant}}
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

func.func @not_a_number(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, 0x7FC00000]]> : tensor<4x2xf32>
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
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  // expected-error @below {{weights are not ternary: value [1, 1] is 5.000000e-01, expected 0 or one magnitude, whose mean is nan}}
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
