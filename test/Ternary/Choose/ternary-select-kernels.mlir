// RUN: bitnet-opt %s --split-input-file --ternary-select-kernels | FileCheck %s
// RUN: bitnet-opt %s --split-input-file --ternary-select-kernels="isa=generic" \
// RUN:   | FileCheck %s --check-prefix=NAMED --implicit-check-not='isa = "x86'

// One that is not the cheapest, by its name.
// NAMED-COUNT-3: ternary.matmul {kernels = [#ternary.kernel<isa = "generic"

// The decision alone: from the features of the module's target, of which
// LLVM's names of processors and levels are but short forms.

// CHECK: module attributes {
// CHECK-SAME: model.layers = [#model.layer<"/up/MatMul", 640 x 256, isa = "generic", kernels = "masked-add,lut-memory", packing = "4 trits in 8 bits, 1 an index", bits = 2.000000e+00 : f64, reason = "no lookup in registers without an instruction for it: two bits a trit make masks; 1024 weights of one token take 375 cycles to compute, 9 to fetch and 37 to read">]
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64",
                                              features = <["+sse2"]>>} {
// CHECK-LABEL: func @level_1
func.func @level_1(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 1>,
  // CHECK-SAME: #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 32, table_bytes = 28672>>], packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 640 x 256>}
  // CHECK-SAME: tensor<640x256x!ternary.trit>
  %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32> loc("/up/MatMul")
  return %y : tensor<?x640xi32>
}
}

// -----

module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v2",
                                              features = <["+sse4.1", "+sse4.2", "+ssse3"]>>} {
// CHECK-LABEL: func @level_2
func.func @level_2(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "x86-sse4", algorithm = #ternary.lut_registers<prefetch = 4096>, max_tokens = 5>,
  // CHECK-SAME: #ternary.kernel<isa = "x86-sse4", algorithm = #ternary.lut_memory<token_tile = 16, table_bytes = 28672>>], packing = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 32, logical = 640 x 256>}
  %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}
}

// -----

module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3",
                                              features = <["+avx2", "+sse4.2"]>>} {
// CHECK-LABEL: func @level_3
func.func @level_3(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 2, prefetch = 2048>, max_tokens = 12>,
  // CHECK-SAME: #ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_memory<token_tile = 32, table_bytes = 28672>>], packing = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 640 x 256>}
  %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}
}

// -----

module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4",
                                              features = <["+avx2", "+avx512bw", "+avx512f"]>>} {
// CHECK-LABEL: func @level_4
func.func @level_4(%x: tensor<?x256xi8>, %w0: tensor<640x256x!ternary.trit>, %w1: tensor<2560x256x!ternary.trit>,
                   %acc0: tensor<?x640xi32>, %acc1: tensor<?x2560xi32>) -> (tensor<?x640xi32>, tensor<?x2560xi32>) {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 4, row_blocks = 4, prefetch = 1536>, max_tokens = 32>,
  // CHECK-SAME: #ternary.kernel<isa = "x86-avx512", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 28672>>], packing = #ternary.packing<group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 640 x 256>}
  %y0 = ternary.matmul ins(%x, %w0 : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                       outs(%acc0 : tensor<?x640xi32>) -> tensor<?x640xi32>
  // CHECK: ternary.matmul {{.*}} packing = #ternary.packing<group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 2560 x 256>}
  %y1 = ternary.matmul ins(%x, %w1 : tensor<?x256xi8>, tensor<2560x256x!ternary.trit>)
                       outs(%acc1 : tensor<?x2560xi32>) -> tensor<?x2560xi32>
  return %y0, %y1 : tensor<?x640xi32>, tensor<?x2560xi32>
}
}

// -----

// What was chosen by hand stays.
#by_hand = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
// CHECK: model.layers = [#model.layer<"", 20 x 10, isa = "generic", kernels = "lut-memory", packing = "4 trits in 8 bits, 1 an index", bits = 2.000000e+00 : f64, reason = "chosen by hand">]
// CHECK-LABEL: func @by_hand
func.func @by_hand(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>], packing = #ternary.packing<{{[^>]+}} rows = 16, logical = 20 x 10>}
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>], packing = #by_hand}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// -----

// The packing has the product's scale groups.
// CHECK: model.layers = [#model.layer<"", 20 x 100, isa = "generic", kernels = "masked-add,lut-memory", packing = "4 trits in 8 bits, 1 an index, 32 inputs a scale",
// CHECK-LABEL: func @scale_groups
func.func @scale_groups(%x: tensor<?x100xi8>, %w: tensor<20x100x!ternary.trit>, %s: tensor<4x20xf32>, %acc: tensor<?x20xf32>) -> tensor<?x20xf32> {
  // CHECK: ternary.matmul {kernels = {{.*}}, packing = #ternary.packing<{{[^>]+}} logical = 20 x 100, scale_group = 32>, scale_group = 32 : i64}
  %y = ternary.matmul {scale_group = 32 : i64} ins(%x, %w : tensor<?x100xi8>, tensor<20x100x!ternary.trit>) scales(%s : tensor<4x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// -----

// Facts of the processor: tables fill seven eighths of its first-level cache;
// where 16-bit lanes are permuted fast, each token is looked up by itself, and
// any number of them, as many words at a time as 16 bits hold the sums of.
module attributes {
    dlti.target_system_spec = #dlti.target_system_spec<"CPU" = #dlti.target_device_spec<"l1d_bytes" = 49152 : i64, "fast_permute16" = 1 : i64>>,
    llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "znver5", features = <["+avx2", "+avx512bw", "+avx512f"]>>} {
// CHECK-LABEL: func @facts
func.func @facts(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %s: tensor<2x640xf32>,
                 %y: tensor<?x6912xi8>, %v: tensor<640x6912x!ternary.trit>,
                 %acc: tensor<?x640xi32>, %scaled: tensor<?x640xf32>) -> (tensor<?x640xi32>, tensor<?x640xi32>, tensor<?x640xf32>) {
  // CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 4, prefetch = 1536, lookup_tokens = 1>, max_tokens = 16>,
  // CHECK-SAME: #ternary.kernel<isa = "x86-avx512", algorithm = #ternary.lut_registers<token_tile = 2, row_blocks = 4, prefetch = 1536, lookup_tokens = 1, cache_tokens = 16, word_tile = 28>>]
  %0 = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>) outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  // CHECK: ternary.matmul {{.*}} lookup_tokens = 1>, max_tokens = 16>, #ternary.kernel<isa = "x86-avx512", {{.*}} lookup_tokens = 1, cache_tokens = 16, word_tile = 28>>]
  %1 = ternary.matmul ins(%y, %v : tensor<?x6912xi8>, tensor<640x6912x!ternary.trit>) outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  // CHECK: ternary.matmul {{.*}} lookup_tokens = 1>, max_tokens = 16>, #ternary.kernel<isa = "x86-avx512", {{.*}} lookup_tokens = 1, cache_tokens = 16, word_tile = 28>>], {{.*}} scale_group = 128>
  %2 = ternary.matmul {scale_group = 128 : i64} ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>) scales(%s : tensor<2x640xf32>) outs(%scaled : tensor<?x640xf32>) -> tensor<?x640xf32>
  return %0, %1, %2 : tensor<?x640xi32>, tensor<?x640xi32>, tensor<?x640xf32>
}
}
