// RUN: bitnet-opt %s --ternary-tile-matmul="threads=2 serial-weights=0" --canonicalize --cse | FileCheck %s
// RUN: bitnet-opt %s --ternary-tile-matmul=serial-weights=0 | FileCheck %s --check-prefix=DYNAMIC
// RUN: bitnet-opt %s --ternary-tile-matmul=threads=1 | FileCheck %s --check-prefix=SERIAL
// RUN: bitnet-opt %s --ternary-tile-matmul | FileCheck %s --check-prefix=SMALL

// RUN: not bitnet-opt %s --ternary-tile-matmul=threads=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: threads is -1, expected 0 or more

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 40 x 10>
#few = #ternary.kernel<isa = "generic", algorithm = masked_add max_tokens = 7>
#many = #ternary.kernel<isa = "generic", algorithm = lut_memory token_tile = 8>

// CHECK-DAG: #[[$BEGIN:.+]] = affine_map<()[s0] -> (3, s0 * 2)>
// CHECK-DAG: #[[$END:.+]] = affine_map<()[s0] -> (3, s0 + 2)>

// The number of tokens decides at run time. Of three row blocks the first
// thread gets two.
// CHECK-LABEL: func @two_kernels
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<3x3x16xi8, #[[P:.+]]>, %{{.+}}: tensor<?x48xi32>)
// DYNAMIC-LABEL: func @two_kernels
// SERIAL-LABEL: func @two_kernels
// SERIAL-NOT: scf.forall
// SMALL-LABEL: func @two_kernels
func.func @two_kernels(%x: tensor<?x10xi8>, %w: tensor<3x3x16xi8, #p>, %acc: tensor<?x48xi32>) -> tensor<?x48xi32> {
  // CHECK-DAG: %[[C7:.+]] = arith.constant 7 : index
  // CHECK-DAG: %[[TOKENS:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK: %[[FEW:.+]] = arith.cmpi ule, %[[TOKENS]], %[[C7]] : index
  // CHECK: %[[Y:.+]] = scf.if %[[FEW]]
  // CHECK:   %[[EMPTY:.+]] = tensor.empty(%[[TOKENS]]) : tensor<?x48xi32>
  // CHECK:   %[[R:.+]] = scf.forall (%[[I:.+]]) in (2) shared_outs(%[[OUT:.+]] = %[[EMPTY]])
  // CHECK:     %[[FIRST:.+]] = affine.min #[[$BEGIN]]()[%[[I]]]
  // CHECK:     %[[LAST:.+]] = affine.min #[[$END]]()[%[[FIRST]]]
  // CHECK:     %[[ROW:.+]] = affine.apply #{{.+}}()[%[[FIRST]]]
  // CHECK:     %[[ROWS:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[LAST]]]
  // CHECK:     %[[BLOCKS:.+]] = affine.apply #{{.+}}()[%[[FIRST]], %[[LAST]]]
  // CHECK:     %[[WT:.+]] = tensor.extract_slice %[[W]][%[[FIRST]], 0, 0] [%[[BLOCKS]], 3, 16] [1, 1, 1]
  // CHECK-SAME:  tensor<3x3x16xi8, #[[P]]> to tensor<?x3x16xi8, #[[P]]>
  // CHECK:     %[[OT:.+]] = tensor.extract_slice %[[OUT]][0, %[[ROW]]] [%[[TOKENS]], %[[ROWS]]] [1, 1]
  // CHECK:     %[[S:.+]] = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = masked_add>]}
  // CHECK-SAME:  ins(%[[X]], %[[WT]] : {{.*}}) outs(%[[OT]] :
  // CHECK:     tensor.parallel_insert_slice %[[S]] into %[[OUT]][0, %[[ROW]]] [%[[TOKENS]], %[[ROWS]]] [1, 1]
  // CHECK:   scf.yield %[[R]]
  // CHECK: } else {
  // CHECK:   scf.forall
  // CHECK:     ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = lut_memory token_tile = 8>]}
  // CHECK: return %[[Y]]

  // DYNAMIC: %[[THREADS:.+]] = ternary.thread_count
  // DYNAMIC: scf.forall (%{{.+}}) in (%[[THREADS]])

  // Few weights are left to one thread where they meet few tokens.
  // SMALL: scf.if
  // SMALL-NOT: scf.forall
  // SMALL: } else {
  // SMALL: scf.forall
  %y = ternary.matmul {kernels = [#few, #many]} ins(%x, %w : tensor<?x10xi8>, tensor<3x3x16xi8, #p>)
                                                outs(%acc : tensor<?x48xi32>) -> tensor<?x48xi32>
  return %y : tensor<?x48xi32>
}

// A single kernel needs no branch, a single row block no loop.
// CHECK-LABEL: func @one_tile
func.func @one_tile(%x: tensor<?x10xi8>, %w: tensor<1x3x16xi8, #p>, %acc: tensor<?x16xi32>) -> tensor<?x16xi32> {
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

// How many row blocks there are need not be known.
// CHECK-LABEL: func @unknown_rows
// CHECK-SAME:    %{{.+}}: tensor<?x3x16xi8, #{{.+}}>, %[[ACC:.+]]: tensor<?x?xi32>)
func.func @unknown_rows(%x: tensor<?x10xi8>, %w: tensor<?x3x16xi8, #p>, %acc: tensor<?x?xi32>) -> tensor<?x?xi32> {
  // CHECK: %[[COLUMNS:.+]] = tensor.dim %[[ACC]], %{{.+}}
  // CHECK: tensor.empty(%{{.+}}, %[[COLUMNS]]) : tensor<?x?xi32>
  // CHECK: ternary.matmul
  %y = ternary.matmul {kernels = [#many]} ins(%x, %w : tensor<?x10xi8>, tensor<?x3x16xi8, #p>)
                                          outs(%acc : tensor<?x?xi32>) -> tensor<?x?xi32>
  return %y : tensor<?x?xi32>
}
