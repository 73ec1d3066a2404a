// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of AVX-512 VBMI: 5 trits in 8 bits, tables of 128 bytes of low and
// 128 of high nibbles.

func.func @few(%x: memref<?x15xi8>, %table: memref<?x3x256xi8>, %w: memref<?x3x64xi8>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "x86-avx512-vbmi", algorithm = #ternary.lut_registers>
      <group = 5, index_bits = 8, word_bits = 8, rows = 64, logical = 64 x 15>
    ins(%x : memref<?x15xi8>) outs(%table : memref<?x3x256xi8>)
  ternary.lut_accumulate <isa = "x86-avx512-vbmi", algorithm = #ternary.lut_registers>
      <group = 5, index_bits = 8, word_bits = 8, rows = 64, logical = 64 x 15>
    ins(%table, %w : memref<?x3x256xi8>, memref<?x3x64xi8>) outs(%acc : memref<?x?xi32>)
  return
}

// The sums of three trits and of two, spread to the entries: entry 0 is that of
// code 121, five zeros, and entry 1 that of code 122.
// CHECK-LABEL: func private @ternary_lut_build_15_5in8
// CHECK-SAME:    %[[X:.+]]: memref<?x15xi8, {{.*}}>, %[[TABLE:.+]]: memref<?x3x256xi8, {{.*}}>)
// CHECK:       %[[BIAS:.+]] = arith.constant dense<40> : vector<32xi8>
// CHECK:       scf.for %{{.+}} = %c0 to %c3
// CHECK-COUNT-3: memref.load %[[X]]
// CHECK:         %[[LOW3:.+]] = vector.shuffle %{{.+}}, %{{.+}} [13, 14, 15, {{.*}}] : vector<32xi8>, vector<32xi8>
// CHECK-COUNT-2: memref.load %[[X]]
// CHECK:         %[[LOW2:.+]] = vector.shuffle %{{.+}}, %{{.+}} [4, 4, {{.*}}] : vector<32xi8>, vector<32xi8>
// CHECK:         %[[LOW:.+]] = arith.addi %[[LOW3]], %[[LOW2]] : vector<128xi8>
// CHECK:         vector.store %[[LOW]], %[[TABLE]][%{{.*}}, %{{.*}}, %c0]
// CHECK:         vector.store %{{.*}}, %[[TABLE]][%{{.*}}, %{{.*}}, %c128]

// Codes below 121 are looked up as their opposites: 80 - (sum + 40) = 40 - sum.
// Three entries up to 80 are added in eight bits.
// CHECK-LABEL: func private @ternary_matmul_64x15_lut_registers_5in8
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x3x256xi8, {{.*}}>, %[[W:.+]]: memref<?x3x64xi8, {{.*}}>
// CHECK-DAG:   %[[TWICE:.+]] = arith.constant dense<80> : vector<64xi8>
// CHECK-DAG:   %[[ZERO:.+]] = arith.constant dense<121> : vector<64xi8>
// CHECK:         %[[T0:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[T1:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[W0:.+]] = vector.load %[[W]]{{.*}} {alignment = 64 : i64}
// CHECK:         %[[SIGNED:.+]] = arith.subi %[[W0]], %[[ZERO]]
// CHECK:         %[[INDEX:.+]] = llvm.call_intrinsic "llvm.abs"(%[[SIGNED]], %{{.*}})
// CHECK:         %[[FOUND:.+]] = llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"(%[[T0]], %[[INDEX]], %[[T1]])
// CHECK:         %[[BELOW:.+]] = arith.cmpi slt, %[[SIGNED]], %{{.*}}
// CHECK:         %[[OPPOSITE:.+]] = arith.subi %[[TWICE]], %[[FOUND]]
// CHECK:         arith.select %[[BELOW]], %[[OPPOSITE]], %[[FOUND]]
// CHECK-COUNT-5: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"
// CHECK-NOT:     llvm.call_intrinsic
// CHECK:         vector.bitcast %{{.*}} : vector<64xi8> to vector<32xi16>
