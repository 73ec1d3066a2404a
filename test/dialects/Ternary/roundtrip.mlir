// RUN: bitnet-opt %s --verify-roundtrip | FileCheck %s

#i2 = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
#nibbles = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>

// CHECK-LABEL: func @constant
func.func @constant() -> tensor<2x3x!ternary.trit> {
  // CHECK: ternary.constant dense<{{\[\[}}1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
  %w = ternary.constant dense<[[1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
  return %w : tensor<2x3x!ternary.trit>
}

// CHECK-LABEL: func @quantize_activations
func.func @quantize_activations(%x: tensor<?x256xf32>, %c: tensor<?x256xi8>, %s: tensor<?xf32>)
    -> (tensor<?x256xi8>, tensor<?xf32>) {
  // CHECK: ternary.quantize_activations reciprocal epsilon = 9.99999974E-6 ins(%{{.*}} : tensor<?x256xf32>)
  %codes, %scales = ternary.quantize_activations reciprocal epsilon = 9.99999974E-6
    ins(%x : tensor<?x256xf32>)
    outs(%c, %s : tensor<?x256xi8>, tensor<?xf32>) -> tensor<?x256xi8>, tensor<?xf32>
  return %codes, %scales : tensor<?x256xi8>, tensor<?xf32>
}

// CHECK-LABEL: func @matmul
func.func @matmul(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>)
    -> tensor<?x20xi32> {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>, #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>]}
  %y = ternary.matmul {kernels = [
        #ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>,
        #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>]}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// CHECK-LABEL: func @product
func.func @product(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #i2>, %v: tensor<2x3x16xi8, #i2>, %s: tensor<?xf32>, %f: f32, %init: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: ternary.product {maps = [#{{.+}}, #{{.+}}]} activations(%{{.*}} : tensor<?x10xi8>)
  // CHECK-SAME: weights(%{{.*}}, %{{.*}} : tensor<2x3x16xi8, #{{.+}}>, tensor<2x3x16xi8, #{{.+}}>) inputs(%{{.*}}, %{{.*}} : tensor<?xf32>, f32) outs(%{{.*}} : tensor<?x20xf32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: i32, %{{.*}}: i32, %{{.*}}: f32, %{{.*}}: f32):
  // CHECK-NEXT: ternary.index 1
  // CHECK: ternary.yield %{{.*}} : f32
  %y = ternary.product {maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> ()>]} activations(%x : tensor<?x10xi8>)
      weights(%w, %v : tensor<2x3x16xi8, #i2>, tensor<2x3x16xi8, #i2>) inputs(%s, %f : tensor<?xf32>, f32) outs(%init : tensor<?x20xf32>) {
  ^bb0(%a: i32, %b: i32, %scale: f32, %factor: f32):
    %column = ternary.index 1
    %0 = arith.muli %a, %b : i32
    %1 = arith.sitofp %0 : i32 to f32
    %2 = arith.mulf %1, %factor : f32
    ternary.yield %2 : f32
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// CHECK-LABEL: func @pack_unpack
func.func @pack_unpack(%w: tensor<20x10x!ternary.trit>) -> tensor<20x10x!ternary.trit> {
  // CHECK: ternary.pack %{{.*}} : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #[[I2:.+]]>
  %p = ternary.pack %w : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #i2>
  // CHECK: ternary.unpack %{{.*}} : tensor<2x3x16xi8, #[[I2]]> -> tensor<20x10x!ternary.trit>
  %u = ternary.unpack %p : tensor<2x3x16xi8, #i2> -> tensor<20x10x!ternary.trit>
  return %u : tensor<20x10x!ternary.trit>
}

// CHECK-LABEL: func @lookup_on_tensors
func.func @lookup_on_tensors(%x: tensor<?x10xi8>, %t: tensor<?x6x32xi8>,
                             %w: tensor<2x3x64xi8, #nibbles>, %acc: tensor<?x128xi32>) -> tensor<?x128xi32> {
  // CHECK: %[[T:.+]] = ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers> <group = 2, {{.*}}> ins
  %table = ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : tensor<?x10xi8>) outs(%t : tensor<?x6x32xi8>) -> tensor<?x6x32xi8>
  // CHECK: ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers> {{.*}} ins(%[[T]], %
  %y = ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%table, %w : tensor<?x6x32xi8>, tensor<2x3x64xi8, #nibbles>)
    outs(%acc : tensor<?x128xi32>) -> tensor<?x128xi32>
  return %y : tensor<?x128xi32>
}

// CHECK-LABEL: func @part_of_the_depth
func.func @part_of_the_depth(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8, strided<[640, 64, 1], offset: 64>>, %acc: memref<?x128xi32>) {
  // CHECK: ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers<cache_tokens = 4, word_tile = 3>> <{{.*}}> {accumulates} ins
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers<cache_tokens = 4, word_tile = 3>>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10> {accumulates}
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8, strided<[640, 64, 1], offset: 64>>) outs(%acc : memref<?x128xi32>)
  return
}

// CHECK-LABEL: func @adds_on_buffers
func.func @adds_on_buffers(%x: memref<?x12xi8>, %xt: memref<12x?xi8>, %w: memref<1x3x16xi8>,
                           %acc: memref<?x16xi32>) {
  // CHECK: ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x12xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x16xi32>)
  // CHECK: ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%xt, %w : memref<12x?xi8>, memref<1x3x16xi8>)
    outs(%acc : memref<?x16xi32>)
  return
}

// CHECK-LABEL: func @scaled_lookups
func.func @scaled_lookups(%x: memref<?x12xi8>, %t: memref<?x6x32xi8>, %w: memref<1x3x64xi8>, %s: memref<3x64xf32>, %acc: memref<?x64xf32>) {
  // CHECK: ternary.lut_build <{{.*}}> <{{.*}}, logical = 1 x 10, scale_group = 4> ins(%{{.+}} : memref<?x12xi8>)
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 1 x 10, scale_group = 4>
    ins(%x : memref<?x12xi8>) outs(%t : memref<?x6x32xi8>)
  // CHECK: ternary.lut_accumulate <{{.*}}> <{{.*}}, logical = 60 x 10, scale_group = 4> ins({{.*}}) scales(%{{.+}} : memref<3x64xf32>) outs(%{{.+}} : memref<?x64xf32>)
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 60 x 10, scale_group = 4>
    ins(%t, %w : memref<?x6x32xi8>, memref<1x3x64xi8>) scales(%s : memref<3x64xf32>) outs(%acc : memref<?x64xf32>)
  return
}

// CHECK-LABEL: func @scaled_products
func.func @scaled_products(%xt: tensor<12x?xi8>, %w: tensor<1x3x16xi8>, %s: tensor<3x16xf32>, %acc: tensor<?x16xf32>) -> tensor<?x16xf32> {
  // CHECK: ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>> <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10, scale_group = 4>
  // CHECK-SAME: ins(%{{.+}}, %{{.+}} : tensor<12x?xi8>, tensor<1x3x16xi8>) scales(%{{.+}} : tensor<3x16xf32>) outs(%{{.+}} : tensor<?x16xf32>) -> tensor<?x16xf32>
  %y = ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10, scale_group = 4>
    ins(%xt, %w : tensor<12x?xi8>, tensor<1x3x16xi8>) scales(%s : tensor<3x16xf32>)
    outs(%acc : tensor<?x16xf32>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// CHECK-LABEL: func @lookups
// CHECK-SAME: {k = #ternary.lut_registers<token_tile = 2, lookup_tokens = 1>, l = #ternary.lut_registers<token_tile = 4>}
func.func @lookups() attributes {k = #ternary.lut_registers<token_tile = 2, lookup_tokens = 1>, l = #ternary.lut_registers<token_tile = 4, lookup_tokens = 2>} {
  return
}

// CHECK-LABEL: func @dot_products
func.func @dot_products(%x: tensor<?x32xi8>, %w: tensor<1x2x64xi32>, %acc: tensor<?x64xi32>) -> tensor<?x64xi32> {
  // CHECK: ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 4, row_blocks = 2, prefetch = 4096>> <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
  // CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<?x32xi8>, tensor<1x2x64xi32>) outs(%{{.*}} : tensor<?x64xi32>) -> tensor<?x64xi32>
  %y = ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 4, row_blocks = 2, prefetch = 4096>>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
    ins(%x, %w : tensor<?x32xi8>, tensor<1x2x64xi32>) outs(%acc : tensor<?x64xi32>) -> tensor<?x64xi32>
  return %y : tensor<?x64xi32>
}

// CHECK-LABEL: func @attention
func.func @attention(%q: tensor<?x4x?x64xf32>, %k: tensor<?x2x?x64xf32>, %v: tensor<?x2x?x32xf32>,
                     %m: tensor<?x1x?x?xf32>, %o: tensor<?x4x?x32xf32>)
    -> (tensor<?x4x?x32xf32>, tensor<?x4x?x32xf32>) {
  // CHECK: ternary.attention scale = 1.250000e-01 ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x32xf32>, tensor<?x1x?x?xf32>) outs(%{{.*}} : tensor<?x4x?x32xf32>) -> tensor<?x4x?x32xf32>
  %masked = ternary.attention scale = 1.250000e-01
    ins(%q, %k, %v, %m : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x32xf32>, tensor<?x1x?x?xf32>)
    outs(%o : tensor<?x4x?x32xf32>) -> tensor<?x4x?x32xf32>
  // CHECK: ternary.attention scale = 1.000000e+00 ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x32xf32>) outs
  %plain = ternary.attention scale = 1.0
    ins(%q, %k, %v : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x32xf32>)
    outs(%o : tensor<?x4x?x32xf32>) -> tensor<?x4x?x32xf32>
  return %masked, %plain : tensor<?x4x?x32xf32>, tensor<?x4x?x32xf32>
}

// CHECK-LABEL: func @thread_count
func.func @thread_count() -> index {
  // CHECK: ternary.thread_count
  %n = ternary.thread_count
  return %n : index
}

#groups = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>
// CHECK-LABEL: func @scale_groups
func.func @scale_groups(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %p: tensor<2x3x16xi8, #groups>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: %[[Y:.+]] = ternary.matmul {packing = #ternary.packing<{{[^>]+}} scale_group = 4>, scale_group = 4 : i64} ins({{.*}}) scales(%{{.+}} : tensor<3x20xf32>) outs(%{{.+}} : tensor<?x20xf32>)
  %y = ternary.matmul {packing = #groups, scale_group = 4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    scales(%s : tensor<3x20xf32>) outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  // CHECK: ternary.product {maps = [#{{.+}}], scale_group = 4 : i64} activations({{.*}}) weights({{.*}}) scales(%{{.+}} : tensor<3x20xf32>) inputs(%[[Y]] : tensor<?x20xf32>)
  %z = ternary.product {maps = [affine_map<(m, n) -> (m, n)>], scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%p : tensor<2x3x16xi8, #groups>) scales(%s : tensor<3x20xf32>) inputs(%y : tensor<?x20xf32>) outs(%acc : tensor<?x20xf32>) {
  ^bb0(%sum: f32, %residual: f32):
    %0 = arith.addf %sum, %residual : f32
    ternary.yield %0 : f32
  } -> tensor<?x20xf32>
  return %z : tensor<?x20xf32>
}

// Of a depth that is not known so many scales as it takes.
// CHECK-LABEL: func @scales_of_any_depth
func.func @scales_of_any_depth(%x: tensor<?x?xi8>, %w: tensor<20x?x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: ternary.matmul {scale_group = 4 : i64}
  %y = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x?xi8>, tensor<20x?x!ternary.trit>) scales(%s : tensor<3x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
