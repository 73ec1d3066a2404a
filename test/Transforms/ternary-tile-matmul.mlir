// RUN: bitnet-opt %s --ternary-tile-matmul=serial-weights=0 --canonicalize --cse | FileCheck %s
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2 threads=1" --ternary-tile-matmul --canonicalize --cse | FileCheck %s --check-prefix=SERIAL
// RUN: bitnet-opt %s --ternary-tile-matmul | FileCheck %s --check-prefix=SMALL

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 40 x 10>
#few = #ternary.kernel<isa = "generic", algorithm = masked_add max_tokens = 7>
#many = #ternary.kernel<isa = "generic", algorithm = lut_memory token_tile = 8>
#id = affine_map<(t, r) -> (t, r)>
#row = affine_map<(t, r) -> (t)>
#turned = affine_map<(t, r) -> (r, t)>

// CHECK-DAG: #[[$BEGIN:.+]] = affine_map<()[s0, s1] -> (3, (3 ceildiv s1) * s0)>
// CHECK-DAG: #[[$CLIP:.+]] = affine_map<()[s0] -> (40, s0 * 16)>
// CHECK-DAG: #[[$END:.+]] = affine_map<()[s0, s1] -> (3, s0 + 3 ceildiv s1)>

// Few tokens: of three row blocks each thread gets some.
// CHECK-LABEL: func @few
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #[[P:.+]]>, %{{.+}}: tensor<?x48xi32>)
// SERIAL-LABEL: func @few
// SERIAL-NOT: scf
// SMALL-LABEL: func @few
// Few weights are left to one thread where they meet few tokens.
// SMALL-NOT: scf
// SMALL: return
func.func @few(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x48xi32>) -> tensor<?x48xi32> {
  // CHECK: %[[TOKENS:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK: %[[EMPTY:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x48xi32>
  // CHECK: %[[THREADS:.+]] = ternary.thread_count
  // CHECK: %[[Y:.+]] = scf.forall (%[[I:.+]]) in (%[[THREADS]]) shared_outs(%[[OUT:.+]] = %[[EMPTY]])
  // CHECK:   %[[FIRST:.+]] = affine.min #[[$BEGIN]]()[%[[I]], %[[THREADS]]]
  // CHECK:   %[[LAST:.+]] = affine.min #[[$END]]()[%[[FIRST]], %[[THREADS]]]
  // CHECK:   %[[ROW:.+]] = affine.apply #{{.+}}()[%[[FIRST]]]
  // CHECK:   %[[ROWS:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[LAST]]]
  // CHECK:   %[[OT:.+]] = tensor.extract_slice %[[OUT]][0, %[[ROW]]] [%[[TOKENS]], %[[ROWS]]] [1, 1]
  // CHECK:   %[[BLOCKS:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[LAST]]]
  // CHECK:   %[[WT:.+]] = tensor.extract_slice %[[W]][%[[FIRST]], 0, 0] [%[[BLOCKS]], 3, 16] [1, 1, 1]
  // CHECK-SAME:  tensor<3x3x16xi8, #[[P]]> to tensor<?x3x16xi8, #[[P]]>
  // CHECK:   %[[S:.+]] = ternary.matmul {{.*}} ins(%[[X]], %[[WT]] : {{.*}}) outs(%[[OT]] :
  // CHECK:   tensor.parallel_insert_slice %[[S]] into %[[OUT]][0, %[[ROW]]] [%[[TOKENS]], %[[ROWS]]] [1, 1]
  // CHECK: return %[[Y]]
  %y = ternary.matmul {kernels = [#few]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                         outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  return %y : tensor<?x48xi32>
}

// Many tokens, eight at a time. Their sums go to one buffer again and again,
// and the epilogue reads them there. The last row block has 8 rows, not 16.
// CHECK-LABEL: func @epilogue
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #{{.+}}>, %[[SCALES:.+]]: tensor<?xf32>, %[[OUT:.+]]: tensor<?x40xf32>)
// SERIAL-LABEL: func @epilogue
// SMALL-LABEL: func @epilogue
// SMALL: scf.forall
func.func @epilogue(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %scales: tensor<?xf32>, %out: tensor<?x40xf32>) -> tensor<?x40xf32> {
  // CHECK: %[[TOKENS:.+]] = tensor.dim %[[X]]
  // CHECK: %[[Y:.+]] = scf.forall {{.*}} shared_outs(%[[SHARED:.+]] = %[[OUT]])
  // CHECK:   %[[FIRST:.+]] = affine.min #[[$BEGIN]]
  // CHECK:   %[[LAST:.+]] = affine.min #[[$END]]
  // CHECK:   %[[FROM:.+]] = affine.min #[[$CLIP]]()[%[[FIRST]]]
  // CHECK:   %[[TO:.+]] = affine.min #[[$CLIP]]()[%[[LAST]]]
  // CHECK:   %[[COLUMNS:.+]] = affine.apply #{{.+}}()[%[[TO]], %[[FROM]]]
  // CHECK:   %[[PART:.+]] = tensor.extract_slice %[[SHARED]][0, %[[FROM]]] [%[[TOKENS]], %[[COLUMNS]]] [1, 1]
  // CHECK:   %[[BUFFER:.+]] = bufferization.alloc_tensor() : tensor<8x48xi32>
  // CHECK:   %[[R:.+]] = scf.for %[[T:.+]] = %{{.+}} to %[[TOKENS]] step %{{.+}} iter_args(%[[ALL:.+]] = %[[PART]])
  // CHECK:     %[[SIZE:.+]] = affine.min #{{.+}}()[%[[T]], %[[TOKENS]]]
  // CHECK:     %[[ACC:.+]] = tensor.extract_slice %[[BUFFER]][0, 0] [%[[SIZE]], %[[ROWS:.+]]] [1, 1]
  // CHECK:     %[[OT:.+]] = tensor.extract_slice %[[ALL]][%[[T]], 0] [%[[SIZE]], %[[COLUMNS]]] [1, 1]
  // CHECK:     %[[XT:.+]] = tensor.extract_slice %[[X]][%[[T]], 0] [%[[SIZE]], 10] [1, 1]
  // CHECK:     %[[S:.+]] = ternary.matmul {{.*}} ins(%[[XT]], %{{.+}} : {{.*}}) outs(%[[ACC]] :
  // CHECK:     %[[SC:.+]] = tensor.extract_slice %[[S]][0, 0] [%[[SIZE]], %[[COLUMNS]]] [1, 1]
  // CHECK:     %[[ST:.+]] = tensor.extract_slice %[[SCALES]][%[[T]]] [%[[SIZE]]] [1]
  // CHECK:     %[[E:.+]] = linalg.generic {{.*}} ins(%[[SC]], %[[ST]] : {{.*}}) outs(%[[OT]] :
  // CHECK:     %[[NEXT:.+]] = tensor.insert_slice %[[E]] into %[[ALL]][%[[T]], 0] [%[[SIZE]], %[[COLUMNS]]] [1, 1]
  // CHECK:     scf.yield %[[NEXT]]
  // CHECK:   tensor.parallel_insert_slice %[[R]] into %[[SHARED]][0, %[[FROM]]] [%[[TOKENS]], %[[COLUMNS]]] [1, 1]
  // CHECK: return %[[Y]]

  // SERIAL-NOT: scf.forall
  // SERIAL: scf.for
  // SERIAL:   ternary.matmul
  // SERIAL:   linalg.generic {{.*}} outs(%{{.+}} : tensor<?x40xf32>)
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x10xi8>
  %acc = tensor.empty(%tokens) : tensor<?x48xi32>
  %wide = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                             outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %sums = tensor.extract_slice %wide[0, 0] [%tokens, 40] [1, 1] : tensor<?x48xi32> to tensor<?x40xi32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scales : tensor<?x40xi32>, tensor<?xf32>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32, %scale: f32, %unused: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    linalg.yield %1 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}

// More rows than the kernel keeps in the cache are taken in turns. A product
// alone writes where its result is.
#large = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 4096 x 10>
// CHECK-LABEL: func @many_rows
func.func @many_rows(%x: tensor<?x10xi8>, %w: tensor<128x3x32xi8, #large>, %acc: tensor<?x4096xi32>) -> tensor<?x4096xi32> {
  // CHECK: %[[C64:.+]] = arith.constant 64 : index
  // CHECK: scf.forall
  // CHECK-NOT: alloc_tensor
  // CHECK: scf.for {{.*}} iter_args(%[[TOKENS:.+]] =
  // CHECK:   scf.for {{.*}} step %[[C64]] iter_args(%[[ROWS:.+]] = %[[TOKENS]])
  // CHECK:     %[[OT:.+]] = tensor.extract_slice %[[ROWS]]
  // CHECK:     %[[S:.+]] = ternary.matmul {{.*}} outs(%[[OT]] :
  // CHECK:     tensor.insert_slice %[[S]] into %[[ROWS]]
  %y = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<128x3x32xi8, #large>)
                                          outs(%acc : tensor<?x4096xi32>) -> tensor<?x4096xi32>
  return %y : tensor<?x4096xi32>
}

// A single tile of a single row block needs no loop.
// CHECK-LABEL: func @one_tile
func.func @one_tile(%x: tensor<8x10xi8>, %w: tensor<1x3x16xi8, #p>, %acc: tensor<8x16xi32>) -> tensor<8x16xi32> {
  // CHECK-NOT: scf
  // CHECK: ternary.matmul
  %y = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<8x10xi8>, tensor<1x3x16xi8, #p>)
                                          outs(%acc : tensor<8x16xi32>) -> tensor<8x16xi32>
  return %y : tensor<8x16xi32>
}

// Two products of one gate, each with a buffer of its own, and a third of the
// same activations: one loop over tokens.
#q = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>
// CHECK-LABEL: func @same_activations
func.func @same_activations(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>, %out: tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<?x16xi32>) {
  // CHECK-DAG: %[[B0:.+]] = bufferization.alloc_tensor() : tensor<8x16xi32>
  // CHECK-DAG: %[[B1:.+]] = bufferization.alloc_tensor() : tensor<8x16xi32>
  // CHECK: %[[YS:.+]]:2 = scf.for
  // CHECK:   %[[S0:.+]] = ternary.matmul
  // CHECK:   %[[S1:.+]] = ternary.matmul
  // CHECK:   linalg.generic {{.*}} ins(%[[S0]], %[[S1]] :
  // CHECK:   ternary.matmul
  // CHECK-NOT: scf.for
  // CHECK: return %[[YS]]#0, %[[YS]]#1
  %w0 = arith.constant dense<85> : tensor<1x1x16xi8, #q>
  %s0 = ternary.matmul {kernels = [#many]} ins(%x, %w0 : tensor<?x4xi8>, tensor<1x1x16xi8, #q>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %w1 = arith.constant dense<84> : tensor<1x1x16xi8, #q>
  %s1 = ternary.matmul {kernels = [#many]} ins(%x, %w1 : tensor<?x4xi8>, tensor<1x1x16xi8, #q>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  %y0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s0, %s1 : tensor<?x16xi32>, tensor<?x16xi32>) outs(%out : tensor<?x16xf32>) {
  ^bb0(%a: i32, %b: i32, %unused: f32):
    %0 = arith.muli %a, %b : i32
    %1 = arith.sitofp %0 : i32 to f32
    linalg.yield %1 : f32
  } -> tensor<?x16xf32>
  %w2 = arith.constant dense<69> : tensor<1x1x16xi8, #q>
  %y1 = ternary.matmul {kernels = [#many]} ins(%x, %w2 : tensor<?x4xi8>, tensor<1x1x16xi8, #q>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  return %y0, %y1 : tensor<?x16xf32>, tensor<?x16xi32>
}

// How many row blocks there are need not be known.
// CHECK-LABEL: func @unknown_rows
// CHECK-SAME:    %[[W:[^:]+]]: tensor<?x3x16xi8, #{{.+}}>, %{{.+}}: tensor<?x?xi32>)
func.func @unknown_rows(%x: tensor<?x10xi8>, %w: tensor<?x3x16xi8, #p>, %acc: tensor<?x?xi32>) -> tensor<?x?xi32> {
  // CHECK: %[[BLOCKS:.+]] = tensor.dim %[[W]], %{{.+}}
  // CHECK: %[[COLUMNS:.+]] = affine.apply #{{.+}}()[%[[BLOCKS]]]
  // CHECK: tensor.empty(%{{.+}}, %[[COLUMNS]]) : tensor<?x?xi32>
  // CHECK: ternary.matmul
  %y = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<?x3x16xi8, #p>)
                                          outs(%acc : tensor<?x?xi32>) -> tensor<?x?xi32>
  return %y : tensor<?x?xi32>
}

// A kernel for any number of tokens may meet many of them.
// SMALL-LABEL: func @any_tokens
// SMALL: scf.forall
func.func @any_tokens(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x48xi32>) -> tensor<?x48xi32> {
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add>]}
    ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>) outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  return %y : tensor<?x48xi32>
}

// What an epilogue asks of its place, and a value that its body captures.
// CHECK-LABEL: func @place
// CHECK: %[[SCALE:.+]] = arith.sitofp
// CHECK: scf.forall
// CHECK: linalg.generic
// CHECK:   %[[INDEX:.+]] = linalg.index 1
// CHECK:   affine.apply #{{.+}}()[%{{.+}}, %[[INDEX]]]
// CHECK:   arith.mulf %{{.+}}, %[[SCALE]]
func.func @place(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x48xi32>, %out: tensor<?x48xf32>, %factor: i32) -> tensor<?x48xf32> {
  %s = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                          outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  %scale = arith.sitofp %factor : i32 to f32
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<?x48xi32>) outs(%out : tensor<?x48xf32>) {
  ^bb0(%sum: i32, %unused: f32):
    %column = linalg.index 1 : index
    %0 = arith.index_cast %column : index to i32
    %1 = arith.addi %sum, %0 : i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.mulf %2, %scale : f32
    linalg.yield %3 : f32
  } -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}
