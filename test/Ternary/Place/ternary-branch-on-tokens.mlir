// RUN: bitnet-opt %s --ternary-branch-on-tokens --canonicalize --cse | FileCheck %s

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 40 x 10>
#few = #ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>
#many = #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 8>>
#row = affine_map<(t, r) -> (t)>

// The number of tokens decides at run time.
// CHECK-LABEL: func @two_kernels
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #{{.+}}>, %[[SCALES:.+]]: tensor<?xf32>)
func.func @two_kernels(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %scales: tensor<?xf32>) -> tensor<?x40xf32> {
  // CHECK-DAG: %[[C7:.+]] = arith.constant 7 : index
  // CHECK-DAG: %[[TOKENS:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK-DAG: %[[OUT:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x40xf32>
  // CHECK: %[[FEW:.+]] = arith.cmpi ule, %[[TOKENS]], %[[C7]] : index
  // CHECK: %[[Y:.+]] = scf.if %[[FEW]] -> (tensor<?x40xf32>) {
  // CHECK:   %[[R:.+]] = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>],
  // CHECK-SAME:  activations(%[[X]] : {{.*}}) weights(%[[W]] : {{.*}}) inputs(%[[SCALES]] : tensor<?xf32>) outs(%[[OUT]] :
  // CHECK:   scf.yield %[[R]]
  // CHECK: } else {
  // CHECK:   ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 8>>],
  // CHECK:     arith.divf
  // CHECK: return %[[Y]]
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x10xi8>
  %out = tensor.empty(%tokens) : tensor<?x40xf32>
  %y = ternary.product {kernels = [#few, #many], maps = [#row]} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<3x3x16xi8, #p>) inputs(%scales : tensor<?xf32>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32, %scale: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    ternary.yield %1 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}

// A single kernel needs no branch.
// CHECK-LABEL: func @one_kernel
func.func @one_kernel(%x: tensor<?x10xi8>, %w: tensor<1x3x16xi8, #p>, %acc: tensor<?x16xi32>) -> tensor<?x16xi32> {
  // CHECK-NOT: scf
  // CHECK: ternary.product
  %y = ternary.product {kernels = [#many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<1x3x16xi8, #p>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// The second product's weights, a constant, are moved before the branch.
// CHECK-LABEL: func @same_activations
func.func @same_activations(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>) -> (tensor<?x16xi32>, tensor<?x16xi32>) {
  // CHECK: %[[YS:.+]]:2 = scf.if
  // CHECK-COUNT-2: ternary.product
  // CHECK-NOT: ternary.product
  // CHECK: } else {
  // CHECK-COUNT-2: ternary.product
  // CHECK-NOT: scf.if
  // CHECK: return %[[YS]]#0, %[[YS]]#1
  %w0 = arith.constant dense<85> : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>
  %y0 = ternary.product {kernels = [#few, #many]} activations(%x : tensor<?x4xi8>) weights(%w0 : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
  %w1 = arith.constant dense<84> : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>
  %y1 = ternary.product {kernels = [#few, #many]} activations(%x : tensor<?x4xi8>) weights(%w1 : tensor<1x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
  return %y0, %y1 : tensor<?x16xi32>, tensor<?x16xi32>
}

// What the second product reads becomes known before the first one.
// CHECK-LABEL: func @moved
// CHECK: tensor.collapse_shape
// CHECK: scf.if
// CHECK-NOT: scf.if
func.func @moved(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %bias: tensor<1x40xi32>, %acc: tensor<?x40xi32>)
    -> (tensor<?x40xi32>, tensor<?x40xi32>) {
  %y0 = ternary.product {kernels = [#few, #many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>)
      outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x40xi32>
  %late = tensor.collapse_shape %bias [[0, 1]] : tensor<1x40xi32> into tensor<40xi32>
  %y1 = ternary.product {kernels = [#few, #many], maps = [affine_map<(m, n) -> (n)>]} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<3x3x16xi8, #p>) inputs(%late : tensor<40xi32>) outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32, %b: i32):
    %0 = arith.addi %sum, %b : i32
    ternary.yield %0 : i32
  } -> tensor<?x40xi32>
  return %y0, %y1 : tensor<?x40xi32>, tensor<?x40xi32>
}

// It is made of the first one's result: each has a branch of its own.
// CHECK-LABEL: func @not_together
// CHECK: scf.if
// CHECK: linalg.add
// CHECK: scf.if
func.func @not_together(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x40xi32>) -> tensor<?x40xi32> {
  %y0 = ternary.product {kernels = [#few, #many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>)
      outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x40xi32>
  %late = linalg.add ins(%y0, %y0 : tensor<?x40xi32>, tensor<?x40xi32>) outs(%acc : tensor<?x40xi32>) -> tensor<?x40xi32>
  %y1 = ternary.product {kernels = [#few, #many], maps = [affine_map<(m, n) -> (m, n)>]} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<3x3x16xi8, #p>) inputs(%late : tensor<?x40xi32>) outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32, %b: i32):
    %0 = arith.addi %sum, %b : i32
    ternary.yield %0 : i32
  } -> tensor<?x40xi32>
  return %y1 : tensor<?x40xi32>
}
