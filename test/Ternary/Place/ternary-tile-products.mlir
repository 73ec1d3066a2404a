// RUN: bitnet-opt %s --ternary-tile-products=serial-weights=0 --canonicalize --cse | FileCheck %s
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2 threads=1" --ternary-tile-products --canonicalize --cse | FileCheck %s --check-prefix=SERIAL
// RUN: bitnet-opt %s --ternary-tile-products | FileCheck %s --check-prefix=SMALL

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 40 x 10>
#few = #ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>
#many = #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 8>>
#row = affine_map<(t, r) -> (t)>

// CHECK-DAG: #[[$BEGIN:.+]] = affine_map<()[s0, s1] -> (40, (((40 ceildiv s1) ceildiv 16) * s0) * 16)>
// CHECK-DAG: #[[$END:.+]] = affine_map<()[s0, s1] -> (40, s0 + ((40 ceildiv s1) ceildiv 16) * 16)>
// CHECK-DAG: #[[$FIRST_BLOCK:.+]] = affine_map<()[s0] -> (s0 floordiv 16)>
// CHECK-DAG: #[[$BUSIEST:.+]] = affine_map<()[s0, s1] -> (((s0 ceildiv 8) ceildiv s1) * 64)>
// CHECK-DAG: #[[$NINE:.+]] = affine_map<()[s0] -> (s0 * 9)>
// CHECK-DAG: #[[$FIRST:.+]] = affine_map<()[s0, s1, s2] -> (s0, (((s0 ceildiv s2) ceildiv 8) * s1) * 8)>
// CHECK-DAG: #[[$BLOCKS:.+]] = affine_map<()[s0, s1] -> ((-s0 + s1) ceildiv 16)>

// Few tokens: of three row blocks, the last with 8 rows, each thread gets some.
// CHECK-LABEL: func @few
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #[[P:.+]]>, %[[ACC:.+]]: tensor<?x40xi32>)
// SERIAL-LABEL: func @few
// SERIAL-NOT: scf
// SMALL-LABEL: func @few
// Few weights are left to one thread where they meet few tokens.
// SMALL-NOT: scf
// SMALL: return
func.func @few(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x40xi32>) -> tensor<?x40xi32> {
  // CHECK-DAG: %[[TOKENS:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK-DAG: %[[THREADS:.+]] = ternary.thread_count
  // CHECK: %[[Y:.+]] = scf.forall (%[[I:.+]]) in (%[[THREADS]]) shared_outs(%[[OUT:.+]] = %[[ACC]])
  // CHECK:   %[[BEGIN:.+]] = affine.min #[[$BEGIN]]()[%[[I]], %[[THREADS]]]
  // CHECK:   %[[END:.+]] = affine.min #[[$END]]()[%[[BEGIN]], %[[THREADS]]]
  // CHECK:   %[[COLUMNS:.+]] = affine.apply #{{.+}}()[%[[BEGIN]], %[[END]]]
  // CHECK:   %[[OT:.+]] = tensor.extract_slice %[[OUT]][0, %[[BEGIN]]] [%[[TOKENS]], %[[COLUMNS]]] [1, 1]
  // CHECK:   %[[BLOCK:.+]] = affine.apply #[[$FIRST_BLOCK]]()[%[[BEGIN]]]
  // CHECK:   %[[BLOCKS:.+]] = affine.apply #[[$BLOCKS]]()[%[[BEGIN]], %[[END]]]
  // CHECK:   %[[WT:.+]] = tensor.extract_slice %[[W]][%[[BLOCK]], 0, 0] [%[[BLOCKS]], 3, 16] [1, 1, 1]
  // CHECK-SAME:  tensor<3x3x16xi8, #[[P]]> to tensor<?x3x16xi8, #[[P]]>
  // CHECK:   %[[S:.+]] = ternary.product {{.*}} activations(%[[X]] : {{.*}}) weights(%[[WT]] : {{.*}}) outs(%[[OT]] :
  // CHECK:   tensor.parallel_insert_slice %[[S]] into %[[OUT]][0, %[[BEGIN]]] [%[[TOKENS]], %[[COLUMNS]]] [1, 1]
  // CHECK: return %[[Y]]
  %y = ternary.product {kernels = [#few]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>) outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x40xi32>
  return %y : tensor<?x40xi32>
}

// Many tokens, eight at a time, what follows with them. Where the busiest
// thread gets no more than nine eighths of its share, they share the tokens,
// else the rows.
// CHECK-LABEL: func @epilogue
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #{{.+}}>, %[[SCALES:.+]]: tensor<?xf32>, %[[OUT:.+]]: tensor<?x40xf32>)
// SERIAL-LABEL: func @epilogue
// SMALL-LABEL: func @epilogue
// SMALL: scf.forall
func.func @epilogue(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %scales: tensor<?xf32>, %out: tensor<?x40xf32>) -> tensor<?x40xf32> {
  // CHECK: %[[TOKENS:.+]] = tensor.dim %[[X]]
  // CHECK: %[[Y:.+]] = scf.forall {{.*}} shared_outs(%[[SHARED:.+]] = %[[OUT]])
  // CHECK:   %[[BUSIEST:.+]] = affine.apply #[[$BUSIEST]]()[%[[TOKENS]], %[[THREADS:.+]]]
  // CHECK:   %[[ALL_BUSY:.+]] = arith.muli %[[BUSIEST]], %[[THREADS]]
  // CHECK:   %[[NINE:.+]] = affine.apply #[[$NINE]]()[%[[TOKENS]]]
  // CHECK:   %[[BY_TOKENS:.+]] = arith.cmpi ule, %[[ALL_BUSY]], %[[NINE]]
  // CHECK:   %[[TOKEN_PART:.+]] = arith.select %[[BY_TOKENS]], %[[I:.+]], %c0
  // CHECK:   %[[TOKEN_PARTS:.+]] = arith.select %[[BY_TOKENS]], %[[THREADS]], %c1
  // CHECK:   %[[ROW_PART:.+]] = arith.select %[[BY_TOKENS]], %c0, %[[I]]
  // CHECK:   %[[ROW_PARTS:.+]] = arith.select %[[BY_TOKENS]], %c1, %[[THREADS]]
  // CHECK:   %[[FIRST:.+]] = affine.min #[[$FIRST]]()[%[[TOKENS]], %[[TOKEN_PART]], %[[TOKEN_PARTS]]]
  // CHECK:   %[[LAST:.+]] = affine.min
  // CHECK:   %[[COUNT:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[LAST]]]
  // CHECK:   %[[BEGIN:.+]] = affine.min #[[$BEGIN]]()[%[[ROW_PART]], %[[ROW_PARTS]]]
  // CHECK:   %[[COLUMNS:.+]] = affine.apply
  // CHECK:   %[[PART:.+]] = tensor.extract_slice %[[SHARED]][%[[FIRST]], %[[BEGIN]]] [%[[COUNT]], %[[COLUMNS]]] [1, 1]
  // CHECK:   %[[R:.+]] = scf.for %[[T:.+]] = %{{.+}} to %[[COUNT]] step %{{.+}} iter_args(%[[ALL:.+]] = %[[PART]])
  // CHECK:     %[[SIZE:.+]] = affine.min #{{.+}}()[%[[T]], %[[FIRST]], %[[LAST]]]
  // CHECK:     %[[TOKEN:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[T]]]
  // CHECK:     %[[OT:.+]] = tensor.extract_slice %[[ALL]][%[[T]], 0] [%[[SIZE]], %[[COLUMNS]]] [1, 1]
  // CHECK:     %[[XT:.+]] = tensor.extract_slice %[[X]][%[[TOKEN]], 0] [%[[SIZE]], 10] [1, 1]
  // CHECK:     %[[ST:.+]] = tensor.extract_slice %[[SCALES]][%[[TOKEN]]] [%[[SIZE]]] [1]
  // CHECK:     %[[S:.+]] = ternary.product {{.*}} activations(%[[XT]] : {{.*}}) weights(%{{.+}} : {{.*}}) inputs(%[[ST]] : {{.*}}) outs(%[[OT]] :
  // CHECK:       arith.divf
  // CHECK:     %[[NEXT:.+]] = tensor.insert_slice %[[S]] into %[[ALL]][%[[T]], 0] [%[[SIZE]], %[[COLUMNS]]] [1, 1]
  // CHECK:     scf.yield %[[NEXT]]
  // CHECK:   tensor.parallel_insert_slice %[[R]] into %[[SHARED]][%[[FIRST]], %[[BEGIN]]] [%[[COUNT]], %[[COLUMNS]]] [1, 1]
  // CHECK: return %[[Y]]

  // SERIAL-NOT: scf.forall
  // SERIAL: scf.for
  // SERIAL:   ternary.product {{.*}} outs(%{{.+}} : tensor<?x40xf32>)
  %y = ternary.product {kernels = [#many], maps = [#row]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>)
      inputs(%scales : tensor<?xf32>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32, %scale: f32):
    %0 = arith.sitofp %sum : i32 to f32
    %1 = arith.divf %0, %scale : f32
    ternary.yield %1 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}

// More rows than the kernel keeps in the cache are taken in turns.
#large = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 4096 x 10>
// CHECK-LABEL: func @many_rows
func.func @many_rows(%x: tensor<?x10xi8>, %w: tensor<128x3x32xi8, #large>, %acc: tensor<?x4096xi32>) -> tensor<?x4096xi32> {
  // CHECK: %[[C2048:.+]] = arith.constant 2048 : index
  // CHECK: scf.forall
  // CHECK: scf.for {{.*}} iter_args(%[[TOKENS:.+]] =
  // CHECK:   scf.for {{.*}} step %[[C2048]] iter_args(%[[ROWS:.+]] = %[[TOKENS]])
  // CHECK:     %[[OT:.+]] = tensor.extract_slice %[[ROWS]]
  // CHECK:     %[[S:.+]] = ternary.product {{.*}} outs(%[[OT]] :
  // CHECK:     tensor.insert_slice %[[S]] into %[[ROWS]]
  %y = ternary.product {kernels = [#many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<128x3x32xi8, #large>) outs(%acc : tensor<?x4096xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x4096xi32>
  return %y : tensor<?x4096xi32>
}

// A single tile of a single row block needs no loop.
// CHECK-LABEL: func @one_tile
func.func @one_tile(%x: tensor<8x10xi8>, %w: tensor<1x3x16xi8, #p>, %acc: tensor<8x16xi32>) -> tensor<8x16xi32> {
  // CHECK-NOT: scf
  // CHECK: ternary.product
  %y = ternary.product {kernels = [#many]} activations(%x : tensor<8x10xi8>) weights(%w : tensor<1x3x16xi8, #p>) outs(%acc : tensor<8x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<8x16xi32>
  return %y : tensor<8x16xi32>
}

// A gate and another product of the same activations: one loop over tokens.
#q = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 4>
// CHECK-LABEL: func @same_activations
func.func @same_activations(%x: tensor<?x4xi8>, %acc: tensor<?x16xi32>, %out: tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<?x16xi32>) {
  // CHECK: %[[YS:.+]]:2 = scf.for
  // CHECK:   ternary.product {{.*}} weights(%{{.+}}, %{{.+}} :
  // CHECK:     arith.muli
  // CHECK:   ternary.product
  // CHECK-NOT: scf.for
  // CHECK: return %[[YS]]#0, %[[YS]]#1
  %w0 = arith.constant dense<85> : tensor<1x1x16xi8, #q>
  %w1 = arith.constant dense<84> : tensor<1x1x16xi8, #q>
  %y0 = ternary.product {kernels = [#many]} activations(%x : tensor<?x4xi8>)
      weights(%w0, %w1 : tensor<1x1x16xi8, #q>, tensor<1x1x16xi8, #q>) outs(%out : tensor<?x16xf32>) {
  ^bb0(%a: i32, %b: i32):
    %0 = arith.muli %a, %b : i32
    %1 = arith.sitofp %0 : i32 to f32
    ternary.yield %1 : f32
  } -> tensor<?x16xf32>
  %w2 = arith.constant dense<69> : tensor<1x1x16xi8, #q>
  %y1 = ternary.product {kernels = [#many]} activations(%x : tensor<?x4xi8>) weights(%w2 : tensor<1x1x16xi8, #q>) outs(%acc : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
  return %y0, %y1 : tensor<?x16xf32>, tensor<?x16xi32>
}

// How many row blocks there are need not be known.
// CHECK-LABEL: func @unknown_rows
// CHECK-SAME:    %{{.+}}: tensor<?x10xi8>, %{{.+}}: tensor<?x3x16xi8, #{{.+}}>, %[[ACC:.+]]: tensor<?x?xi32>)
func.func @unknown_rows(%x: tensor<?x10xi8>, %w: tensor<?x3x16xi8, #p>, %acc: tensor<?x?xi32>) -> tensor<?x?xi32> {
  // CHECK: %[[COLUMNS:.+]] = tensor.dim %[[ACC]], %c1
  // CHECK: scf.forall
  // CHECK:   affine.min #{{.+}}()[%[[COLUMNS]],
  // CHECK:   ternary.product
  %y = ternary.product {kernels = [#many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<?x3x16xi8, #p>) outs(%acc : tensor<?x?xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x?xi32>
  return %y : tensor<?x?xi32>
}

// A kernel for any number of tokens may meet many of them.
// SMALL-LABEL: func @any_tokens
// SMALL: scf.forall
func.func @any_tokens(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x40xi32>) -> tensor<?x40xi32> {
  %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]}
      activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>) outs(%acc : tensor<?x40xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x40xi32>
  return %y : tensor<?x40xi32>
}

// What an epilogue asks of its place, and a value that its body captures.
// CHECK-LABEL: func @place
// CHECK: %[[SCALE:.+]] = arith.sitofp
// CHECK: scf.forall
// CHECK: ternary.product
// CHECK:   %[[INDEX:.+]] = ternary.index 1
// CHECK:   affine.apply #{{.+}}()[%[[INDEX]], %{{.+}}]
// CHECK:   arith.mulf %{{.+}}, %[[SCALE]]
func.func @place(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %out: tensor<?x40xf32>, %factor: i32) -> tensor<?x40xf32> {
  %scale = arith.sitofp %factor : i32 to f32
  %y = ternary.product {kernels = [#many]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<3x3x16xi8, #p>) outs(%out : tensor<?x40xf32>) {
  ^bb0(%sum: i32):
    %column = ternary.index 1
    %0 = arith.index_cast %column : index to i32
    %1 = arith.addi %sum, %0 : i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.mulf %2, %scale : f32
    ternary.yield %3 : f32
  } -> tensor<?x40xf32>
  return %y : tensor<?x40xf32>
}

// The tables of some tokens stay in the cache while all rows pass. A kernel for
// few tokens takes all at once.
#lookup = #ternary.lut_registers<token_tile = 2, cache_tokens = 12>
#lanes = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 32, logical = 64 x 10>
// CHECK-LABEL: func @lookup_for_any_tokens
// CHECK: scf.forall
// CHECK:   scf.for %{{.+}} = %c0{{.*}} to %{{.+}} step %c12
// CHECK:     ternary.product
// CHECK-LABEL: func @lookup_for_few_tokens
// CHECK-NOT: scf.for %
// CHECK: ternary.product
func.func @lookup_for_any_tokens(%x: tensor<?x10xi8>, %w: tensor<2x3x32xi8, #lanes>, %acc: tensor<?x64xi32>) -> tensor<?x64xi32> {
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #lookup>]}
      activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x32xi8, #lanes>) outs(%acc : tensor<?x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x64xi32>
  return %y : tensor<?x64xi32>
}
func.func @lookup_for_few_tokens(%x: tensor<?x10xi8>, %w: tensor<2x3x32xi8, #lanes>, %acc: tensor<?x64xi32>) -> tensor<?x64xi32> {
  %y = ternary.product {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #lookup, max_tokens = 4>]}
      activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x32xi8, #lanes>) outs(%acc : tensor<?x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x64xi32>
  return %y : tensor<?x64xi32>
}
