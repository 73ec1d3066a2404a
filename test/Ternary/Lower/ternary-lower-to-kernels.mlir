// RUN: bitnet-opt %s --ternary-lower-to-kernels | FileCheck %s

#masks = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 32 x 10>
#nibbles = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 10>
#words = #ternary.packing<group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 64 x 30>

// Three words of four trits take twelve activations.
// CHECK-LABEL: func @masked_add
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 32 x 10>>, %[[ACC:.+]]: tensor<?x32xi32>)
func.func @masked_add(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #masks>, %acc: tensor<?x32xi32>) -> tensor<?x32xi32> {
  // CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 0] high[0, 2]
  // CHECK: ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add> <{{[^>]+}}>
  // CHECK-SAME: ins(%[[PADDED]], %[[W]] : tensor<?x12xi8>, tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 32 x 10>>) outs(%[[ACC]] : tensor<?x32xi32>)
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #masks>) outs(%acc : tensor<?x32xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x32xi32>
  return %y : tensor<?x32xi32>
}

// The table of six groups, of which the last is padding, knows no rows.
// CHECK-LABEL: func @lut_registers
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<2x3x64xi8, #ternary.packing<{{[^>]+}} logical = 128 x 10>>, %[[ACC:.+]]: tensor<?x128xi32>)
func.func @lut_registers(%x: tensor<?x10xi8>, %w: tensor<2x3x64xi8, #nibbles>, %acc: tensor<?x128xi32>) -> tensor<?x128xi32> {
  // CHECK: %[[INIT:.+]] = tensor.empty(%{{.+}}) : tensor<?x6x32xi8>
  // CHECK: %[[TABLE:.+]] = ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
  // CHECK-SAME: <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 1 x 10> ins(%[[X]] : tensor<?x10xi8>) outs(%[[INIT]] :
  // CHECK: ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers> <{{[^>]+}} rows = 64, logical = 128 x 10>
  // CHECK-SAME: ins(%[[TABLE]], %[[W]] : tensor<?x6x32xi8>, tensor<2x3x64xi8, #ternary.packing<{{[^>]+}} logical = 128 x 10>>) outs(%[[ACC]] :
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_registers>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x64xi8, #nibbles>) outs(%acc : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  return %y : tensor<?x128xi32>
}

// Eight words, three at a time: two parts of twelve inputs and one of six, of
// whose second word the last trits are padding. Each adds to the sums.
#long = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 128 x 30>
#part_of_tables = #ternary.lut_registers<lookup_tokens = 1, cache_tokens = 4, word_tile = 3>
// CHECK-LABEL: func @lut_registers_in_parts
// CHECK-SAME:    %[[X:.+]]: tensor<?x30xi8>, %[[W:.+]]: tensor<2x8x64xi8, #{{.+}}>, %[[ACC:.+]]: tensor<?x128xi32>)
func.func @lut_registers_in_parts(%x: tensor<?x30xi8>, %w: tensor<2x8x64xi8, #long>, %acc: tensor<?x128xi32>) -> tensor<?x128xi32> {
  // CHECK: %[[ZEROS:.+]] = linalg.fill {{.*}} outs(%[[ACC]] :
  // CHECK: %[[SUMS:.+]] = scf.for %[[K:.+]] = %c0{{.*}} to %c24{{.*}} step %c12{{.*}} iter_args(%[[BEFORE:.+]] = %[[ZEROS]])
  // CHECK:   %[[PART:.+]] = tensor.extract_slice %[[X]][0, %[[K]]] [%{{.+}}, 12] [1, 1]
  // CHECK:   %[[WORD:.+]] = affine.apply #{{.+}}()[%[[K]]]
  // CHECK:   %[[WORDS:.+]] = tensor.extract_slice %[[W]][0, %[[WORD]], 0] [2, 3, 64] [1, 1, 1]
  // CHECK:   %[[TABLE:.+]] = ternary.lut_build {{.*}} logical = 1 x 12> ins(%[[PART]] :
  // CHECK:   %[[NEXT:.+]] = ternary.lut_accumulate {{.*}} logical = 128 x 12> {accumulates} ins(%[[TABLE]], %[[WORDS]] : {{.*}}) outs(%[[BEFORE]] :
  // CHECK:   scf.yield %[[NEXT]]
  // CHECK: %[[REST:.+]] = tensor.extract_slice %[[X]][0, 24] [%{{.+}}, 6] [1, 1]
  // CHECK: %[[LAST:.+]] = tensor.extract_slice %[[W]][0, 6, 0] [2, 2, 64] [1, 1, 1]
  // CHECK: %[[TABLE:.+]] = ternary.lut_build {{.*}} logical = 1 x 6> ins(%[[REST]] :
  // CHECK: %[[Y:.+]] = ternary.lut_accumulate {{.*}} logical = 128 x 6> {accumulates} ins(%[[TABLE]], %[[LAST]] : {{.*}}) outs(%[[SUMS]] :
  // CHECK: return %[[Y]]
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #part_of_tables>]} activations(%x : tensor<?x30xi8>) weights(%w : tensor<2x8x64xi8, #long>) outs(%acc : tensor<?x128xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x128xi32>
  return %y : tensor<?x128xi32>
}

// Nineteen tokens take two tiles of sixteen.
// CHECK-LABEL: func @lut_memory
// CHECK-SAME:    %[[X:.+]]: tensor<19x10xi8>, %[[W:.+]]: tensor<2x3x16xi8, #ternary.packing<{{[^>]+}} logical = 32 x 10>>, %[[ACC:.+]]: tensor<19x32xi32>)
func.func @lut_memory(%x: tensor<19x10xi8>, %w: tensor<2x3x16xi8, #masks>, %acc: tensor<19x32xi32>) -> tensor<19x32xi32> {
  // CHECK: %[[EMPTY:.+]] = tensor.empty() : tensor<12x32xi8>
  // CHECK: %[[INNER:.+]] = tensor.extract_slice %[[EMPTY]][0, 0] [10, 19] [1, 1]
  // CHECK: %[[TRANSPOSED:.+]] = linalg.transpose ins(%[[X]] : tensor<19x10xi8>) outs(%[[INNER]] : tensor<10x19xi8>)
  // CHECK: %[[WRITTEN:.+]] = tensor.insert_slice %[[TRANSPOSED]] into %[[EMPTY]][0, 0] [10, 19] [1, 1]
  // CHECK: %[[TOKENS:.+]] = linalg.fill {{.*}} -> tensor<10x13xi8>
  // CHECK: %[[PADDED:.+]] = tensor.insert_slice %[[TOKENS]] into %[[WRITTEN]][0, 19] [10, 13] [1, 1]
  // CHECK: %[[DEPTH:.+]] = linalg.fill {{.*}} -> tensor<2x32xi8>
  // CHECK: %[[COLUMNS:.+]] = tensor.insert_slice %[[DEPTH]] into %[[PADDED]][10, 0] [2, 32] [1, 1]
  // CHECK: %[[SUMS:.+]] = ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
  // CHECK-SAME: ins(%[[COLUMNS]], %[[W]] : {{.*}}) outs(%[[ACC]] : tensor<19x32xi32>)
  // CHECK: return %[[SUMS]]
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>]} activations(%x : tensor<19x10xi8>) weights(%w : tensor<2x3x16xi8, #masks>) outs(%acc : tensor<19x32xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<19x32xi32>
  return %y : tensor<19x32xi32>
}

// Tiles of at most sixteen tokens share buffers of known size. Activations are
// transposed once for all rows.
// CHECK-LABEL: func @tiles
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x10xi8>, %[[W:[^:]+]]: tensor<2x3x16xi8,
func.func @tiles(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #masks>, %init: tensor<?x32xi32>, %tokens: index) -> tensor<?x32xi32> {
  // CHECK: %[[EMPTY:.+]] = tensor.empty() : tensor<12x16xi8>
  // CHECK: scf.for %[[T:.+]] = %{{.+}} to %{{.+}} step %{{.+}} iter_args
  // CHECK:   %[[SIZE:.+]] = affine.min
  // CHECK:   %[[XT:.+]] = tensor.extract_slice %[[X]][%[[T]], 0] [%[[SIZE]], 10] [1, 1]
  // CHECK:   linalg.transpose ins(%[[XT]] :
  // CHECK:   scf.for
  // CHECK-NOT: linalg
  // CHECK:     ternary.token_accumulate {{.*}} ins(%{{.+}}, %{{.+}} : tensor<12x16xi8>, tensor<1x3x16xi8,
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c16 = arith.constant 16 : index
  %y = scf.for %t = %c0 to %tokens step %c16 iter_args(%out = %init) -> tensor<?x32xi32> {
    %size = affine.min affine_map<()[t, n] -> (-t + n, 16)>()[%t, %tokens]
    %z = scf.for %b = %c0 to %c2 step %c1 iter_args(%all = %out) -> tensor<?x32xi32> {
      %column = affine.apply affine_map<()[b] -> (b * 16)>()[%b]
      %xt = tensor.extract_slice %x[%t, 0] [%size, 10] [1, 1] : tensor<?x10xi8> to tensor<?x10xi8>
      %wt = tensor.extract_slice %w[%b, 0, 0] [1, 3, 16] [1, 1, 1] : tensor<2x3x16xi8, #masks> to tensor<1x3x16xi8, #masks>
      %acc = tensor.extract_slice %all[%t, %column] [%size, 16] [1, 1] : tensor<?x32xi32> to tensor<?x16xi32>
      %0 = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>]} activations(%xt : tensor<?x10xi8>) weights(%wt : tensor<1x3x16xi8, #masks>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
      %1 = tensor.insert_slice %0 into %all[%t, %column] [%size, 16] [1, 1] : tensor<?x16xi32> into tensor<?x32xi32>
      scf.yield %1 : tensor<?x32xi32>
    }
    scf.yield %z : tensor<?x32xi32>
  }
  return %y : tensor<?x32xi32>
}

// The activations of each of two words stand as the transpose of 4 x 4.
// CHECK-LABEL: func @dot
// CHECK-SAME:    %[[X:.+]]: tensor<?x30xi8>, %[[W:.+]]: tensor<1x2x64xi32, #ternary.packing<{{[^>]+}} logical = 64 x 30>>, %[[ACC:.+]]: tensor<?x64xi32>)
func.func @dot(%x: tensor<?x30xi8>, %w: tensor<1x2x64xi32, #words>, %acc: tensor<?x64xi32>) -> tensor<?x64xi32> {
  // CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 0] high[0, 2]
  // CHECK: %[[SQUARES:.+]] = tensor.expand_shape %[[PADDED]] {{\[\[}}0], [1, 2, 3]] output_shape [%{{.+}}, 2, 4, 4]
  // CHECK: %[[TRANSPOSED:.+]] = linalg.transpose ins(%[[SQUARES]] : tensor<?x2x4x4xi8>) outs(%{{.+}} : tensor<?x2x4x4xi8>) permutation = [0, 1, 3, 2]
  // CHECK: %[[COLUMNS:.+]] = tensor.collapse_shape %[[TRANSPOSED]] {{\[\[}}0], [1, 2, 3]]
  // CHECK: ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 2>>
  // CHECK-SAME: ins(%[[COLUMNS]], %[[W]] : tensor<?x32xi8>, {{.*}}) outs(%[[ACC]] : tensor<?x64xi32>)
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 2>>]} activations(%x : tensor<?x30xi8>) weights(%w : tensor<1x2x64xi32, #words>) outs(%acc : tensor<?x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x64xi32>
  return %y : tensor<?x64xi32>
}

// CHECK-LABEL: func @dot_of_eleven_tokens
func.func @dot_of_eleven_tokens(%x: tensor<11x30xi8>, %w: tensor<1x2x64xi32, #words>, %acc: tensor<11x64xi32>) -> tensor<11x64xi32> {
  // CHECK: linalg.transpose ins(%{{.+}} : tensor<11x2x4x4xi8>)
  // CHECK: ternary.dot_accumulate {{.*}} ins(%{{.+}}, %{{.+}} : tensor<11x32xi8>,
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 2>>]} activations(%x : tensor<11x30xi8>) weights(%w : tensor<1x2x64xi32, #words>) outs(%acc : tensor<11x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<11x64xi32>
  return %y : tensor<11x64xi32>
}

// What depends on the activations alone is computed by each thread.
// CHECK-LABEL: func @in_a_loop
func.func @in_a_loop(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #masks>, %init: tensor<?x32xi32>, %tokens: index) -> tensor<?x32xi32> {
  // CHECK: scf.forall
  // CHECK: %[[PADDED:.+]] = tensor.pad
  // CHECK: ternary.add_accumulate {{.*}} ins(%[[PADDED]],
  %y = scf.forall (%i) in (2) shared_outs(%out = %init) -> tensor<?x32xi32> {
    %column = affine.apply affine_map<(d0) -> (d0 * 16)>(%i)
    %wt = tensor.extract_slice %w[%i, 0, 0] [1, 3, 16] [1, 1, 1] : tensor<2x3x16xi8, #masks> to tensor<1x3x16xi8, #masks>
    %acc = tensor.extract_slice %out[0, %column] [%tokens, 16] [1, 1] : tensor<?x32xi32> to tensor<?x16xi32>
    %0 = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]} activations(%x : tensor<?x10xi8>) weights(%wt : tensor<1x3x16xi8, #masks>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %0 into %out[0, %column] [%tokens, 16] [1, 1] : tensor<?x16xi32> into tensor<?x32xi32>
    }
  }
  return %y : tensor<?x32xi32>
}

// Of 32 sums of a token 20 are columns, which the epilogue reads.
#odd = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
// CHECK-LABEL: func @epilogue
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %{{.+}}, %[[SCALES:.+]]: tensor<?xf32>, %[[OUT:.+]]: tensor<?x20xf32>)
func.func @epilogue(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #odd>, %scales: tensor<?xf32>, %out: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: %[[ACC:.+]] = bufferization.alloc_tensor(%{{.+}}) : tensor<?x32xi32>
  // CHECK: %[[PADDED:.+]] = ternary.add_accumulate {{.*}} outs(%[[ACC]] :
  // CHECK: %[[SUMS:.+]] = tensor.extract_slice %[[PADDED]][0, 0] [%{{.+}}, 20] [1, 1]
  // CHECK: %[[Y:.+]] = linalg.generic {{.*}} ins(%[[SUMS]], %[[SCALES]] : tensor<?x20xi32>, tensor<?xf32>) outs(%[[OUT]] :
  // CHECK:   %[[COLUMN:.+]] = linalg.index 1
  // CHECK:   arith.index_cast %[[COLUMN]]
  // CHECK: return %[[Y]]
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], maps = [affine_map<(m, n) -> (m)>]}
      activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #odd>) inputs(%scales : tensor<?xf32>) outs(%out : tensor<?x20xf32>) {
  ^bb0(%sum: i32, %scale: f32):
    %column = ternary.index 1
    %0 = arith.index_cast %column : index to i32
    %1 = arith.addi %sum, %0 : i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.divf %2, %scale : f32
    ternary.yield %3 : f32
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// In loops over tiles each product has one buffer before them.
// CHECK-LABEL: func @gate_by_tiles
func.func @gate_by_tiles(%x: tensor<?x10xi8>, %w0: tensor<2x3x16xi8, #odd>, %w1: tensor<2x3x16xi8, #odd>, %init: tensor<?x20xi32>, %tokens: index) -> tensor<?x20xi32> {
  // CHECK-DAG: %[[B0:.+]] = bufferization.alloc_tensor() : tensor<16x32xi32>
  // CHECK-DAG: %[[B1:.+]] = bufferization.alloc_tensor() : tensor<16x32xi32>
  // CHECK: scf.for
  // CHECK:   %[[A0:.+]] = tensor.extract_slice %[[B0]][0, 0]
  // CHECK:   ternary.token_accumulate {{.*}} outs(%[[A0]] :
  // CHECK:   %[[A1:.+]] = tensor.extract_slice %[[B1]][0, 0]
  // CHECK:   ternary.token_accumulate {{.*}} outs(%[[A1]] :
  // CHECK:   linalg.generic
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %y = scf.for %t = %c0 to %tokens step %c16 iter_args(%all = %init) -> tensor<?x20xi32> {
    %size = affine.min affine_map<()[t, n] -> (-t + n, 16)>()[%t, %tokens]
    %xt = tensor.extract_slice %x[%t, 0] [%size, 10] [1, 1] : tensor<?x10xi8> to tensor<?x10xi8>
    %out = tensor.extract_slice %all[%t, 0] [%size, 20] [1, 1] : tensor<?x20xi32> to tensor<?x20xi32>
    %0 = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>]}
        activations(%xt : tensor<?x10xi8>) weights(%w0, %w1 : tensor<2x3x16xi8, #odd>, tensor<2x3x16xi8, #odd>) outs(%out : tensor<?x20xi32>) {
    ^bb0(%a: i32, %b: i32):
      %1 = arith.maxsi %a, %b : i32
      ternary.yield %1 : i32
    } -> tensor<?x20xi32>
    %2 = tensor.insert_slice %0 into %all[%t, 0] [%size, 20] [1, 1] : tensor<?x20xi32> into tensor<?x20xi32>
    scf.yield %2 : tensor<?x20xi32>
  }
  return %y : tensor<?x20xi32>
}

// Each scale group is a product of four inputs, of which the last has two; its
// sums are scaled and added to what the groups before it gave.
#groups = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>
// CHECK-LABEL: func @scale_groups
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:[^:]+]]: tensor<2x3x16xi8, {{.*}}>, %[[S:.+]]: tensor<3x20xf32>, %[[OUT:.+]]: tensor<?x20xf32>)
func.func @scale_groups(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #groups>, %s: tensor<3x20xf32>, %out: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 0] high[0, 2]
  // CHECK: %[[ACC:.+]] = bufferization.alloc_tensor(%{{.+}}) : tensor<?x32xi32>
  // CHECK: %[[ZERO:.+]] = linalg.fill ins(%{{.+}} : f32) outs(%[[OUT]] : tensor<?x20xf32>)
  // CHECK: %[[Y:.+]] = scf.for %[[G:.+]] = %c0{{.*}} to %c12{{.*}} step %c4{{.*}} iter_args(%[[TOTAL:.+]] = %[[ZERO]])
  // CHECK:   %[[XG:.+]] = tensor.extract_slice %[[PADDED]][0, %[[G]]] [%{{.+}}, 4] [1, 1]
  // CHECK:   %[[WORD:.+]] = affine.apply {{.*}}[%[[G]]]
  // CHECK:   %[[WG:.+]] = tensor.extract_slice %[[W]][0, %[[WORD]], 0] [2, 1, 16] [1, 1, 1] : {{.*}} to tensor<2x1x16xi8>
  // CHECK:   %[[SG:.+]] = tensor.extract_slice %[[S]][%{{.+}}, 0] [1, 20] [1, 1] : tensor<3x20xf32> to tensor<1x20xf32>
  // CHECK:   ternary.add_accumulate {{.*}} logical = 20 x 4> ins(%[[XG]], %[[WG]] : {{.*}}) outs(%[[ACC]] : tensor<?x32xi32>)
  // CHECK:   %[[SUMS:.+]] = tensor.extract_slice %{{.+}}[0, 0] [%{{.+}}, 20] [1, 1]
  // CHECK:   linalg.generic {{.*}} ins(%[[SUMS]], %[[SG]] : tensor<?x20xi32>, tensor<1x20xf32>) outs(%[[TOTAL]] : tensor<?x20xf32>)
  // CHECK:     arith.sitofp
  // CHECK:     arith.mulf
  // CHECK:     arith.addf
  // CHECK: return %[[Y]]
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<2x3x16xi8, #groups>) scales(%s : tensor<3x20xf32>) outs(%out : tensor<?x20xf32>) {
  ^bb0(%sum: f32):
    ternary.yield %sum : f32
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// Kernels that scale take all groups at once or, here, two of them: parts of 8
// words, each of which adds to the sums. Two products of an activation share the
// loop, and the tables of a part.
#wide = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 150, scale_group = 32>
#two_groups = #ternary.lut_registers<cache_tokens = 4, word_tile = 20>
// CHECK-LABEL: func @gate_with_scale_groups
// CHECK-SAME:    %[[X:.+]]: tensor<?x150xi8>, %[[V:[^:]+]]: tensor<1x40x64xi8, {{.*}}>, %[[W:[^:]+]]: tensor<1x40x64xi8, {{.*}}>, %[[S:.+]]: tensor<5x64xf32>, %[[T:.+]]: tensor<5x64xf32>,
// CHECK:      scf.for %[[K:.+]] = %c0{{.*}} to %c128{{.*}} step %c64{{.*}} iter_args(%[[A:.+]] = %{{.+}}, %[[B:.+]] = %{{.+}}) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
// CHECK:        %[[PART:.+]] = tensor.extract_slice %[[X]][0, %[[K]]] [%{{.+}}, 64] [1, 1]
// CHECK:        %[[VK:.+]] = tensor.extract_slice %[[V]][0, %{{.+}}, 0] [1, 16, 64] [1, 1, 1]
// CHECK:        %[[SK:.+]] = tensor.extract_slice %[[S]][%{{.+}}, 0] [2, 64] [1, 1]
// CHECK:        ternary.lut_build {{.*}} logical = 1 x 64, scale_group = 32> ins(%[[PART]] :
// CHECK:        ternary.lut_accumulate {{.*}} logical = 64 x 64, scale_group = 32> {accumulates} ins(%{{.+}}, %[[VK]] : {{.*}}) scales(%[[SK]] : tensor<2x64xf32>) outs(%[[A]] :
// CHECK:        ternary.lut_accumulate {{.*}} outs(%[[B]] :
// CHECK:      }
// The last scale group has 22 inputs, fewer words of it are read.
// CHECK:      tensor.extract_slice %[[V]][0, 32, 0] [1, 6, 64] [1, 1, 1]
// CHECK:      tensor.extract_slice %[[S]][4, 0] [1, 64] [1, 1]
// CHECK:      ternary.lut_accumulate {{.*}} logical = 64 x 22, scale_group = 22> {accumulates}
// CHECK:      linalg.generic
func.func @gate_with_scale_groups(%x: tensor<?x150xi8>, %v: tensor<1x40x64xi8, #wide>, %w: tensor<1x40x64xi8, #wide>, %s: tensor<5x64xf32>, %t: tensor<5x64xf32>, %out: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #two_groups>], scale_group = 32 : i64} activations(%x : tensor<?x150xi8>)
      weights(%v, %w : tensor<1x40x64xi8, #wide>, tensor<1x40x64xi8, #wide>) scales(%s, %t : tensor<5x64xf32>, tensor<5x64xf32>) outs(%out : tensor<?x64xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    ternary.yield %0 : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// A kernel that scales takes all groups at once. Rows that fill up the last row
// block have scales of zero, and leave with the slice.
// CHECK-LABEL: func @scale_groups_in_kernel
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:[^:]+]]: tensor<2x3x16xi8{{.*}}>, %[[S:.+]]: tensor<3x20xf32>, %[[OUT:.+]]: tensor<?x20xf32>)
func.func @scale_groups_in_kernel(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #groups>, %s: tensor<3x20xf32>, %out: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: %[[ACC:.+]] = bufferization.alloc_tensor(%{{.+}}) : tensor<?x32xf32>
  // CHECK: %[[SCALES:.+]] = tensor.pad %[[S]] low[0, 0] high[0, 12]
  // CHECK: ternary.token_accumulate {{.*}} logical = 20 x 10, scale_group = 4> ins(%{{.+}}, %[[W]] : tensor<12x?xi8>, {{.*}}) scales(%[[SCALES]] : tensor<3x32xf32>) outs(%[[ACC]] : tensor<?x32xf32>)
  // CHECK: tensor.extract_slice %{{.+}}[0, 0] [%{{.+}}, 20] [1, 1]
  // CHECK: linalg.generic
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>], scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<2x3x16xi8, #groups>) scales(%s : tensor<3x20xf32>) outs(%out : tensor<?x20xf32>) {
  ^bb0(%sum: f32):
    ternary.yield %sum : f32
  } -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
