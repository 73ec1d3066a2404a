// RUN: bitnet-opt %s --ternary-branch-on-tokens --canonicalize --cse | FileCheck %s

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 40 x 10>
#few = #ternary.kernel<isa = "generic", algorithm = masked_add max_tokens = 7>
#many = #ternary.kernel<isa = "generic", algorithm = lut_memory token_tile = 8>
#id = affine_map<(t, r) -> (t, r)>
#row = affine_map<(t, r) -> (t)>

// The number of tokens decides at run time. Of the 48 columns of the row blocks
// the epilogue reads 40; it follows in each branch.
// CHECK-LABEL: func @two_kernels
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #{{.+}}>, %[[SCALES:.+]]: tensor<?xf32>)
func.func @two_kernels(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %scales: tensor<?xf32>) -> tensor<?x40xf32> {
  // CHECK-DAG: %[[C7:.+]] = arith.constant 7 : index
  // CHECK-DAG: %[[TOKENS:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK-DAG: %[[OUT:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x40xf32>
  // CHECK: %[[FEW:.+]] = arith.cmpi ule, %[[TOKENS]], %[[C7]] : index
  // CHECK: %[[Y:.+]] = scf.if %[[FEW]] -> (tensor<?x40xf32>) {
  // CHECK:   %[[ACC:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x48xi32>
  // CHECK:   %[[WIDE:.+]] = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add max_tokens = 7>]}
  // CHECK-SAME:  ins(%[[X]], %[[W]] : {{.*}}) outs(%[[ACC]] :
  // CHECK:   %[[S:.+]] = tensor.extract_slice %[[WIDE]][0, 0] [%[[TOKENS]], 40] [1, 1]
  // CHECK:   %[[R:.+]] = linalg.generic {{.*}} ins(%[[S]], %[[SCALES]] : tensor<?x40xi32>, tensor<?xf32>) outs(%[[OUT]] :
  // CHECK:   scf.yield %[[R]]
  // CHECK: } else {
  // CHECK:   ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = lut_memory token_tile = 8>]}
  // CHECK:   linalg.generic
  // CHECK: return %[[Y]]
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x10xi8>
  %acc = tensor.empty(%tokens) : tensor<?x48xi32>
  %wide = ternary.matmul {kernels = [#few, #many]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                                   outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %sums = tensor.extract_slice %wide[0, 0] [%tokens, 40] [1, 1] : tensor<?x48xi32> to tensor<?x40xi32>
  %out = tensor.empty(%tokens) : tensor<?x40xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scales : tensor<?x40xi32>, tensor<?xf32>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32, %scale: f32, %unused: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    linalg.yield %1 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}

// A single kernel needs no branch.
// CHECK-LABEL: func @one_kernel
func.func @one_kernel(%x: tensor<?x10xi8>, %w: tensor<1x3x16xi8, #p>, %acc: tensor<?x16xi32>) -> tensor<?x16xi32> {
  // CHECK-NOT: scf
  // CHECK: ternary.matmul
  %y = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<1x3x16xi8, #p>)
                                          outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// The second product's weights, a constant, are moved before the branch.
// CHECK-LABEL: func @same_activations
func.func @same_activations(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>) -> (tensor<?x16xi32>, tensor<?x16xi32>) {
  // CHECK: %[[YS:.+]]:2 = scf.if
  // CHECK-COUNT-2: ternary.matmul
  // CHECK-NOT: ternary.matmul
  // CHECK: } else {
  // CHECK-COUNT-2: ternary.matmul
  // CHECK-NOT: scf.if
  // CHECK: return %[[YS]]#0, %[[YS]]#1
  %w0 = arith.constant dense<85> : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>
  %y0 = ternary.matmul {kernels = [#few, #many]}
    ins(%x, %w0 : tensor<?x4xi8>, tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>)
    outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %w1 = arith.constant dense<84> : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>
  %y1 = ternary.matmul {kernels = [#few, #many]}
    ins(%x, %w1 : tensor<?x4xi8>, tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>)
    outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  return %y0, %y1 : tensor<?x16xi32>, tensor<?x16xi32>
}

// A gate, whose products both have eight columns that are no rows.
// CHECK-LABEL: func @gate
func.func @gate(%x: tensor<?x10xi8>) -> tensor<?x40xi32> {
  // CHECK: scf.if
  // CHECK-COUNT-2: ternary.matmul
  // CHECK: linalg.generic
  // CHECK: scf.yield
  // CHECK: } else {
  // CHECK: %[[W0:.+]] = ternary.matmul
  // CHECK: %[[S0:.+]] = tensor.extract_slice %[[W0]]
  // CHECK: %[[W1:.+]] = ternary.matmul
  // CHECK: %[[S1:.+]] = tensor.extract_slice %[[W1]]
  // CHECK: linalg.generic {{.*}} ins(%[[S0]], %[[S1]] :
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x10xi8>
  %acc = tensor.empty(%tokens) : tensor<?x48xi32>
  %w0 = arith.constant dense<85> : tensor<3x3x16xi8, #p>
  %wide0 = ternary.matmul {kernels = [#few, #many]} ins(%x, %w0 : tensor<?x10xi8>, tensor<3x3x16xi8, #p>) outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %s0 = tensor.extract_slice %wide0[0, 0] [%tokens, 40] [1, 1] : tensor<?x48xi32> to tensor<?x40xi32>
  %w1 = arith.constant dense<84> : tensor<3x3x16xi8, #p>
  %wide1 = ternary.matmul {kernels = [#few, #many]} ins(%x, %w1 : tensor<?x10xi8>, tensor<3x3x16xi8, #p>) outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %s1 = tensor.extract_slice %wide1[0, 0] [%tokens, 40] [1, 1] : tensor<?x48xi32> to tensor<?x40xi32>
  %out = tensor.empty(%tokens) : tensor<?x40xi32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s0, %s1 : tensor<?x40xi32>, tensor<?x40xi32>) outs(%out : tensor<?x40xi32>) {
  ^bb0(%a: i32, %b: i32, %unused: i32):
    %0 = arith.maxsi %a, %b : i32
    linalg.yield %0 : i32
  } -> tensor<?x40xi32>
  return %y : tensor<?x40xi32>
}

// The size of the slice is asked for after the product, and needed before it.
// CHECK-LABEL: func @late_size
// CHECK: scf.if
// CHECK: linalg.generic
// CHECK: } else {
func.func @late_size(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %out: tensor<?x40xf32>) -> tensor<?x40xf32> {
  %c0 = arith.constant 0 : index
  %t0 = tensor.dim %x, %c0 : tensor<?x10xi8>
  %acc = tensor.empty(%t0) : tensor<?x48xi32>
  %wide = ternary.matmul {kernels = [#few, #many]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                                   outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %tokens = tensor.dim %x, %c0 : tensor<?x10xi8>
  %sums = tensor.extract_slice %wide[0, 0] [%tokens, 40] [1, 1] : tensor<?x48xi32> to tensor<?x40xi32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sums : tensor<?x40xi32>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32, %unused: f32):
    %0 = arith.sitofp %sum : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}
