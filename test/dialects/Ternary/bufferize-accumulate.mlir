// RUN: bitnet-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map unknown-type-conversion=identity-layout-map" \
// RUN:   --canonicalize --cse --canonicalize | FileCheck %s

#nibbles = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>

// What accumulates reads its destination: zeros, which are written before.
// CHECK-LABEL: func @accumulate
// CHECK-SAME:    %[[T:.+]]: memref<?x6x32xi8>, %[[W:.+]]: memref<2x3x64xi8>, %[[ACC:.+]]: memref<2x128xi32>)
func.func @accumulate(%t: tensor<?x6x32xi8>, %w: tensor<2x3x64xi8, #nibbles>, %acc: tensor<2x128xi32>) -> tensor<2x128xi32> {
  // CHECK: linalg.fill ins(%{{.+}} : i32) outs(%[[ACC]] : memref<2x128xi32>)
  // CHECK: ternary.lut_accumulate {{.*}} {accumulates} {{.*}} outs(%[[ACC]] : memref<2x128xi32>)
  // CHECK: ternary.lut_accumulate {{.*}} {accumulates} {{.*}} outs(%[[ACC]] : memref<2x128xi32>)
  %zero = arith.constant 0 : i32
  %none = linalg.fill ins(%zero : i32) outs(%acc : tensor<2x128xi32>) -> tensor<2x128xi32>
  %one = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10> {accumulates}
    ins(%t, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>) outs(%none : tensor<2x128xi32>) -> tensor<2x128xi32>
  %two = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10> {accumulates}
    ins(%t, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>) outs(%one : tensor<2x128xi32>) -> tensor<2x128xi32>
  return %two : tensor<2x128xi32>
}

// So two that begin with the same sums need two buffers.
// CHECK-LABEL: func @accumulate_twice
// CHECK: %[[COPY:.+]] = memref.alloc
// CHECK: memref.copy %[[ACC:.+]], %[[COPY]]
// CHECK: ternary.lut_accumulate {{.*}} outs(%[[COPY]] :
// CHECK: ternary.lut_accumulate {{.*}} outs(%[[ACC]] :
func.func @accumulate_twice(%t: tensor<?x6x32xi8>, %w: tensor<2x3x64xi8, #nibbles>, %acc: tensor<2x128xi32>) -> (tensor<2x128xi32>, tensor<2x128xi32>) {
  %one = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10> {accumulates}
    ins(%t, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>) outs(%acc : tensor<2x128xi32>) -> tensor<2x128xi32>
  %two = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10> {accumulates}
    ins(%t, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>) outs(%acc : tensor<2x128xi32>) -> tensor<2x128xi32>
  return %one, %two : tensor<2x128xi32>, tensor<2x128xi32>
}
