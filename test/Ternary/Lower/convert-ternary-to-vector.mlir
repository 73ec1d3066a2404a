// RUN: bitnet-opt %s --convert-ternary-to-vector | FileCheck %s

// Two products of one shape share a function; their buffers are cast to its
// types. The rows of a matrix do not matter to the tables of its activations.

// CHECK-LABEL: func @two_layers
// CHECK-SAME:    %[[X:.+]]: memref<1x90xi8>, %[[TABLE:.+]]: memref<1x30x32xi16>, %[[W0:.+]]: memref<2x10x64xi16>, %[[W1:.+]]: memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>, %[[ACC:.+]]: memref<?x?xi32>)
func.func @two_layers(%x: memref<1x90xi8>, %table: memref<1x30x32xi16>, %w0: memref<2x10x64xi16>,
                      %w1: memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>,
                      %acc: memref<?x?xi32>) {
  // CHECK: %[[X1:.+]] = memref.cast %[[X]] : memref<1x90xi8> to memref<?x90xi8, strided<[?, 1], offset: ?>>
  // CHECK: call @ternary_lut_build_90_9in16(%[[X1]], %{{.*}})
  ternary.lut_build <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 90>
    ins(%x : memref<1x90xi8>) outs(%table : memref<1x30x32xi16>)
  // CHECK: %[[CAST:.+]] = memref.cast %[[W0]] : memref<2x10x64xi16> to memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>
  // CHECK: call @ternary_matmul_128x90_lut_registers_9in16(%{{.*}}, %[[CAST]], %{{.*}})
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers, max_tokens = 4>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 90>
    ins(%table, %w0 : memref<1x30x32xi16>, memref<2x10x64xi16>) outs(%acc : memref<?x?xi32>)
  // CHECK: call @ternary_lut_build_90_9in16
  ternary.lut_build <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 64 x 90>
    ins(%x : memref<1x90xi8>) outs(%table : memref<1x30x32xi16>)
  // CHECK: call @ternary_matmul_128x90_lut_registers_9in16(%{{.*}}, %[[W1]], %{{.*}})
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 90>
    ins(%table, %w1 : memref<1x30x32xi16>, memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>)
    outs(%acc : memref<?x?xi32>)
  return
}

// In a branch a buffer stands, unless the branch is in a loop.
// CHECK-LABEL: func @scratch_of_branches
// CHECK:         scf.if
// CHECK:           memref.alloc() {alignment = 64 : i64} : memref<16x16xi32>
// CHECK:           scf.for
// CHECK:             scf.if
// CHECK-NOT:           alloc
// CHECK:               call @ternary_matmul_16x12_lut_memory_4in8g1
func.func @scratch_of_branches(%few: i1, %first: i1, %x: memref<12x32xi8>, %w: memref<1x3x16xi8>, %acc: memref<20x16xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.if %few {
    scf.for %i = %c0 to %c2 step %c1 {
      scf.if %first {
        ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
            <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 12>
          ins(%x, %w : memref<12x32xi8>, memref<1x3x16xi8>) outs(%acc : memref<20x16xi32>)
      }
    }
  }
  return
}

// The buffers that kernels work in stand before the loops around them, but each
// thread has its own. Kernels that run one after the other share them.
// CHECK-LABEL: func @scratch
func.func @scratch(%x: memref<24x64xi8>, %w: memref<1x3x16xi8>, %acc: memref<20x16xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // CHECK: scf.forall
  // CHECK-DAG: %[[SUMS:.+]] = memref.alloc() {alignment = 64 : i64} : memref<16x16xi32>
  // CHECK-DAG: %[[TABLES:.+]] = memref.alloc() {alignment = 64 : i64} : memref<[[SIZE:[0-9]+]]xi16>
  // CHECK-DAG: %[[NUMBERS:.+]] = memref.alloc() {alignment = 64 : i64} : memref<1x16xi32>
  // CHECK: scf.for
  // CHECK:   call @ternary_matmul_16x12_lut_memory_4in8g1(%{{.+}}, %{{.+}}, %{{.+}}, %[[TABLES]], %[[SUMS]], %[[NUMBERS]])
  // CHECK:   call @ternary_matmul_16x12_lut_memory_4in8g1(%{{.+}}, %{{.+}}, %{{.+}}, %[[TABLES]], %[[SUMS]], %[[NUMBERS]])
  // CHECK: }
  // CHECK-DAG: memref.dealloc %[[SUMS]] :
  // CHECK-DAG: memref.dealloc %[[TABLES]] :
  scf.forall (%t) in (2) {
    scf.for %i = %c0 to %c2 step %c1 {
      %part = memref.subview %x[0, 0] [12, 32] [1, 1] : memref<24x64xi8> to memref<12x32xi8, strided<[64, 1]>>
      ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
          <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 12>
        ins(%part, %w : memref<12x32xi8, strided<[64, 1]>>, memref<1x3x16xi8>) outs(%acc : memref<20x16xi32>)
      ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
          <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 12>
        ins(%part, %w : memref<12x32xi8, strided<[64, 1]>>, memref<1x3x16xi8>) outs(%acc : memref<20x16xi32>)
    }
  }
  return
}

// Neither MLIR nor LLVM inlines it, and its name stays in the object.
// CHECK: func.func private @ternary_lut_build_90_9in16
// CHECK-SAME: attributes {llvm.linkage = #llvm.linkage<internal>, no_inline, passthrough = ["noinline"]}
// CHECK: func.func private @ternary_matmul_128x90_lut_registers_9in16
// CHECK: func.func private @ternary_matmul_16x12_lut_memory_4in8g1
// CHECK-SAME: memref<[[SIZE]]xi16>, %{{.+}}: memref<16x16xi32>, %{{.+}}: memref<1x16xi32>)
// CHECK-NOT: func.func
// CHECK-NOT: ternary.
