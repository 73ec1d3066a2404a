// RUN: bitnet-opt %s --linalg-share-among-threads="least-iterations=4096" --canonicalize --cse | FileCheck %s

#id = affine_map<(t, r) -> (t, r)>
#row = affine_map<(t, r) -> (t)>

// Two products' ways out do the same: one function. Each thread takes columns.
// CHECK-LABEL: func @epilogues
// CHECK-SAME:    %[[X0:.+]]: memref<?x640xi32>, %[[X1:.+]]: memref<?x640xi32>, %[[Y:.+]]: memref<?x640xf32>)
func.func @epilogues(%x0: memref<?x640xi32>, %x1: memref<?x640xi32>, %y: memref<?x640xf32>) {
  // CHECK: %[[TOKENS:.+]] = memref.dim %[[X0]], %c0
  // CHECK: %[[ITERATIONS:.+]] = arith.muli %[[TOKENS]], %c640
  // CHECK: %[[MANY:.+]] = arith.cmpi uge, %[[ITERATIONS]], %c4096
  // CHECK: scf.if %[[MANY]] {
  // CHECK:   %[[THREADS:.+]] = ternary.thread_count
  // CHECK:   scf.forall (%[[I:.+]]) in (%[[THREADS]]) {
  // CHECK:     %[[BEGIN:.+]] = affine.min #{{.+}}()[%[[I]], %[[THREADS]]]
  // CHECK:     %[[END:.+]] = affine.min #{{.+}}()[%[[BEGIN]], %[[THREADS]]]
  // CHECK:     %[[SIZE:.+]] = affine.apply #{{.+}}()[%[[BEGIN]], %[[END]]]
  // CHECK:     %[[IN:.+]] = memref.subview %[[X0]][0, %[[BEGIN]]] [%[[TOKENS]], %[[SIZE]]] [1, 1]
  // CHECK:     %[[OUT:.+]] = memref.subview %[[Y]][0, %[[BEGIN]]]
  // CHECK:     func.call @tokens_sitofp(%[[IN]], %[[OUT]])
  // CHECK: } else {
  // CHECK:   %[[ALL:.+]] = memref.cast %[[X0]] : memref<?x640xi32> to memref<?x?xi32, strided<[640, 1], offset: ?>>
  // CHECK:   func.call @tokens_sitofp(%[[ALL]], %{{.+}})
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x0 : memref<?x640xi32>) outs(%y : memref<?x640xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  }
  // CHECK:     func.call @tokens_sitofp(
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x1 : memref<?x640xi32>) outs(%y : memref<?x640xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  }
  return
}

// A sum is never cut: each thread takes tokens. What the body captures goes to
// the function, constants as such.
// CHECK-LABEL: func @sums
// CHECK-SAME:    %[[X:.+]]: memref<?x640xf32>, %[[Y:.+]]: memref<?xf32>, %[[SCALE:.+]]: f32)
func.func @sums(%x: memref<?x640xf32>, %y: memref<?xf32>, %scale: f32) {
  // CHECK: memref.subview %[[X]][%[[BEGIN:.+]], 0] [%{{.+}}, 640] [1, 1]
  // CHECK: memref.subview %[[Y]][%[[BEGIN]]]
  // CHECK: func.call @tokens_mulf_addf(%{{.+}}, %{{.+}}, %[[SCALE]])
  // CHECK: func.call @tokens_mulf_addf(%{{.+}}, %{{.+}}, %[[SCALE]])
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x640xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = arith.mulf %0, %two : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// A named op, whose sums go on from what is there; the columns are cut.
// CHECK-LABEL: func @product
// CHECK-SAME:    %[[X:.+]]: memref<?x32xf32>, %[[W:.+]]: memref<32x1000xf32>, %[[Y:.+]]: memref<?x1000xf32>)
func.func @product(%x: memref<?x32xf32>, %w: memref<32x1000xf32>, %y: memref<?x1000xf32>) {
  // CHECK: %[[IN:.+]] = memref.subview %[[X]][0, 0] [%[[TOKENS:.+]], 32] [1, 1]
  // CHECK: %[[WEIGHTS:.+]] = memref.subview %[[W]][0, %[[BEGIN:.+]]] [32, %[[SIZE:.+]]] [1, 1]
  // CHECK: %[[OUT:.+]] = memref.subview %[[Y]][0, %[[BEGIN]]] [%[[TOKENS]], %[[SIZE]]] [1, 1]
  // CHECK: func.call @tokens_matmul(%[[IN]], %[[WEIGHTS]], %[[OUT]])
  linalg.matmul ins(%x, %w : memref<?x32xf32>, memref<32x1000xf32>) outs(%y : memref<?x1000xf32>)
  return
}

// An op in a parallel loop is a part already.
// CHECK-LABEL: func @part
// CHECK-SAME:    %[[X:.+]]: memref<?x?xi32>, %[[Y:.+]]: memref<?x?xf32>)
func.func @part(%x: memref<?x?xi32>, %y: memref<?x?xf32>) {
  // CHECK: scf.forall
  // CHECK-NEXT: func.call @[[PART:tokens_sitofp_.+]](%[[X]], %[[Y]])
  scf.forall (%i) in (2) {
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<?x?xi32>) outs(%y : memref<?x?xf32>) {
    ^bb0(%in: i32, %out: f32):
      %0 = arith.sitofp %in : i32 to f32
      linalg.yield %0 : f32
    }
  }
  return
}

// Nothing to cut, too little to do, a place that is asked for, and too little to
// do in a loop that is parallel already.
// CHECK-LABEL: func @whole
func.func @whole(%x: memref<8xf32>, %y: memref<?x640xf32>, %few: memref<1x640xf32>) {
  // CHECK-NOT: scf.if
  // CHECK: linalg.fill
  // CHECK: linalg.index
  // CHECK: scf.forall
  // CHECK-NEXT: linalg.fill
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%x : memref<8xf32>)
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : memref<?x640xf32>) {
  ^bb0(%out: f32):
    %0 = linalg.index 1 : index
    %1 = arith.index_cast %0 : index to i32
    %2 = arith.sitofp %1 : i32 to f32
    linalg.yield %2 : f32
  }
  scf.forall (%i) in (2) {
    linalg.fill ins(%zero : f32) outs(%few : memref<1x640xf32>)
  }
  // CHECK: scf.parallel
  // CHECK: linalg.fill
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.parallel (%i) = (%c0) to (%c2) step (%c1) {
    linalg.fill ins(%zero : f32) outs(%y : memref<?x640xf32>)
  }
  // CHECK: linalg.fill {{.*}} memref<1x640xf32>
  linalg.fill ins(%zero : f32) outs(%few : memref<1x640xf32>)
  return
}

// CHECK-LABEL: func private @tokens_sitofp(
// CHECK-SAME:    memref<?x?xi32, strided<[640, 1], offset: ?>>
// CHECK-SAME:    no_inline
// CHECK:       linalg.generic
// CHECK-NOT:   @tokens_sitofp
// CHECK-LABEL: func private @tokens_mulf_addf(
// CHECK-SAME:    %{{.+}}: memref<?x640xf32, strided<[640, 1], offset: ?>>, %{{.+}}: memref<?xf32, strided<[1], offset: ?>>, %{{.+}}: f32)
// CHECK:       arith.constant 2.0
