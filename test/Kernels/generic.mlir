// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of any CPU: 4 trits in 8 bits, two bits each.

func.func @few(%x: memref<?x8xi8>, %w: memref<?x2x32xi8>, %acc: memref<?x?xi32>) {
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 7>
    ins(%x, %w : memref<?x8xi8>, memref<?x2x32xi8>) outs(%acc : memref<?x?xi32>)
  return
}

// An activation is widened, so that -128 can be subtracted.
// CHECK-LABEL: func private @ternary_matmul_32x7_masked_add_4in8g1
// CHECK-SAME:    %[[X:.+]]: memref<?x8xi8, {{.*}}>, %[[W:.+]]: memref<?x2x32xi8, {{.*}}>, %[[ACC:.+]]: memref<?x?xi32,
// CHECK:       %[[SUMS:.+]]:2 = scf.for %[[WORD:.+]] = %c0 to %c2 step %c1 iter_args(%[[S0:.+]] = %{{.*}}, %[[S1:.+]] = %{{.*}})
// CHECK:         %[[BYTES:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c0] {alignment = 16 : i64}
// CHECK:         %[[CODES:.+]] = arith.extui %[[BYTES]] : vector<16xi8> to vector<16xi16>
// CHECK:         %[[WIDE:.+]] = arith.extsi %{{.*}} : i8 to i16
// CHECK:         %[[ALL:.+]] = vector.broadcast %[[WIDE]] : i16 to vector<16xi16>
// CHECK:         %[[CODE:.+]] = arith.andi %[[CODES]], %{{.*}} : vector<16xi16>
// CHECK:         %[[PLUS:.+]] = arith.cmpi eq, %[[CODE]], %{{.*}} : vector<16xi16>
// CHECK:         %[[MINUS:.+]] = arith.cmpi eq, %[[CODE]], %{{.*}} : vector<16xi16>
// CHECK:         %[[ADDED:.+]] = arith.select %[[PLUS]], %[[ALL]], %{{.*}}
// CHECK:         %[[SUM:.+]] = arith.addi %[[S0]], %[[ADDED]]
// CHECK:         %[[TAKEN:.+]] = arith.select %[[MINUS]], %[[ALL]], %{{.*}}
// CHECK:         arith.subi %[[SUM]], %[[TAKEN]]
// CHECK:       arith.extsi %[[SUMS]]#0 : vector<16xi16> to vector<16xi32>
// CHECK:       vector.store %{{.*}}, %[[ACC]]

func.func @many(%x: memref<8x?xi8>, %w: memref<?x2x32xi8>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 32>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 7>
    ins(%x, %w : memref<8x?xi8>, memref<?x2x32xi8>)
    outs(%acc : memref<?x?xi32>)
  return
}

// 81 table rows of a byte's four trits, each one add or subtract away from
// another; then one load and one add for each byte of a weight row. Rows lie
// where the byte says, 32 tokens of 2 bytes apart.
// CHECK-LABEL: func private @ternary_matmul_32x7_lut_memory_4in8g1
// CHECK-SAME:    %[[X:.+]]: memref<8x?xi8, {{.*}}>, %[[W:.+]]: memref<?x2x32xi8, {{.*}}>, %[[ACC:.+]]: memref<?x?xi32, {{.*}}>, %[[SCRATCH:.+]]: memref<{{[0-9]+}}xi16>, %[[WIDE:.+]]: memref<32x32xi32>
// CHECK:       scf.for %[[TOKEN:.+]] = %c0 to %{{.*}} step %c32
// CHECK:         scf.for %[[UNIT:.+]] = %c0 to %c2 step %c1
// CHECK-COUNT-4:   vector.load %[[X]]
// CHECK-COUNT-81:  vector.store %{{.*}}, %[[SCRATCH]]
// CHECK-NOT:       vector.store
// CHECK:           scf.for %[[R:.+]] = %c0 to %c32 step %c1
// CHECK:             %[[BYTE:.+]] = memref.load %[[W]][%{{.*}}, %c0, %[[R]]]
// CHECK:             %[[ROW:.+]] = arith.index_castui %[[BYTE]] : i8 to index
// CHECK:             %[[AT:.+]] = arith.shli %[[ROW]], %c5 : index
// CHECK:             %[[SUM0:.+]] = vector.load %[[SCRATCH]][%[[AT]]]
// CHECK-COUNT-3:     vector.load %[[SCRATCH]]
// CHECK:             %[[SUM1:.+]] = vector.load %[[SCRATCH]]
// CHECK:             arith.addi %[[SUM0]], %[[SUM1]] : vector<8xi16>
// CHECK:             vector.store %{{.*}}, %[[WIDE]]

// At last the tokens that there are leave the tile.
// CHECK:         %[[COUNT:.+]] = arith.minui %{{.+}}, %c32
// CHECK:         %[[FROM:.+]] = memref.subview %[[WIDE]][0, 0] [%{{.+}}, 32] [1, 1]
// CHECK:         %[[TO:.+]] = memref.subview %[[ACC]][%[[TOKEN]], %{{.+}}] [%[[COUNT]], %{{.+}}] [1, 1]
// CHECK:         vector.load %[[FROM]]
// CHECK-COUNT-64: vector.shuffle
// CHECK-COUNT-16: vector.store %{{.+}}, %[[TO]]
// CHECK:         %[[WANTED:.+]] = arith.cmpi ult, %{{.+}}, %[[COUNT]]
// CHECK:         scf.if %[[WANTED]]
// CHECK:           vector.store %{{.+}}, %[[TO]]
