// RUN: bitnet-opt %s --convert-ternary-to-vector --canonicalize --cse | FileCheck %s

// The kernels of AVX-512: 9 trits in 16 bits, tables of 32 words of 16 bits.

func.func @few(%x: memref<?x90xi8>, %table: memref<?x30x32xi16>, %w: memref<?x10x64xi16>,
               %acc: memref<?x?xi32>) {
  ternary.lut_build <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 64 x 90>
    ins(%x : memref<?x90xi8>) outs(%table : memref<?x30x32xi16>)
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 64 x 90>
    ins(%table, %w : memref<?x30x32xi16>, memref<?x10x64xi16>) outs(%acc : memref<?x?xi32>)
  return
}

// Adds and subtracts under the masks of the trits. The entries of two tokens
// alternate; codes up to 15 lie in the row of the first token.
// CHECK-LABEL: func private @ternary_lut_build_90_9in16
// CHECK-SAME:    %[[X:.+]]: memref<?x90xi8, {{.*}}>, %[[TABLE:.+]]: memref<?x30x32xi16, {{.*}}>)
// CHECK:       %[[PLUS0:.+]] = arith.constant dense<[false, false, true, false, false, true, {{.*}}, false, false]> : vector<32xi1>
// CHECK:       %[[MINUS0:.+]] = arith.constant dense<[true, false, false, true, false, false, {{.*}}, false, false]> : vector<32xi1>
// CHECK:       scf.for %[[T0:.+]] = %c0 to %[[EVEN:.+]] step %c2
// CHECK:         scf.for %[[GROUP:.+]] = %{{.*}} to %c30
// CHECK:           %[[SHARE:.+]] = arith.extsi %{{.*}} : i8 to i16
// CHECK:           %[[ALL:.+]] = vector.broadcast %[[SHARE]] : i16 to vector<32xi16>
// CHECK:           %[[ADDED:.+]] = arith.select %[[PLUS0]], %[[ALL]], %{{.*}}
// CHECK:           %[[TAKEN:.+]] = arith.subi %[[ADDED]], %[[ALL]]
// CHECK:           arith.select %[[MINUS0]], %[[TAKEN]], %[[ADDED]]
// CHECK-COUNT-5:   arith.subi
// CHECK:           %[[PAIRS:.+]] = vector.interleave %{{.+}}, %{{.+}} : vector<32xi16> -> vector<64xi16>
// CHECK:           %[[LOW:.+]] = vector.extract_strided_slice %[[PAIRS]] {offsets = [0]
// CHECK:           vector.store %[[LOW]], %[[TABLE]][%[[T0]], %[[GROUP]], %{{.*}}]
// CHECK:           %[[HIGH:.+]] = vector.extract_strided_slice %[[PAIRS]] {offsets = [32]
// CHECK:           vector.store %[[HIGH]], %[[TABLE]][%{{.+}}, %[[GROUP]], %{{.*}}]
// CHECK:       scf.for %[[LAST:.+]] = %[[EVEN]] to
// CHECK:           vector.store %{{.*}}, %[[TABLE]][%[[LAST]], %{{.+}}, %{{.*}}]

// Two tokens: each double word of weights belongs to an even and an odd row.
// CHECK-LABEL: func private @ternary_matmul_64x90_lut_registers_9in16
// CHECK-SAME:    %[[TABLE:.+]]: memref<?x30x32xi16, {{.*}}>, %[[W:.+]]: memref<?x10x64xi16, {{.*}}>
// CHECK:       scf.for %{{.+}} = %c0 to %{{.+}} step %c2
// CHECK:         scf.for %[[WORD:.+]] = %c0 to %c10 step %c1 iter_args
// CHECK:           %[[LOW:.+]] = vector.bitcast %{{.+}} : vector<32xi16> to vector<16xi32>
// CHECK:           %[[HIGH:.+]] = vector.bitcast %{{.+}} : vector<32xi16> to vector<16xi32>
// CHECK:           %[[W0:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c0] {alignment = 64 : i64}
// CHECK:           %[[ROWS:.+]] = vector.bitcast %[[W0]] : vector<32xi16> to vector<16xi32>
// CHECK:           llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.d.512"(%[[LOW]], %[[ROWS]], %[[HIGH]])
// CHECK:           %[[ODD:.+]] = arith.shrui %[[ROWS]], %{{.+}}
// CHECK:           llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.d.512"(%[[LOW]], %[[ODD]], %[[HIGH]])
// CHECK-COUNT-10:  llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.d.512"

// One token, three lookups of a word: shifted, not masked. Two registers of
// rows share each table. 10 words of 9 trits cannot overflow 16 bits.
// CHECK:       %[[SUMS:.+]]:2 = scf.for %[[WORD:.+]] = %c0 to %c10 step %c1 iter_args(%[[S0:.+]] = %{{.*}}, %[[S1:.+]] = %{{.*}})
// CHECK-NOT:     memref.prefetch
// CHECK:         %[[T0:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[T1:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[T2:.+]] = vector.load %[[TABLE]]
// CHECK:         %[[W0:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c0] {alignment = 64 : i64}
// CHECK:         llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%[[T0]], %[[W0]])
// CHECK:         %[[I1:.+]] = arith.shrui %[[W0]], %{{.+}} : vector<32xi16>
// CHECK:         llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%[[T1]], %[[I1]])
// CHECK:         %[[I2:.+]] = arith.shrui %[[W0]], %{{.+}} : vector<32xi16>
// CHECK:         llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%[[T2]], %[[I2]])
// CHECK:         arith.addi %[[S0]], %{{.*}} : vector<32xi16>
// CHECK:         %[[W1:.+]] = vector.load %[[W]][%{{.*}}, %[[WORD]], %c32] {alignment = 64 : i64}
// CHECK:         llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%[[T0]], %[[W1]])
// CHECK:         arith.addi %[[S1]], %{{.*}} : vector<32xi16>
// CHECK:       arith.extsi %[[SUMS]]#0 : vector<32xi16> to vector<32xi32>

func.func @streams(%table: memref<?x60x32xi16>, %w: memref<?x20x64xi16>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 2, prefetch = 512>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 192 x 180>
    ins(%table, %w : memref<?x60x32xi16>, memref<?x20x64xi16>) outs(%acc : memref<?x?xi32>)
  return
}

// Two streams of row blocks, each half of them, and two tokens at once: eight
// sums. Past a block's end a stream goes on in the next one.
// CHECK-LABEL: func private @ternary_matmul_192x180_lut_registers_9in16
// CHECK-SAME:    %{{.+}}: memref<?x60x32xi16, {{.*}}>, %[[W:.+]]: memref<?x20x64xi16, {{.*}}>
// CHECK:       %[[BLOCKS:.+]] = memref.dim %[[W]], %c0
// CHECK:       %[[HALF:.+]] = arith.shrui %[[BLOCKS]], %c1
// CHECK:       scf.for %[[BLOCK:.+]] = %c0 to %[[HALF]] step %c1
// CHECK:         scf.for %{{.+}} = %c0 to %{{.+}} step %c2
// CHECK:           %[[OTHER:.+]] = arith.addi %[[BLOCK]], %[[HALF]]
// CHECK:           scf.for %[[WORD:.+]] = %c0 to %c20 step %c1 iter_args({{.*}}) -> (vector<32xi16>, vector<32xi16>, vector<32xi16>, vector<32xi16>, vector<32xi16>, vector<32xi16>, vector<32xi16>, vector<32xi16>)
// CHECK:             %[[AHEAD:.+]] = arith.addi %[[WORD]], %c4
// CHECK:             memref.prefetch %[[W]][%[[BLOCK]], %[[AHEAD]], %c0]
// CHECK:             memref.prefetch %[[W]][%[[BLOCK]], %[[AHEAD]], %c32]
// CHECK:             memref.prefetch %[[W]][%[[OTHER]], %[[AHEAD]], %c0]
// CHECK-COUNT-24:    llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.d.512"
// CHECK:             scf.yield
// A token that is left over, then row blocks that are.
// CHECK:         scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c1
// CHECK:       scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c1

// A part of the depth, whose row blocks lie further apart than its words reach,
// is added to the sums so far: none is cleared, and a stream goes on in the
// block after the next one, 2 * 70 - 20 words of 64 rows further.
func.func @part(%table: memref<?x60x32xi16>, %w: memref<?x20x64xi16, strided<[4480, 64, 1], offset: ?>>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 2, prefetch = 512, lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 193 x 180> {accumulates}
    ins(%table, %w : memref<?x60x32xi16>, memref<?x20x64xi16, strided<[4480, 64, 1], offset: ?>>) outs(%acc : memref<?x?xi32>)
  return
}
// CHECK-LABEL: func private @ternary_matmul_193x180_lut_registers_9in16
// CHECK-SAME:    {{.*}}, %[[W:[a-z0-9]+]]: memref<?x20x64xi16, strided<[4480, 64, 1], offset: ?>>, %[[ACC:.+]]: memref<?x?xi32, strided<[?, 1], offset: ?>>)
// CHECK-NOT:   vector.store
// CHECK:         scf.for %{{.+}} = %c0 to %c20 step %c1
// CHECK:           arith.select %{{.+}}, %c7680, %c0
// CHECK:           vector.load %[[ACC]]
// CHECK:           vector.store

// Tables of one token by itself, made where permuting is cheap: ten groups of
// 30 activations at once, each of the sums of three permutations.
func.func @tables(%x: memref<?x70xi8>, %table: memref<?x24x32xi16>) {
  ternary.lut_build <isa = "x86-avx512", algorithm = #ternary.lut_registers<lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 16, logical = 1 x 70>
    ins(%x : memref<?x70xi8>) outs(%table : memref<?x24x32xi16>)
  return
}
// CHECK-LABEL: func private @ternary_lut_build_70_9in16
// CHECK-SAME:    %[[X:.+]]: memref<?x70xi8, {{.*}}>, %[[T:.+]]: memref
// CHECK:       scf.for %[[TOKEN:.+]] = %c0
// CHECK:         scf.for %[[G:.+]] = %c0 to %c20 step %c10
// CHECK:           %[[CODES:.+]] = vector.load %[[X]][%[[TOKEN]], %{{.+}}] {{.*}} vector<32xi8>
// CHECK:           %[[WIDE:.+]] = arith.extsi %[[CODES]]
// CHECK:           %[[USED:.+]] = arith.select %{{.+}}, %[[WIDE]], %{{.+}}
// CHECK:           %[[MINUS:.+]] = arith.subi %{{.+}}, %[[USED]]
// CHECK:           %[[A:.+]] = vector.shuffle %[[USED]], %[[MINUS]] [32, 30, 0, 32, 30, 0, 32, 30, 0, 32, {{.*}}, 30, 30, 30, 30, 30]
// CHECK:           %[[B:.+]] = vector.shuffle %[[USED]], %[[MINUS]] [33, 33, 33, 30, 30, 30, 1, 1, 1, 33, {{.*}}]
// CHECK:           arith.addi %[[A]], %[[B]]
// CHECK-COUNT-28:  vector.shuffle
// The other groups by themselves.
// CHECK:         scf.for %{{.+}} = %c20 to %c23 step %c1

func.func @many(%x: memref<36x?xi8>, %w: memref<?x4x64xi16>, %acc: memref<?x?xi32>) {
  ternary.token_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 43008>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 64 x 36>
    ins(%x, %w : memref<36x?xi8>, memref<?x4x64xi16>) outs(%acc : memref<?x?xi32>)
  return
}

// A table row is two registers, so loads bind: the four words of each row are
// gathered into one number, and two rows are computed at once. The next row
// block's words are asked for.
// CHECK-LABEL: func private @ternary_matmul_64x36_lut_memory_9in16
// CHECK-SAME:    %[[W:[^ ]+]]: memref<?x4x64xi16, {{.*}}>, %{{.+}}: memref<?x?xi32, {{.*}}>, %[[SCRATCH:.+]]: memref<{{[0-9]+}}xi16>, %[[WIDE:.+]]: memref<64x64xi32>, %[[NUMBERS:.+]]: memref<1x64xi64>)
// CHECK:       scf.for %[[BLOCK:.+]] = %{{.+}} to %{{.+}} step %c1 {
// CHECK:         scf.for %[[ROW:.+]] = %c0 to %c64 step %c8
// CHECK-COUNT-4:   vector.load %[[W]]
// CHECK-COUNT-8:   vector.shuffle
// CHECK:           %[[TWO:.+]] = vector.bitcast %{{.+}} : vector<8xi16> to vector<2xi64>
// CHECK:           vector.store %[[TWO]], %[[NUMBERS]][%c0, %[[ROW]]]
// CHECK:         %[[NEXT:.+]] = arith.addi %{{.+}}, %c1
// CHECK:         memref.prefetch %[[W]][%[[NEXT]], %c0, %c0]
// CHECK-COUNT-7: memref.prefetch
// CHECK:         scf.for %[[R:.+]] = %c0 to %c64 step %c2
// CHECK:           %[[NUMBER:.+]] = memref.load %[[NUMBERS]][%c0, %[[R]]]
// CHECK:           %[[BITS:.+]] = arith.index_castui %[[NUMBER]] : i64 to index
// CHECK:           %[[FIRST:.+]] = arith.andi %[[BITS]], %c31
// CHECK:           %[[AT:.+]] = arith.shli %[[FIRST]], %c6
// CHECK:           vector.load %[[SCRATCH]][%[[AT]]]
// CHECK:           %[[SHIFTED:.+]] = arith.shrui %[[BITS]], %c5
// CHECK:           arith.andi %[[SHIFTED]], %c31
// CHECK:           memref.load %[[NUMBERS]]
// CHECK-NOT:       memref.load
// CHECK:           vector.store %{{.+}}, %[[WIDE]]

func.func @single(%table: memref<?x60x32xi16>, %w: memref<?x20x64xi16>, %acc: memref<?x?xi32>) {
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 2, lookup_tokens = 1>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 192 x 180>
    ins(%table, %w : memref<?x60x32xi16>, memref<?x20x64xi16>) outs(%acc : memref<?x?xi32>)
  return
}

// Two tokens, each looked up by itself, share the shifts of a word.
// CHECK-LABEL: func private @ternary_matmul_192x180_lut_registers_9in16_1
// CHECK:       scf.for %{{.+}} = %c0 to %c20 step %c1 iter_args
// CHECK-COUNT-6: vector.load
// CHECK:         %[[WORDS:.+]] = vector.load
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%{{.+}}, %[[WORDS]])
// CHECK:         %[[INDEX:.+]] = arith.shrui %[[WORDS]]
// CHECK:         llvm.call_intrinsic "llvm.x86.avx512.permvar.hi.512"(%{{.+}}, %[[INDEX]])
// CHECK-NOT:     vpermi2var

func.func @scaled(%x: memref<28x?xi8>, %w: memref<?x4x64xi16>, %s: memref<2x?xf32>, %acc: memref<?x?xf32>) {
  ternary.token_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 43008>>
      <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 64 x 15, scale_group = 10>
    ins(%x, %w : memref<28x?xi8>, memref<?x4x64xi16>) scales(%s : memref<2x?xf32>) outs(%acc : memref<?x?xf32>)
  return
}

// The inputs of a scale group are a product of their own: its sums are scaled
// and added as they leave the 16-bit sums.
// CHECK-LABEL: func private @ternary_matmul_64x15_lut_memory_9in16
// CHECK-SAME:    %{{.+}}: memref<28x?xi8, {{.*}}>, %[[W:[^ ]+]]: memref<?x4x64xi16, {{.*}}>, %[[S:.+]]: memref<2x?xf32, {{.*}}>, %[[ACC:.+]]: memref<?x?xf32, {{.*}}>, %{{.+}}: memref<{{[0-9]+}}xi16>, %[[WIDE:.+]]: memref<64x64xf32>,
// CHECK:       scf.for %[[G:.+]] = %c0 to %c2 step %c1
// CHECK:         %[[WORD:.+]] = arith.shli %[[G]], %c1
// CHECK:         memref.subview %[[W]][0, %[[WORD]], 0]
// CHECK:         %[[SUMS:.+]] = arith.extsi %{{.+}} : vector<32xi16> to vector<32xi32>
// CHECK:         %[[TOTAL:.+]] = vector.load %[[WIDE]]
// CHECK:         %[[SCALE:.+]] = memref.load %[[S]][%[[G]], %{{.+}}]
// CHECK:         %[[ALL:.+]] = vector.broadcast %[[SCALE]] : f32 to vector<32xf32>
// CHECK:         %[[FLOATS:.+]] = arith.sitofp %[[SUMS]] : vector<32xi32> to vector<32xf32>
// CHECK:         %[[SCALED:.+]] = arith.mulf %[[FLOATS]], %[[ALL]]
// CHECK:         %[[BEFORE:.+]] = arith.select %{{.+}}, %{{.+}}, %[[TOTAL]]
// CHECK:         %[[SUM:.+]] = arith.addf %[[BEFORE]], %[[SCALED]]
// CHECK:         vector.store %[[SUM]], %[[WIDE]]
// CHECK:       memref.subview %[[ACC]]
