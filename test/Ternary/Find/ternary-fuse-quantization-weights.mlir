// RUN: bitnet-opt %s --ternary-fuse-quantization --canonicalize --cse | FileCheck %s

// What decides is the value of the weights. All products here have the same
// activations, which are quantised once.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#each = {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
#reduce = {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
#scaled = {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}

// CHECK: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK: #[[$COLUMN:.+]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @weights
func.func @weights(%x: tensor<3x4xf32>, %given: tensor<4x2xf32>)
    -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x20xf32>) {
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

  // CHECK-DAG: %[[MAGNITUDES:.+]] = arith.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
  // CHECK-DAG: %[[TRITS:.+]] = ternary.constant dense<{{\[\[}}1, -1, 0, 1], [0, 1, 1, -1]]> : tensor<2x4xi8>
  // CHECK-DAG: %[[ZEROS:.+]] = ternary.constant dense<0> : tensor<2x4xi8>
  // CHECK-DAG: %[[OTHER:.+]] = arith.constant dense<{{\[\[}}5.000000e-01, 0.000000e+00], [-5.000000e-01, 5.000000e-01], [0.000000e+00, 5.000000e-01], [6.000000e-01, -5.000000e-01]]>
  // CHECK-DAG: %[[LARGE:.+]] = ternary.constant dense_resource<trits> : tensor<20x4xi8>
  // CHECK: %[[CODES:.+]], %[[SCALES:.+]] = ternary.quantize_activations
  // CHECK-NOT: ternary.quantize_activations

  // A magnitude for each row of trits.
  // CHECK: %[[SUMS:.+]] = ternary.matmul ins(%[[CODES]], %[[TRITS]] :
  // CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]], #[[$COLUMN]], #[[$ID]]]
  // CHECK-SAME: ins(%[[SUMS]], %[[SCALES]], %[[MAGNITUDES]] :
  %rows = arith.constant dense<[[0.5, 0.0], [-0.5, 0.25], [0.0, 0.25], [0.5, -0.25]]> : tensor<4x2xf32>
  %y0 = linalg.matmul ins(%q, %rows : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>

  // No weight but zero.
  // CHECK: ternary.matmul ins(%[[CODES]], %[[ZEROS]] :
  %zeros = arith.constant dense<0.0> : tensor<4x2xf32>
  %y1 = linalg.matmul ins(%q, %zeros : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>

  // One weight has another magnitude.
  // CHECK: linalg.matmul ins(%[[Q:.+]], %[[OTHER]] : tensor<3x4xf32>, tensor<4x2xf32>)
  %other = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.6, -0.5]]> : tensor<4x2xf32>
  %y2 = linalg.matmul ins(%q, %other : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>

  // Not known.
  // CHECK: linalg.matmul ins(%[[Q]], %{{.+}} : tensor<3x4xf32>, tensor<4x2xf32>)
  %y3 = linalg.matmul ins(%q, %given : tensor<3x4xf32>, tensor<4x2xf32>) outs(%out : tensor<3x2xf32>) -> tensor<3x2xf32>

  // In a blob, with the rounding errors of a quantiser in training form.
  // CHECK: ternary.matmul ins(%[[CODES]], %[[LARGE]] :
  %blob = arith.constant dense_resource<weights> : tensor<4x20xf32>
  %e3 = tensor.empty() : tensor<3x20xf32>
  %wide = linalg.fill ins(%zero : f32) outs(%e3 : tensor<3x20xf32>) -> tensor<3x20xf32>
  %y4 = linalg.matmul ins(%q, %blob : tensor<3x4xf32>, tensor<4x20xf32>) outs(%wide : tensor<3x20xf32>) -> tensor<3x20xf32>
  return %y0, %y1, %y2, %y3, %y4 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x20xf32>
}

// CHECK: trits: "0x01000000FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF0100FF01"
{-#
  dialect_resources: {
    builtin: {
      weights: "0x04000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F0000000000000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BF080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E00000000EFFFFFBE0800003F00000000080000BFEFFFFF3E"
    }
  }
#-}
