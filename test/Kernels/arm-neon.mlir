// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of NEON: nine trits in 16 bits, tables of 32 bytes of low and 32
// of high nibbles.

func.func @few(%table: memref<?x9x64xi8>, %w: memref<?x3x48xi16>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "arm-neon", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 48, logical = 48 x 27>
    ins(%table, %w : memref<?x9x64xi8>, memref<?x3x48xi16>) outs(%acc : memref<?x?xi32>)
  return
}

func.func @many(%x: memref<27x?xi8>, %w: memref<?x3x48xi16>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "arm-neon", algorithm = #ternary.lut_memory<token_tile = 64>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 48, logical = 48 x 27>
    ins(%x, %w : memref<27x?xi8>, memref<?x3x48xi16>)
    outs(%acc : memref<?x?xi32>)
  return
}

// Three registers of rows, 16 words of 16 bits each. Each is cut into three
// registers of indices of 8 bits; above the last index there is nothing.
// CHECK-LABEL: func private @ternary_matmul_48x27_lut_registers_9in16
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x9x64xi8, {{.*}}>, %[[W:.+]]: memref<?x3x48xi16, {{.*}}>
// CHECK:       scf.for %[[WORD:.+]] = %c0 to %c3
// CHECK:         %[[LOW0:.+]] = vector.load %[[TABLE]][%{{.+}}, %{{.+}}, %c0]
// CHECK:         %[[LOW1:.+]] = vector.load %[[TABLE]][%{{.+}}, %{{.+}}, %c16]
// CHECK:         %[[WORDS:.+]] = vector.load %[[W]][%{{.+}}, %[[WORD]], %c0] {{.*}} vector<16xi16>
// CHECK:         %[[BYTES:.+]] = arith.trunci %[[WORDS]] : vector<16xi16> to vector<16xi8>
// CHECK:         %[[INDEX:.+]] = arith.andi %[[BYTES]], %{{.+}} : vector<16xi8>
// CHECK:         llvm.call_intrinsic "llvm.aarch64.neon.tbl2"(%[[LOW0]], %[[LOW1]], %[[INDEX]])
// CHECK:         llvm.call_intrinsic "llvm.aarch64.neon.tbl2"
// CHECK:         %[[SECOND:.+]] = arith.shrui %[[WORDS]], %{{.+}} : vector<16xi16>
// CHECK:         llvm.call_intrinsic "llvm.aarch64.neon.tbl2"
// CHECK:         %[[LAST:.+]] = arith.shrui %[[WORDS]], %{{.+}} : vector<16xi16>
// CHECK:         %[[LASTINDEX:.+]] = arith.trunci %[[LAST]]
// CHECK:         llvm.call_intrinsic "llvm.aarch64.neon.tbl2"(%{{.+}}, %{{.+}}, %[[LASTINDEX]])
// The sums of a word are widened before those of the next register begin.
// CHECK:         vector.bitcast %{{.+}} : vector<16xi8> to vector<8xi16>
// CHECK:         vector.load %[[W]][%{{.+}}, %[[WORD]], %c16]

// Rows of a table in memory come four registers at a time.
// CHECK-LABEL: func private @ternary_matmul_48x27_lut_memory_9in16
// CHECK:       %[[POINTER:.+]] = llvm.inttoptr
// CHECK:       %[[FOUR:.+]] = llvm.call_intrinsic "llvm.aarch64.neon.ld1x4"(%[[POINTER]])
// CHECK:       %[[FIRST:.+]] = llvm.extractvalue %[[FOUR]][0]
// CHECK:       arith.addi %[[FIRST]], %{{.+}} : vector<8xi16>
