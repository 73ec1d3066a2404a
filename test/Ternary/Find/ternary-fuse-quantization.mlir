// RUN: bitnet-opt %s --ternary-fuse-quantization --canonicalize | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

// CHECK-DAG: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// The scales are 127 / m, with m = max(max_k |x|, eps).
// CHECK-LABEL: func @quotient
// CHECK-SAME:    %[[X:.+]]: tensor<3x4xf32>
// CHECK-DAG:     %[[HALF:.+]] = arith.constant 5.000000e-01 : f32
// CHECK-DAG:     %[[W:.+]] = ternary.constant dense<{{\[\[}}1, -1, 0, 1], [0, 1, 1, -1]]> : tensor<2x4xi8>
// CHECK:         %[[CODES:.+]], %[[SCALES:.+]] = ternary.quantize_activations quotient epsilon = 9.99999974E-6 ins(%[[X]] :
// CHECK:         %[[SUMS:.+]] = ternary.matmul ins(%[[CODES]], %[[W]] : tensor<3x4xi8>, tensor<2x4x!ternary.trit>)
// CHECK:         %[[Y:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]], #[[$ID]]]
// CHECK-SAME:      ins(%[[SUMS]], %[[SCALES]] : tensor<3x2xi32>, tensor<3xf32>)
// CHECK-NEXT:    ^bb0(%[[SUM:.+]]: i32, %[[SCALE:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:      %[[FLOAT:.+]] = arith.sitofp %[[SUM]] : i32 to f32
// CHECK-NEXT:      %[[BACK:.+]] = arith.divf %[[FLOAT]], %[[SCALE]] : f32
// CHECK-NEXT:      arith.mulf %[[BACK]], %[[HALF]] : f32
// CHECK:         return %[[Y]] : tensor<3x2xf32>
func.func @quotient(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
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
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// They are (1 / m) * 127, which may differ in the last bit.
// CHECK-LABEL: func @reciprocal
// CHECK-SAME:    %[[X:.+]]: tensor<3x4xf32>
// CHECK:         ternary.quantize_activations reciprocal epsilon = 9.99999974E-6 ins(%[[X]] :
// CHECK:         ternary.matmul
// CHECK:         arith.divf
// CHECK-NOT:     linalg.matmul
func.func @reciprocal(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
  %one = arith.constant 1.0 : f32
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
    %2 = arith.divf %one, %0 : f32
    %1 = arith.mulf %2, %high : f32
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

// They are m / 127: the activations are divided by them, and the sums multiplied.
// CHECK-LABEL: func @divisor
// CHECK-SAME:    %[[X:.+]]: tensor<3x4xf32>
// CHECK:         %[[CODES:.+]], %[[SCALES:.+]] = ternary.quantize_activations divisor epsilon = 9.99999974E-6 ins(%[[X]] :
// CHECK:         ternary.matmul
// CHECK:         ^bb0(%[[SUM:.+]]: i32, %[[SCALE:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:      %[[FLOAT:.+]] = arith.sitofp %[[SUM]] : i32 to f32
// CHECK-NEXT:      arith.mulf %[[FLOAT]], %[[SCALE]] : f32
// CHECK-NOT:     linalg.matmul
func.func @divisor(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
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
    %1 = arith.divf %0, %high : f32
    linalg.yield %1 : f32
  } -> tensor<3x1xf32>
  %q = linalg.generic #scaled ins(%x, %scales : tensor<3x4xf32>, tensor<3x1xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.divf %in, %scale : f32
    %1 = math.roundeven %0 : f32
    %2 = arith.maximumf %1, %low : f32
    %3 = arith.minimumf %2, %high : f32
    %4 = arith.mulf %3, %scale : f32
    linalg.yield %4 : f32
  } -> tensor<3x4xf32>
  %e2 = tensor.empty() : tensor<3x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
