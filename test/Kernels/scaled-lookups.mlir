// RUN: bitnet-opt %s --split-input-file --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// Lookups in registers with group scales. The tables are those of each scale
// group of 10 inputs, four indices with one trit of padding at the end; two more
// fill up its second word.

func.func @short(%x: memref<1x20xi8>, %t: memref<1x12x32xi16>, %w: memref<4x4x64xi16>, %s: memref<2x256xf32>, %acc: memref<1x256xf32>) {
  ternary.lut_build <isa = "x86-avx512", algorithm = #ternary.lut_registers<lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 16, logical = 1 x 15, scale_group = 10>
    ins(%x : memref<1x20xi8>) outs(%t : memref<1x12x32xi16>)
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers<row_blocks = 2, prefetch = 512, lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 256 x 15, scale_group = 10>
    ins(%t, %w : memref<1x12x32xi16>, memref<4x4x64xi16>) scales(%s : memref<2x256xf32>) outs(%acc : memref<1x256xf32>)
  return
}

// CHECK-LABEL: func @short
// CHECK-LABEL: func private @ternary_lut_build_15_9in16
// CHECK-SAME:    %[[X:.+]]: memref<?x20xi8, {{.*}}>, %[[T:.+]]: memref<?x12x32xi16, {{.*}}>)
// CHECK:       scf.for %[[G:.+]] = %c0 to %c2 step %c1
// CHECK-DAG:     %[[INPUT:.+]] = arith.muli %[[G]], %c10
// CHECK-DAG:     %[[INDEX:.+]] = arith.muli %[[G]], %c6
// CHECK-DAG:     memref.subview %[[X]][0, %[[INPUT]]] [%{{.+}}, 10]
// CHECK-DAG:     memref.subview %[[T]][0, %[[INDEX]], 0] [%{{.+}}, 6, 32]

// The sums of a scale group leave 16 bits scaled; what will be read next is asked
// for, of the scales as well, which are few in one place.
// CHECK-LABEL: func private @ternary_matmul_256x15_lut_registers_9in16
// CHECK-SAME:    %[[T:.+]]: memref<?x12x32xi16, {{.*}}>, %[[W:[^ ]+]]: memref<?x4x64xi16, {{.*}}>, %[[S:.+]]: memref<?x?xf32, {{.*}}>, %[[ACC:.+]]: memref<?x?xf32, {{.*}}>)
// CHECK:       vector.store %cst{{.*}}, %[[ACC]][{{.*}}vector<32xf32>
// CHECK:       scf.for %[[G:.+]] = %c0 to %c2 step %c1
// CHECK:         memref.prefetch %[[S]][
// CHECK:         %[[FIRST:.+]] = arith.shli %[[G]], %c1
// CHECK:         %[[SUMS:.+]]:4 = scf.for %[[WORD:.+]] = %[[FIRST]] to
// CHECK:           memref.prefetch %[[W]][
// CHECK:           vector.load %[[W]][%{{.+}}, %[[WORD]], %c0]
// CHECK:         %[[WIDE:.+]] = arith.extsi %[[SUMS]]#0 : vector<32xi16> to vector<32xi32>
// CHECK:         %[[TOTAL:.+]] = vector.load %[[ACC]]
// CHECK:         %[[SCALES:.+]] = vector.load %[[S]][%[[G]], %{{.+}}]
// CHECK:         %[[FLOATS:.+]] = arith.sitofp %[[WIDE]]
// CHECK:         %[[SCALED:.+]] = arith.mulf %[[FLOATS]], %[[SCALES]]
// CHECK:         %[[NEXT:.+]] = arith.addf %[[TOTAL]], %[[SCALED]]
// CHECK:         vector.store %[[NEXT]], %[[ACC]]

// -----

// 270 inputs are more than 16 bits hold the sums of: those of 28 words and of two
// are put together in a buffer, then scaled.
func.func @long(%t: memref<1x180x32xi16>, %w: memref<2x60x64xi16>, %s: memref<2x128xf32>, %acc: memref<1x128xf32>) {
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers<row_blocks = 2, lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 540, scale_group = 270> {accumulates}
    ins(%t, %w : memref<1x180x32xi16>, memref<2x60x64xi16>) scales(%s : memref<2x128xf32>) outs(%acc : memref<1x128xf32>)
  return
}

// CHECK-LABEL: func @long
// CHECK:         %[[BUFFER:.+]] = memref.alloc() {alignment = 64 : i64} : memref<1x128xi32>
// CHECK:         call @ternary_matmul_128x540_lut_registers_9in16(%{{.+}}, %[[BUFFER]])
// CHECK-LABEL: func private @ternary_matmul_128x540_lut_registers_9in16
// CHECK-SAME:    %[[ACC:[^ ]+]]: memref<?x?xf32, strided<[?, 1], offset: ?>>, %[[BUFFER:[^ ]+]]: memref<1x128xi32>)
// CHECK-NOT:   vector.store {{.*}}%[[ACC]]
// CHECK:       scf.for %[[G:.+]] = %c0 to %c2 step %c1
// CHECK-COUNT-4: vector.store %cst{{.*}}, %[[BUFFER]]
// CHECK-NOT:     sitofp
// CHECK:         scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c1 iter_args
// CHECK-COUNT-4: vector.store %{{.+}}, %[[BUFFER]]
// CHECK:         scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c1 iter_args
// CHECK-COUNT-4: vector.store %{{.+}}, %[[BUFFER]]
// CHECK:         %[[SUMS:.+]] = vector.load %[[BUFFER]]
// CHECK:         arith.sitofp %[[SUMS]]
// CHECK:         vector.store %{{.+}}, %[[ACC]]
