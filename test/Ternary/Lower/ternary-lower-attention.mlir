// RUN: bitnet-opt %s --ternary-lower-attention --canonicalize --cse | FileCheck %s
// RUN: bitnet-opt %s --ternary-lower-attention="token-tile=4" --canonicalize --cse | FileCheck %s --check-prefix=TILE
// RUN: bitnet-opt %s --ternary-lower-attention --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map unknown-type-conversion=identity-layout-map" --cse --canonicalize | FileCheck %s --check-prefix=BUFFER

// A tile reads its head of the queries and the key head that it shares.
// CHECK-LABEL: func @attention
// CHECK-SAME: %[[Q:.+]]: tensor<?x4x?x20xf32>, %[[K:.+]]: tensor<?x2x?x20xf32>, %[[V:.+]]: tensor<?x2x?x20xf32>, %[[M:.+]]: tensor<?x1x?x?xf32>
// TILE-LABEL: func @attention
func.func @attention(%q: tensor<?x4x?x20xf32>, %k: tensor<?x2x?x20xf32>, %v: tensor<?x2x?x20xf32>,
                     %m: tensor<?x1x?x?xf32>, %o: tensor<?x4x?x20xf32>) -> tensor<?x4x?x20xf32> {
  // CHECK: scf.forall (%[[B:.+]], %[[H:.+]], %[[I:.+]]) = (0, 0, 0) to (%{{.+}}, 4, %{{.+}}) step (1, 1, 16) shared_outs
  // CHECK: %[[QT:.+]] = tensor.extract_slice %[[Q]][%[[B]], %[[H]], %[[I]], 0]
  // CHECK: %[[KT:.+]] = tensor.extract_slice %[[K]][%[[B]], %[[G:.+]], 0, 0]
  // CHECK: %[[VT:.+]] = tensor.extract_slice %[[V]][%[[B]], %[[G]], 0, 0]
  // CHECK: %[[MT:.+]] = tensor.extract_slice %[[M]][%[[B]], 0, %[[I]], 0]
  // CHECK: %[[ROW:.+]] = tensor.empty(%[[SIZE:.+]]) : tensor<?xf32>
  // CHECK: scf.for %[[S:.+]] = %c0 to
  // Twenty elements are sixteen and four.
  // CHECK: %[[Q0:.+]] = vector.transfer_read %[[QT]][%c0, %c0, %[[S]], %c0], {{.*}} vector<16xf32>
  // CHECK: %[[Q1:.+]] = vector.transfer_read %[[QT]][%c0, %c0, %[[S]], %c16], {{.*}} vector<4xf32>
  // Scores
  // CHECK: scf.for %[[T:.+]] = %c0 to %[[KEYS:.+]] step %c1
  // CHECK: %[[K0:.+]] = vector.transfer_read %[[KT]][%c0, %c0, %[[T]], %c0]
  // CHECK: arith.mulf %[[Q0]], %[[K0]] : vector<16xf32>
  // CHECK: %[[MASK:.+]] = tensor.extract %[[MT]][%c0, %c0, %[[S]], %[[T]]]
  // CHECK: arith.addf %{{.+}}, %[[MASK]] : f32
  // CHECK: tensor.insert
  // The greatest score, then the exponentials
  // CHECK: scf.for %{{.+}} = %c0 to %[[SIZE]] step %c16
  // CHECK: arith.maximumf
  // CHECK: scf.for %{{.+}} = %c0 to %[[SIZE]] step %c16
  // CHECK: vector.transfer_write
  // The sum of the values
  // CHECK: scf.for %[[T:.+]] = %c0 to %[[KEYS]] step %c1
  // CHECK: vector.transfer_read %[[VT]][%c0, %c0, %[[T]], %c0], {{.*}} vector<16xf32>
  // CHECK: arith.divf
  // CHECK-NOT: ternary.attention
  // TILE: scf.forall {{.*}} step (1, 1, 4)
  %r = ternary.attention scale = 1.250000e-01
    ins(%q, %k, %v, %m : tensor<?x4x?x20xf32>, tensor<?x2x?x20xf32>, tensor<?x2x?x20xf32>, tensor<?x1x?x?xf32>)
    outs(%o : tensor<?x4x?x20xf32>) -> tensor<?x4x?x20xf32>
  return %r : tensor<?x4x?x20xf32>
}

// New keys are written into the cache, which is then read where it is: the only
// memory is the row of scores, the only copy that of the new keys.
// BUFFER-LABEL: func @cache
// BUFFER-SAME: %[[Q:.+]]: memref<1x2x1x16xf32>, %[[NEW:.+]]: memref<1x1x1x16xf32>, %[[P:.+]]: index, %[[CACHE:.+]]: memref<1x1x64x16xf32>, %[[O:.+]]: memref<1x2x1x16xf32>
func.func @cache(%q: tensor<1x2x1x16xf32>, %new: tensor<1x1x1x16xf32>, %p: index, %cache: tensor<1x1x64x16xf32>,
                 %o: tensor<1x2x1x16xf32>) -> (tensor<1x2x1x16xf32>, tensor<1x1x64x16xf32>) {
  %c1 = arith.constant 1 : index
  %t = arith.addi %p, %c1 : index
  // BUFFER-NOT: memref.alloc
  // BUFFER: memref.copy %[[NEW]]
  // BUFFER-NOT: memref.copy
  // BUFFER: scf.forall
  // BUFFER: memref.alloc({{.*}}) {{.*}} : memref<?xf32>
  // BUFFER-NOT: memref.{{alloc|copy}}
  // BUFFER: return
  %kv = tensor.insert_slice %new into %cache[0, 0, %p, 0] [1, 1, 1, 16] [1, 1, 1, 1] : tensor<1x1x1x16xf32> into tensor<1x1x64x16xf32>
  %present = tensor.extract_slice %kv[0, 0, 0, 0] [1, 1, %t, 16] [1, 1, 1, 1] : tensor<1x1x64x16xf32> to tensor<1x1x?x16xf32>
  %r = ternary.attention scale = 1.0
    ins(%q, %present, %present : tensor<1x2x1x16xf32>, tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>)
    outs(%o : tensor<1x2x1x16xf32>) -> tensor<1x2x1x16xf32>
  return %r, %kv : tensor<1x2x1x16xf32>, tensor<1x1x64x16xf32>
}
