// RUN: bitnet-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

func.func @packing_c1() {
  // expected-error @below {{4 bits cannot hold the 27 indices of 3 trits}}
  "test.use"() {p = #ternary.packing<group = 3, index_bits = 4, word_bits = 16, rows = 16, logical = 4 x 4>} : () -> ()
}

// -----

func.func @packing_c2_index_bits() {
  // expected-error @below {{index_bits is 17, expected 1 to 16 in words of 32 bits}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 17, word_bits = 32, rows = 16, logical = 4 x 4>} : () -> ()
}

// -----

func.func @packing_c2() {
  // expected-error @below {{word_bits is 12, expected 8, 16 or 32}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 12, rows = 16, logical = 4 x 4>} : () -> ()
}

// -----

func.func @packing_c3() {
  // expected-error @below {{rows is 20, expected a positive multiple of 16}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 20, logical = 4 x 4>} : () -> ()
}

// -----

func.func @packing_c4() {
  // expected-error @below {{logical shape is 0 x 4, expected 1 to 4294967296 rows of 1 to 16777215 weights}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 0 x 4>} : () -> ()
}

// -----

func.func @packing_c4_rows() {
  // expected-error @below {{logical shape is 9223372036854775807 x 4, expected 1 to 4294967296 rows of 1 to 16777215 weights}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 9223372036854775807 x 4>} : () -> ()
}

// -----

func.func @packing_c4_depth() {
  // expected-error @below {{logical shape is 4 x 16777216, expected}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 4 x 16777216>} : () -> ()
}

// -----

// expected-error @below {{a tensor of shape [2, 2, 16] and element type 'i8' is no storage of this packing, which has shape [1, 1, 16] and element type 'i8'}}
func.func private @packing_c5(tensor<2x2x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 4 x 4>>)

// -----

func.func @kernel_c1() {
  // expected-error @below {{no instruction set is called "z80"}}
  "test.use"() {k = #ternary.kernel<isa = "z80", algorithm = #ternary.masked_add>} : () -> ()
}

// -----

func.func @kernel_c2() {
  // expected-error @below {{instruction set "generic" has no kernel for lut_registers}}
  "test.use"() {k = #ternary.kernel<isa = "generic", algorithm = #ternary.lut_registers>} : () -> ()
}

// -----

func.func @kernel_c3() {
  // expected-error @below {{max_tokens is -1, expected 0 or more}}
  "test.use"() {k = #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>, max_tokens = -1>} : () -> ()
}

// -----

func.func @lut_memory_c1() {
  // expected-error @below {{token_tile is 12, expected a power of two from 1 to 256}}
  "test.use"() {k = #ternary.lut_memory<token_tile = 12>} : () -> ()
}

// -----

func.func @lut_registers_c1() {
  // expected-error @below {{token_tile is 32, expected a power of two from 1 to 16}}
  "test.use"() {k = #ternary.lut_registers<token_tile = 32>} : () -> ()
}

// -----

func.func @dot_c1() {
  // expected-error @below {{row_blocks is 0, expected a power of two from 1 to 16}}
  "test.use"() {k = #ternary.dot<row_blocks = 0>} : () -> ()
}

// -----

func.func @lut_registers_c2() {
  // expected-error @below {{prefetch is -1, expected 0 or more}}
  "test.use"() {k = #ternary.lut_registers<prefetch = -1>} : () -> ()
}

// -----

func.func @lut_registers_c4() {
  // expected-error @below {{lookup_tokens is 3, expected 1 or 2}}
  "test.use"() {k = #ternary.lut_registers<lookup_tokens = 3>} : () -> ()
}

// -----

func.func @lut_registers_c5() {
  // expected-error @below {{cache_tokens is 3, expected a multiple of lookup_tokens = 2 up to 65536}}
  "test.use"() {k = #ternary.lut_registers<cache_tokens = 3>} : () -> ()
}

// -----

func.func @lut_registers_c5_negative() {
  // expected-error @below {{cache_tokens is -2, expected a multiple of lookup_tokens = 2 up to 65536}}
  "test.use"() {k = #ternary.lut_registers<cache_tokens = -2>} : () -> ()
}

// -----

func.func @lut_registers_c6() {
  // expected-error @below {{word_tile is -1, expected 0 to 16777216}}
  "test.use"() {k = #ternary.lut_registers<word_tile = -1>} : () -> ()
}

// -----

func.func @token_accumulate_c5(%x: memref<12x?xi8>, %w: memref<1x3x16xi8>, %s: memref<2x16xf32>, %acc: memref<?x16xf32>) {
  // expected-error @below {{scales is 'memref<2x16xf32>', expected shape [3, 16]}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10, scale_group = 4>
    ins(%x, %w : memref<12x?xi8>, memref<1x3x16xi8>) scales(%s : memref<2x16xf32>) outs(%acc : memref<?x16xf32>)
  return
}

// -----

func.func @token_accumulate_c1_scales(%x: memref<12x?xi8>, %w: memref<1x3x16xi8>, %s: memref<1x16xf32>, %acc: memref<?x16xf32>) {
  // expected-error @below {{has scales, but the packing has no scale_group}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10>
    ins(%x, %w : memref<12x?xi8>, memref<1x3x16xi8>) scales(%s : memref<1x16xf32>) outs(%acc : memref<?x16xf32>)
  return
}

// -----

func.func @token_accumulate_c1_no_scales(%x: memref<12x?xi8>, %w: memref<1x3x16xi8>, %acc: memref<?x16xi32>) {
  // expected-error @below {{has no scales, but the packing has scale_group = 4}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10, scale_group = 4>
    ins(%x, %w : memref<12x?xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

func.func @token_accumulate_c2_scales(%x: memref<12x?xi8>, %w: memref<1x3x16xi8>, %s: memref<3x16xf32>, %acc: memref<?x16xi32>) {
  // expected-error @below {{acc is 'memref<?x16xi32>', expected elements of f32}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 10 x 10, scale_group = 4>
    ins(%x, %w : memref<12x?xi8>, memref<1x3x16xi8>) scales(%s : memref<3x16xf32>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

func.func @dot_c2() {
  // expected-error @below {{prefetch is -64, expected 0 or more}}
  "test.use"() {k = #ternary.dot<prefetch = -64>} : () -> ()
}

// -----

// Parameters belong to their algorithm.
func.func @masked_add_parameters() {
  // expected-error @below {{masked_add has no parameters}}
  "test.use"() {k = #ternary.masked_add<token_tile = 2>} : () -> ()
}

// -----

func.func @lut_memory_parameters() {
  // expected-error @below {{duplicate or unknown struct parameter name: prefetch}}
  "test.use"() {k = #ternary.lut_memory<token_tile = 16, prefetch = 64>} : () -> ()
}

// -----

func.func @lut_memory_c2() {
  // expected-error @below {{table_bytes is 1, expected 1024 to 16777216}}
  "test.use"() {k = #ternary.lut_memory<token_tile = 16, table_bytes = 1>} : () -> ()
}

// -----

func.func @constant_c1() {
  // expected-error @below {{'ternary.constant' op value has element type 'i16', expected i8}}
  %w = ternary.constant dense<[[1, -1]]> : tensor<1x2xi16>
  return
}

// -----

func.func @constant_c2() {
  // expected-error @below {{'ternary.constant' op value number 1 is 2, expected -1, 0 or 1}}
  %w = ternary.constant dense<[[1, 2]]> : tensor<1x2xi8>
  return
}

// -----

func.func @quantize_activations_c1(%x: tensor<3x8xf32>, %c: tensor<3x9xi8>, %s: tensor<3xf32>) {
  // expected-error @below {{source 'tensor<3x8xf32>', codes 'tensor<3x9xi8>' and scales 'tensor<3xf32>' do not have the same tokens and depth}}
  %q:2 = ternary.quantize_activations quotient epsilon = 1.0e-5 ins(%x : tensor<3x8xf32>)
    outs(%c, %s : tensor<3x9xi8>, tensor<3xf32>) -> tensor<3x9xi8>, tensor<3xf32>
  return
}

// -----

func.func @quantize_activations_c2(%x: tensor<3x8xf32>, %c: tensor<3x8xi8>, %s: tensor<3xf32>) {
  // expected-error @below {{epsilon is 0.000000e+00, expected a positive number}}
  %q:2 = ternary.quantize_activations quotient epsilon = 0.0 ins(%x : tensor<3x8xf32>)
    outs(%c, %s : tensor<3x8xi8>, tensor<3xf32>) -> tensor<3x8xi8>, tensor<3xf32>
  return
}

// -----

func.func @matmul_c1(%x: tensor<?x9xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{depth of the activations (9) differs from that of the weights (10)}}
  %y = ternary.matmul ins(%x, %w : tensor<?x9xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x21xi32>) {
  // expected-error @below {{acc is ? x 21, expected ? x 20}}
  %y = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x21xi32>) -> tensor<?x21xi32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{max_tokens of kernel 1 is 9, expected 0 for the last}}
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>,
                                  #ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 9>]}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @matmul_c3_none(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{kernels is empty, expected one or more}}
  %y = ternary.matmul {kernels = []}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @matmul_c4(%x: tensor<?x16777216xi8>, %w: tensor<1x16777216x!ternary.trit>, %acc: tensor<?x1xi32>) {
  // expected-error @below {{depth is 16777216, at most 16777215 keeps the sums in 32 bits}}
  %y = ternary.matmul ins(%x, %w : tensor<?x16777216xi8>, tensor<1x16777216x!ternary.trit>)
    outs(%acc : tensor<?x1xi32>) -> tensor<?x1xi32>
  return
}

// -----

func.func @matmul_c6_unknown_depth(%x: tensor<?x?xi8>, %w: tensor<20x?x!ternary.trit>, %s: tensor<?x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is 16777216, expected 1 to the depth, at most 16777215}}
  %y = ternary.matmul {scale_group = 16777216 : i64} ins(%x, %w : tensor<?x?xi8>, tensor<20x?x!ternary.trit>) scales(%s : tensor<?x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c5(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{packing is for weights of 20 x 11, but they are 'tensor<20x10x!ternary.trit>'}}
  %y = ternary.matmul {packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 11>}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @pack_c1(%w: tensor<20x10x!ternary.trit>) {
  // expected-error @below {{are not the same matrix}}
  %p = ternary.pack %w : tensor<20x10x!ternary.trit>
    -> tensor<1x3x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 16 x 10>>
  return
}

// -----

func.func @unpack_c1(%p: tensor<1x3x16xi8>) {
  // expected-error @below {{packed type 'tensor<1x3x16xi8>' has no packing}}
  %w = ternary.unpack %p : tensor<1x3x16xi8> -> tensor<16x10x!ternary.trit>
  return
}

// -----

func.func @lut_build_c1(%x: memref<?x9xi8>, %t: memref<?x6x32xi8>) {
  // expected-error @below {{activations is 'memref<?x9xi8>', expected shape [?, 10]}}
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : memref<?x9xi8>) outs(%t : memref<?x6x32xi8>)
  return
}

// -----

func.func @lut_build_c2(%x: memref<?x10xi8>, %t: memref<?x5x32xi8>) {
  // expected-error @below {{table is 'memref<?x5x32xi8>', expected shape [?, 6, ?]}}
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : memref<?x10xi8>) outs(%t : memref<?x5x32xi8>)
  return
}

// -----

func.func @lut_accumulate_c1(%t: memref<?x6x32xi8>, %w: memref<2x4x64xi8>, %acc: memref<?x128xi32>) {
  // expected-error @below {{weights is 'memref<2x4x64xi8>', expected shape [?, 3, 64]}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x4x64xi8>) outs(%acc : memref<?x128xi32>)
  return
}

// -----

func.func @lut_accumulate_c2(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<?x70xi32>) {
  // expected-error @below {{acc is 'memref<?x70xi32>', expected shape [?, 128]}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<?x70xi32>)
  return
}

// -----

func.func @lut_accumulate_c3(%t: memref<6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<?x128xi32>) {
  // expected-error @below {{table is 'memref<6x32xi8>', expected shape [?, ?, ?]}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%t, %w : memref<6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<?x128xi32>)
  return
}

// -----

func.func @lut_accumulate_c3_tokens(%t: memref<3x6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<2x128xi32>) {
  // expected-error @below {{table is 'memref<3x6x32xi8>', expected shape [2, ?, ?]}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%t, %w : memref<3x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<2x128xi32>)
  return
}

// -----

func.func @add_accumulate_c3(%x: memref<?x10xi8>, %w: memref<1x3x16xi8>, %acc: memref<?x16xi32>) {
  // expected-error @below {{activations is 'memref<?x10xi8>', expected shape [?, 12]}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x10xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

func.func @dot_accumulate_c1(%x: memref<?x32xi8>, %w: memref<1x3x64xi32>, %acc: memref<?x64xi32>) {
  // expected-error @below {{weights is 'memref<1x3x64xi32>', expected shape [?, 2, 64]}}
  ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
    ins(%x, %w : memref<?x32xi8>, memref<1x3x64xi32>) outs(%acc : memref<?x64xi32>)
  return
}

// -----

func.func @dot_accumulate_c2(%x: memref<?x32xi8>, %w: memref<1x2x64xi32>, %acc: memref<?x60xi32>) {
  // expected-error @below {{acc is 'memref<?x60xi32>', expected shape [?, 64]}}
  ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
    ins(%x, %w : memref<?x32xi8>, memref<1x2x64xi32>) outs(%acc : memref<?x60xi32>)
  return
}

// -----

func.func @dot_accumulate_c3(%x: memref<?x30xi8>, %w: memref<1x2x64xi32>, %acc: memref<?x64xi32>) {
  // expected-error @below {{activations is 'memref<?x30xi8>', expected shape [?, 32]}}
  ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
    ins(%x, %w : memref<?x30xi8>, memref<1x2x64xi32>) outs(%acc : memref<?x64xi32>)
  return
}

// -----

func.func @token_accumulate_c2(%x: memref<12x8xi8>, %w: memref<1x3x16xi8>, %acc: memref<16x8xi32>) {
  // expected-error @below {{acc is 'memref<16x8xi32>', expected shape [?, 16]}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<12x8xi8>, memref<1x3x16xi8>)
    outs(%acc : memref<16x8xi32>)
  return
}

// -----

func.func @mixed(%x: memref<?x12xi8>, %w: memref<1x3x16xi8>, %acc: tensor<?x16xi32>) {
  // expected-error @below {{mixes tensors and buffers}}
  %y = ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x12xi8>, memref<1x3x16xi8>) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
  return
}

// -----

func.func @add_accumulate_c1(%x: memref<?x12xi8>, %w: memref<1x4x16xi8>, %acc: memref<?x16xi32>) {
  // expected-error @below {{weights is 'memref<1x4x16xi8>', expected shape [?, 3, 16]}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x12xi8>, memref<1x4x16xi8>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

func.func @add_accumulate_c2(%x: memref<?x12xi8>, %w: memref<1x3x16xi8>, %acc: memref<?x20xi32>) {
  // expected-error @below {{acc is 'memref<?x20xi32>', expected shape [?, 16]}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x12xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x20xi32>)
  return
}

// -----

func.func @add_accumulate_c4(%x: memref<?x12xi8>, %w: memref<1x3x16xi8>, %acc: memref<?x16xi32>) {
  // expected-error @below {{has a kernel for lut_memory, expected masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<?x12xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

func.func @token_accumulate_c1(%x: memref<12x8xi8>, %w: memref<1x3x32xi8>, %acc: memref<8x16xi32>) {
  // expected-error @below {{weights is 'memref<1x3x32xi8>', expected shape [?, 3, 16]}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<12x8xi8>, memref<1x3x32xi8>) outs(%acc : memref<8x16xi32>)
  return
}

// -----

func.func @token_accumulate_c3(%x: memref<10x8xi8>, %w: memref<1x3x16xi8>, %acc: memref<8x16xi32>) {
  // expected-error @below {{activations is 'memref<10x8xi8>', expected shape [12, ?]}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<10x8xi8>, memref<1x3x16xi8>) outs(%acc : memref<8x16xi32>)
  return
}

// -----

func.func @token_accumulate_c4(%x: memref<12x8xi8>, %w: memref<1x3x16xi8>, %acc: memref<8x16xi32>) {
  // expected-error @below {{has a kernel for masked_add, expected lut_memory}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>
    ins(%x, %w : memref<12x8xi8>, memref<1x3x16xi8>) outs(%acc : memref<8x16xi32>)
  return
}

// -----

func.func @lut_build_c3(%x: memref<?x10xi8>, %t: memref<?x6x32xi8>) {
  // expected-error @below {{has a kernel for masked_add, expected lut_registers}}
  ternary.lut_build <isa = "generic", algorithm = #ternary.masked_add>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : memref<?x10xi8>) outs(%t : memref<?x6x32xi8>)
  return
}

// -----

func.func @lut_accumulate_c4(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<?x128xi32>) {
  // expected-error @below {{has a kernel for lut_memory, expected lut_registers}}
  ternary.lut_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<?x128xi32>)
  return
}

// -----

func.func @dot_accumulate_c4(%x: memref<?x32xi8>, %w: memref<1x2x64xi32>, %acc: memref<?x64xi32>) {
  // expected-error @below {{has a kernel for masked_add, expected dot}}
  ternary.dot_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 60 x 30>
    ins(%x, %w : memref<?x32xi8>, memref<1x2x64xi32>) outs(%acc : memref<?x64xi32>)
  return
}

// -----

func.func @product_c1(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %v: tensor<21x10x!ternary.trit>, %init: tensor<?x20xi32>) {
  // expected-error @below {{has 2 weights, expected some of one type}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w, %v : tensor<20x10x!ternary.trit>, tensor<21x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32, %b: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c1_bytes(%x: tensor<?x10xi8>, %w: tensor<20x10xi8>, %init: tensor<?x20xi32>) {
  // expected-error @below {{weights 'tensor<20x10xi8>' are neither trits of rank 2 nor packed}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10xi8>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c2(%x: tensor<?x10xi8>, %w: tensor<20x11x!ternary.trit>, %init: tensor<?x20xi32>) {
  // expected-error @below {{depth of the activations (10) differs from that of the weights (11)}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x11x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c3(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x21xi32>) {
  // expected-error @below {{destination is ? x 21, expected ? x 20}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x21xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x21xi32>
  return
}

// -----

func.func @product_c3_packed(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>>, %init: tensor<?x16xi32>) {
  // expected-error @below {{destination is ? x 16, expected ? x 17 to 32}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>>) outs(%init : tensor<?x16xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x16xi32>
  return
}

// -----

func.func @product_c4(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<?xf32>, %init: tensor<?x20xi32>) {
  // expected-error @below {{has 0 maps for 1 inputs}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) inputs(%s : tensor<?xf32>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32, %b: f32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c4_map(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<?xf32>, %init: tensor<?x20xi32>) {
  // expected-error @below {{map 0 is affine_map<(d0, d1) -> (d0 floordiv 2)>, expected a projected permutation of two dimensions of rank 1}}
  %y = ternary.product {maps = [affine_map<(m, n) -> (m floordiv 2)>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) inputs(%s : tensor<?xf32>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32, %b: f32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c4_size(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<19xf32>, %init: tensor<?x20xi32>) {
  // expected-error @below {{input 0 has 19 in dimension 0, expected 20}}
  %y = ternary.product {maps = [affine_map<(m, n) -> (n)>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) inputs(%s : tensor<19xf32>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32, %b: f32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c5(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<?xf32>, %init: tensor<?x20xi32>) {
  // expected-error @below {{body has arguments 'i32', 'i32', expected 'i32', 'f32'}}
  %y = ternary.product {maps = [affine_map<(m, n) -> (m)>]} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) inputs(%s : tensor<?xf32>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32, %b: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c5_yield(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xf32>) {
  // expected-error @below {{body does not yield an element of type 'f32'}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xf32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xf32>
  return
}

// -----

func.func @product_c6(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xi32>) {
  // expected-error @below {{packing is for weights of 20 x 11}}
  %y = ternary.product {packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 11>} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c6_kernels(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xi32>) {
  // expected-error @below {{kernels is empty, expected one or more}}
  %y = ternary.product {kernels = []} activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c7(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xi32>, %m: memref<i32>) {
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    // expected-error @below {{'memref.store' op has effects in the body of a product}}
    memref.store %sum, %m[] : memref<i32>
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @index_c1(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xi32>) {
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    // expected-error @below {{dim is 2, expected 0 or 1}}
    %i = ternary.index 2
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_c5_yields_nothing(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %init: tensor<?x20xi32>) {
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<20x10x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    // expected-error @below {{requires a single operand}}
    "ternary.yield"() : () -> ()
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @product_of_unranked_weights(%x: tensor<?x10xi8>, %w: tensor<*x!ternary.trit>, %init: tensor<?x20xi32>) {
  // expected-error @below {{must be variadic of ranked tensor of}}
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<*x!ternary.trit>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @lut_registers_c3(%table: memref<1x4x32xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op lookup of x86-avx512 wants group = 3, index_bits = 5, word_bits = 16, got #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>}}
  ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%table, %w : memref<1x4x32xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @lut_registers_c3_rows(%table: memref<1x4x32xi8>, %w: memref<4x2x16xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op rows is 16, expected a multiple of the 32 8-bit lanes of x86-avx2}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 16, logical = 64 x 8>
    ins(%table, %w : memref<1x4x32xi8>, memref<4x2x16xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @masked_add_c1(%x: memref<1x8xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op group is 2, expected 1 for masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @masked_add_c1_words(%x: memref<1x16xi8>, %w: memref<1x1x64xi32>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.add_accumulate' op word_bits is 32, expected 8 or 16 for masked_add}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x16xi8>, memref<1x1x64xi32>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @dot_c3(%x: memref<1x8xi8>, %w: memref<1x2x64xi32>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.dot_accumulate' op dot wants group = 1, index_bits = 2, word_bits = 32, got}}
  ternary.dot_accumulate <isa = "x86-avx512-vnni", algorithm = #ternary.dot>
      <group = 2, index_bits = 16, word_bits = 32, rows = 64, logical = 64 x 8>
    ins(%x, %w : memref<1x8xi8>, memref<1x2x64xi32>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @lut_memory_c3(%x: memref<8x12xi8>, %w: memref<1x2x32xi8>, %acc: memref<12x32xi32>) {
  // expected-error @below {{'ternary.token_accumulate' op token_tile is 4, expected a multiple of 16 for generic}}
  ternary.token_accumulate <isa = "generic", algorithm = #ternary.lut_memory<token_tile = 4>>
      <group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 32 x 8>
    ins(%x, %w : memref<8x12xi8>, memref<1x2x32xi8>)
    outs(%acc : memref<12x32xi32>)
  return
}

// -----

func.func @lut_accumulate_c3_entries(%table: memref<1x4x16xi8>, %w: memref<1x2x64xi8>, %acc: memref<1x64xi32>) {
  // expected-error @below {{'ternary.lut_accumulate' op operand 0 is 'memref<1x4x16xi8>', but the kernel takes 'memref<?x4x32xi8, strided<[128, 32, 1], offset: ?>>'}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 64 x 8>
    ins(%table, %w : memref<1x4x16xi8>, memref<1x2x64xi8>) outs(%acc : memref<1x64xi32>)
  return
}

// -----

func.func @lut_build_c2_entries(%x: memref<?x10xi8>, %t: memref<?x6x32xi16>) {
  // expected-error @below {{operand 1 is 'memref<?x6x32xi16>', but the kernel takes 'memref<?x6x32xi8, }}
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10>
    ins(%x : memref<?x10xi8>) outs(%t : memref<?x6x32xi16>)
  return
}

// -----

func.func @packing_c6() {
  // expected-error @below {{scale_group is -1, expected 0 (none) to the depth, 10}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = -1>} : () -> ()
}

// -----

func.func @packing_c6_above_the_depth() {
  // expected-error @below {{scale_group is 11, expected 0 (none) to the depth, 10}}
  "test.use"() {p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 11>} : () -> ()
}

// -----

// expected-error @below {{a tensor of shape [3, 2, 1, 16] and element type 'i8' is no storage of this packing, which has shape [2, 3, 16]}}
func.func private @packing_c5_scale_groups(tensor<3x2x1x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>>)

// -----

func.func @matmul_c5_scale_group(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{packing has scale_group = 0, but the product 4}}
  %y = ternary.matmul {packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>, scale_group = 4 : i64}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>) outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c6(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is 0, with scales}}
  %y = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c6_without(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{scale_group is 4, without scales}}
  %y = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @matmul_c6_negative(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is -4, expected 1 to the depth, at most 10}}
  %y = ternary.matmul {scale_group = -4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c6_huge(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<1x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is 9223372036854775807, expected 1 to the depth, at most 10}}
  %y = ternary.matmul {scale_group = 9223372036854775807 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<1x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c6_above_the_depth(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<1x20xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is 11, expected 1 to the depth, at most 10}}
  %y = ternary.matmul {scale_group = 11 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<1x20xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c6_shape(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<20x3xf32>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{scales is 'tensor<20x3xf32>', expected shape [3, 20]}}
  %y = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<20x3xf32>)
    outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @matmul_c7(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %acc: tensor<?x20xi32>) {
  // expected-error @below {{acc has element type 'i32', expected f32 with scales}}
  %y = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>)
    outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return
}

// -----

func.func @matmul_c7_without(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xf32>) {
  // expected-error @below {{acc has element type 'f32', expected i32 without scales}}
  %y = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return
}

// -----

func.func @product_c8(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %init: tensor<?x20xf32>) {
  // expected-error @below {{has 1 scales and scale_group = 4, expected 2 scales}}
  %y = ternary.product {scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w, %w : tensor<20x10x!ternary.trit>, tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>) outs(%init : tensor<?x20xf32>) {
  ^bb0(%a: f32, %b: f32):
    ternary.yield %a : f32
  } -> tensor<?x20xf32>
  return
}

// -----

func.func @product_c8_columns(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x19xf32>, %init: tensor<?x20xf32>) {
  // expected-error @below {{scales is 'tensor<3x19xf32>', expected shape [3, 20]}}
  %y = ternary.product {scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<20x10x!ternary.trit>) scales(%s : tensor<3x19xf32>) outs(%init : tensor<?x20xf32>) {
  ^bb0(%a: f32):
    ternary.yield %a : f32
  } -> tensor<?x20xf32>
  return
}

// -----

func.func @product_c8_packed(%x: tensor<?x10xi8>, %w: tensor<2x3x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>>, %s: tensor<3x20xf32>, %init: tensor<?x20xf32>) {
  // expected-error @below {{scale_group is 4, but the weights are packed for 0}}
  %y = ternary.product {scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<2x3x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>>) scales(%s : tensor<3x20xf32>) outs(%init : tensor<?x20xf32>) {
  ^bb0(%a: f32):
    ternary.yield %a : f32
  } -> tensor<?x20xf32>
  return
}

// -----

func.func @product_c5_scales(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s: tensor<3x20xf32>, %init: tensor<?x20xi32>) {
  // expected-error @below {{body has arguments 'i32', expected 'f32'}}
  %y = ternary.product {scale_group = 4 : i64} activations(%x : tensor<?x10xi8>)
      weights(%w : tensor<20x10x!ternary.trit>) scales(%s : tensor<3x20xf32>) outs(%init : tensor<?x20xi32>) {
  ^bb0(%a: i32):
    ternary.yield %a : i32
  } -> tensor<?x20xi32>
  return
}

// -----

func.func @lut_build_c1_scale_groups(%x: memref<?x10xi8>, %t: memref<?x6x32xi8>) {
  // expected-error @below {{activations is 'memref<?x10xi8>', expected shape [?, 12]}}
  ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10, scale_group = 4>
    ins(%x : memref<?x10xi8>) outs(%t : memref<?x6x32xi8>)
  return
}

// -----

func.func @lut_accumulate_c1_no_scales(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8>, %acc: memref<?x128xi32>) {
  // expected-error @below {{has no scales, but the packing has scale_group = 4}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10, scale_group = 4>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8>) outs(%acc : memref<?x128xi32>)
  return
}

// -----

func.func @lut_accumulate_c2_scales(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8>, %s: memref<3x128xf32>, %acc: memref<?x128xi32>) {
  // expected-error @below {{acc is 'memref<?x128xi32>', expected elements of f32}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10, scale_group = 4>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8>) scales(%s : memref<3x128xf32>) outs(%acc : memref<?x128xi32>)
  return
}

// -----

func.func @lut_accumulate_c5(%t: memref<?x6x32xi8>, %w: memref<2x3x64xi8>, %s: memref<3x70xf32>, %acc: memref<?x128xf32>) {
  // expected-error @below {{scales is 'memref<3x70xf32>', expected shape [3, 128]}}
  ternary.lut_accumulate <isa = "x86-avx2", algorithm = #ternary.lut_registers>
      <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 70 x 10, scale_group = 4>
    ins(%t, %w : memref<?x6x32xi8>, memref<2x3x64xi8>) scales(%s : memref<3x70xf32>) outs(%acc : memref<?x128xf32>)
  return
}

// -----

func.func @add_accumulate_c1_scale_groups(%x: memref<?x12xi8>, %w: memref<1x3x16xi8>, %acc: memref<?x16xi32>) {
  // expected-error @below {{packing has scale_group = 4, expected that of the inputs of one scale group}}
  ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add>
      <group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>
    ins(%x, %w : memref<?x12xi8>, memref<1x3x16xi8>) outs(%acc : memref<?x16xi32>)
  return
}

// -----

// Trits never reach memory.
// expected-error @below {{invalid memref element type}}
func.func private @memref_of_trits(memref<4x!ternary.trit>)
