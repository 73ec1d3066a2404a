// RUN: bitnet-opt %s --ternary-fuse-quantization --canonicalize | FileCheck %s

// A model in training form passes x + (q(x) - x) to the product, so that the
// gradient goes straight through. Rounding apart it is q(x), which is computed.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#column = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
#pair = {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel", "parallel"]}

// CHECK-LABEL: func @straight_through
// CHECK-SAME:    %[[X:.+]]: tensor<?x?x4xf32>, %[[B:.+]]: index, %[[S:.+]]: index, %[[TOKENS:.+]]: index)
// CHECK-DAG:     %[[W:.+]] = ternary.constant
// CHECK:         %[[ROWS:.+]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<?x?x4xf32> into tensor<?x4xf32>
// CHECK:         %[[CODES:.+]], %{{.+}} = ternary.quantize_activations reciprocal epsilon = 9.99999974E-6 ins(%[[ROWS]] :
// CHECK:         %[[SUMS:.+]] = ternary.matmul ins(%[[CODES]], %[[W]] : tensor<?x4xi8>, tensor<2x4x!ternary.trit>)
// CHECK:         %[[Y:.+]] = linalg.generic {{.*}} ins(%[[SUMS]],
// CHECK:         return %[[Y]] : tensor<?x2xf32>
func.func @straight_through(%x: tensor<?x?x4xf32>, %b: index, %s: index, %tokens: index) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 9.99999974E-6 : f32
  %low = arith.constant -128.0 : f32
  %high = arith.constant 127.0 : f32
  %e = tensor.empty(%b, %s) : tensor<?x?x4xf32>
  %e0 = tensor.empty(%b, %s) : tensor<?x?xf32>
  %e1 = tensor.empty(%b, %s) : tensor<?x?x1xf32>
  %abs = linalg.generic #each ins(%x : tensor<?x?x4xf32>) outs(%e : tensor<?x?x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.absf %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %max = linalg.generic #reduce ins(%abs : tensor<?x?x4xf32>) outs(%start : tensor<?x?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<?x?xf32>
  %maxima = tensor.expand_shape %max [[0], [1, 2]] output_shape [%b, %s, 1] : tensor<?x?xf32> into tensor<?x?x1xf32>
  %scales = linalg.generic #each ins(%maxima : tensor<?x?x1xf32>) outs(%e1 : tensor<?x?x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %eps : f32
    %2 = arith.divf %one, %0 : f32
    %1 = arith.mulf %2, %high : f32
    linalg.yield %1 : f32
  } -> tensor<?x?x1xf32>
  %q = linalg.generic #scaled ins(%x, %scales : tensor<?x?x4xf32>, tensor<?x?x1xf32>) outs(%e : tensor<?x?x4xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = math.roundeven %0 : f32
    %2 = arith.maximumf %1, %low : f32
    %3 = arith.minimumf %2, %high : f32
    %4 = arith.divf %3, %scale : f32
    linalg.yield %4 : f32
  } -> tensor<?x?x4xf32>
  %difference = linalg.generic #pair ins(%q, %x : tensor<?x?x4xf32>, tensor<?x?x4xf32>) outs(%e : tensor<?x?x4xf32>) {
  ^bb0(%in: f32, %less: f32, %out: f32):
    %0 = arith.subf %in, %less : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x4xf32>
  %passed = linalg.generic #pair ins(%x, %difference : tensor<?x?x4xf32>, tensor<?x?x4xf32>) outs(%e : tensor<?x?x4xf32>) {
  ^bb0(%in: f32, %more: f32, %out: f32):
    %0 = arith.addf %in, %more : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x4xf32>
  %rows = tensor.collapse_shape %passed [[0, 1], [2]] : tensor<?x?x4xf32> into tensor<?x4xf32>
  %e2 = tensor.empty(%tokens) : tensor<?x2xf32>
  %out = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x2xf32>) -> tensor<?x2xf32>
  %y = linalg.matmul ins(%rows, %w : tensor<?x4xf32>, tensor<4x2xf32>) outs(%out : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
