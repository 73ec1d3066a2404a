// RUN: bitnet-opt %s --ternary-form-products --canonicalize --cse | FileCheck %s

// What cannot be computed tile by tile with the product stays behind it.

#q = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>
#r = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 16 x 4>
#id = affine_map<(t, r) -> (t, r)>
#turned = affine_map<(t, r) -> (r, t)>
#fifth = affine_map<(t, r) -> (t, r floordiv 5)>

// It waits for another product in some other way.
// CHECK-LABEL: func @waits
func.func @waits(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>, %other: tensor<16x?xi32>, %out: tensor<?x16xi32>) -> tensor<?x16xi32> {
  // CHECK: %[[Y0:.+]] = ternary.product
  // CHECK: %[[Y1:.+]] = ternary.product
  // CHECK: %[[T:[^ ]+]] = linalg.transpose ins(%[[Y1]]
  // CHECK: linalg.generic {{.*}} ins(%[[Y0]], %[[T]] :
  %w0 = ternary.constant dense<0> : tensor<16x4xi8>
  %s0 = ternary.matmul ins(%x, %w0 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %w1 = ternary.constant dense<-1> : tensor<16x4xi8>
  %s1 = ternary.matmul ins(%x, %w1 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %t = linalg.transpose ins(%s1 : tensor<?x16xi32>) outs(%other : tensor<16x?xi32>) permutation = [1, 0]
  %y = linalg.generic {indexing_maps = [#id, #turned, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s0, %t : tensor<?x16xi32>, tensor<16x?xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %b: i32, %unused: i32):
    %0 = arith.addi %a, %b : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// It reads the first columns only.
// CHECK-LABEL: func @columns
// CHECK: %[[S:.+]] = ternary.product
// CHECK: %[[FIRST:.+]] = tensor.extract_slice %[[S]]
// CHECK: linalg.generic {{.*}} ins(%[[FIRST]] :
func.func @columns(%x: tensor<?x10xi8>, %w: tensor<40x10x!ternary.trit>, %tokens: index, %out: tensor<?x8xi32>) -> tensor<?x8xi32> {
  %acc = tensor.empty(%tokens) : tensor<?x40xi32>
  %s = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<40x10x!ternary.trit>) outs(%acc : tensor<?x40xi32>) -> tensor<?x40xi32>
  %first = tensor.extract_slice %s[0, 0] [%tokens, 8] [1, 1] : tensor<?x40xi32> to tensor<?x8xi32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%first : tensor<?x8xi32>) outs(%out : tensor<?x8xi32>) {
  ^bb0(%a: i32, %unused: i32):
    %0 = arith.addi %a, %a : i32
    linalg.yield %0 : i32
  } -> tensor<?x8xi32>
  return %y : tensor<?x8xi32>
}

// It reads one token.
// CHECK-LABEL: func @tokens
// CHECK: %[[S:.+]] = ternary.product
// CHECK: %[[FIRST:.+]] = tensor.extract_slice %[[S]]
// CHECK: linalg.generic {{.*}} ins(%[[FIRST]] :
func.func @tokens(%x: tensor<?x10xi8>, %w: tensor<40x10x!ternary.trit>, %tokens: index, %out: tensor<1x40xi32>) -> tensor<1x40xi32> {
  %acc = tensor.empty(%tokens) : tensor<?x40xi32>
  %s = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<40x10x!ternary.trit>) outs(%acc : tensor<?x40xi32>) -> tensor<?x40xi32>
  %first = tensor.extract_slice %s[0, 0] [1, 40] [1, 1] : tensor<?x40xi32> to tensor<1x40xi32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%first : tensor<1x40xi32>) outs(%out : tensor<1x40xi32>) {
  ^bb0(%a: i32, %unused: i32):
    %0 = arith.addi %a, %a : i32
    linalg.yield %0 : i32
  } -> tensor<1x40xi32>
  return %y : tensor<1x40xi32>
}

// It overwrites the sums.
// CHECK-LABEL: func @in_place
// CHECK: %[[S:.+]] = ternary.product
// CHECK: linalg.generic {{.*}} ins(%[[S]] : tensor<?x16xi32>)
func.func @in_place(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %acc: tensor<?x16xi32>) -> tensor<?x16xi32> {
  %s = ternary.matmul ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<?x16xi32>) outs(%s : tensor<?x16xi32>) {
  ^bb0(%a: i32, %unused: i32):
    %0 = arith.addi %a, %a : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// Where a column finds its operand depends on more than the tile.
// CHECK-LABEL: func @fifths
// CHECK: %[[S:.+]] = ternary.product
// CHECK: linalg.generic {{.*}} ins(%[[S]],
func.func @fifths(%x: tensor<?x4xi8>, %w: tensor<16x4x!ternary.trit>, %acc: tensor<?x16xi32>, %other: tensor<?x4xi32>, %out: tensor<?x16xi32>) -> tensor<?x16xi32> {
  %s = ternary.matmul ins(%x, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #fifth, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %other : tensor<?x16xi32>, tensor<?x4xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %b: i32, %unused: i32):
    %0 = arith.addi %a, %b : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// Its products have row blocks of different sizes.
// CHECK-LABEL: func @packings
// CHECK-COUNT-2: ternary.product
// CHECK: linalg.generic {{.*}} ins(%{{.+}}, %{{.+}} : tensor<?x16xi32>, tensor<?x16xi32>)
func.func @packings(%x: tensor<?x4xi8>, %tokens: index, %out: tensor<?x16xi32>) -> tensor<?x16xi32> {
  %acc = tensor.empty(%tokens) : tensor<?x16xi32>
  %w0 = ternary.constant dense<0> : tensor<16x4xi8>
  %s0 = ternary.matmul {packing = #q} ins(%x, %w0 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %w1 = ternary.constant dense<0> : tensor<16x4xi8>
  %s1 = ternary.matmul {packing = #r} ins(%x, %w1 : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s0, %s1 : tensor<?x16xi32>, tensor<?x16xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %b: i32, %unused: i32):
    %0 = arith.addi %a, %b : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y : tensor<?x16xi32>
}

// It needs what follows a product of other activations, and that product does
// not move.
// CHECK-LABEL: func @two_groups
// CHECK: %[[B:.+]] = ternary.product
// CHECK: ternary.product
// CHECK: %[[A:.+]] = ternary.product
// CHECK:   arith.addi
// CHECK: linalg.generic {{.*}} ins(%[[B]], %[[A]] :
func.func @two_groups(%x0: tensor<?x4xi8>, %x1: tensor<?x4xi8>, %acc: tensor<?x16xi32>, %out: tensor<?x16xi32>) -> (tensor<?x16xi32>, tensor<?x16xi32>) {
  %w = ternary.constant dense<0> : tensor<16x4xi8>
  %b = ternary.matmul ins(%x0, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %a1 = ternary.matmul ins(%x1, %w : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %v = ternary.constant dense<-1> : tensor<16x4xi8>
  %a2 = ternary.matmul ins(%x1, %v : tensor<?x4xi8>, tensor<16x4x!ternary.trit>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %twice = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a2 : tensor<?x16xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %unused: i32):
    %0 = arith.addi %a, %a : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b, %twice : tensor<?x16xi32>, tensor<?x16xi32>) outs(%out : tensor<?x16xi32>) {
  ^bb0(%a: i32, %c: i32, %unused: i32):
    %0 = arith.addi %a, %c : i32
    linalg.yield %0 : i32
  } -> tensor<?x16xi32>
  return %y, %a1 : tensor<?x16xi32>, tensor<?x16xi32>
}
