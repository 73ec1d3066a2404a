// RUN: bitnet-opt %s --ternary-select-kernels="algorithm=dot" | FileCheck %s --check-prefix=DOT
// RUN: bitnet-opt %s --ternary-select-kernels="remarks" 2>&1 | FileCheck %s --check-prefix=LOOKUP

// Instructions that multiply are taken on demand only. Without, a product is
// told to whoever asks for remarks; of memory this slow reading
// decides, whatever else is said of the target.

module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "cascadelake",
                                              features = <["+avx2", "+avx512bw", "+avx512f", "+avx512vnni"]>>,
                   dlti.dl_spec = #dlti.dl_spec<"dlti.endianness" = "little">,
                   dlti.target_system_spec = #dlti.target_system_spec<
                       "CPU" = #dlti.target_device_spec<"bytes_per_cycle" = 2.0 : f64>>} {
// DOT-LABEL: func @product
func.func @product(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // DOT: ternary.matmul {kernels = [#ternary.kernel<isa = "x86-avx512-vnni", algorithm = #ternary.dot<token_tile = 4, row_blocks = 4, prefetch = 1024>>],
  // DOT-SAME: packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 32, rows = 64, logical = 640 x 256>}
  // LOOKUP: [[# @LINE + 2]]:8: remark: 640 x 256: lut_registers up to 32 tokens, lut_memory of x86-avx512, 9 trits in 16 bits:
  // LOOKUP-SAME: 1024 weights of one token take 28 cycles to compute, 12 to fetch and 116 to read
  %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}
}
