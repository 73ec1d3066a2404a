// RUN: bitnet-opt %s --split-input-file --verify-diagnostics --ternary-select-kernels="algorithm=dot"
// RUN: not bitnet-opt %s --split-input-file --ternary-select-kernels="isa=x86-sse4" 2>&1 | FileCheck %s --check-prefix=SET
// RUN: not bitnet-opt %s --ternary-select-kernels="algorithm=best" 2>&1 | FileCheck %s --check-prefix=NAME

// SET: error: instruction set 'x86-sse4' was asked for, expected one for this algorithm that the target has: generic{{$}}
// NAME: error: algorithm is 'best', expected lookup or dot
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64",
                                              features = <["+sse2"]>>} {
func.func @nothing_to_multiply_with(%x: tensor<?x256xi8>, %w: tensor<640x256x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // expected-error @below {{algorithm 'dot' was asked for, but no instruction set of the target has dot products}}
  %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}
}

// -----

// expected-error @below {{target fact 'bytes_per_cycle' is 0.000000e+00 : f64, expected a float above 0}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"bytes_per_cycle" = 0.0 : f64>>} {}

// -----

// expected-error @below {{target fact 'vscale' is 17 : i64, expected 1 to 16}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"vscale" = 17 : i64>>} {}

// -----

// expected-error @below {{target fact 'l1d_bytes' is 1024 : i64, expected 4096 to 1048576}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"l1d_bytes" = 1024 : i64>>} {}

// -----

// expected-error @below {{target fact 'fast_permute16' is 2 : i64, expected 0 to 1}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"fast_permute16" = 2 : i64>>} {}

// -----

// expected-error @below {{target fact 'vscale' is 4 : ui8, expected 1 to 16}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"vscale" = 4 : ui8>>} {}

// -----

func.func @dynamic_depth(%x: tensor<?x?xi8>, %w: tensor<640x?x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // expected-error @below {{expected weights of a static shape, not empty, with at most 4294967296 rows, got 'tensor<640x?x!ternary.trit>'}}
  %y = ternary.matmul ins(%x, %w : tensor<?x?xi8>, tensor<640x?x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}

// -----

func.func @no_inputs(%x: tensor<?x0xi8>, %w: tensor<640x0x!ternary.trit>, %acc: tensor<?x640xi32>) -> tensor<?x640xi32> {
  // expected-error @below {{expected weights of a static shape, not empty, with at most 4294967296 rows, got 'tensor<640x0x!ternary.trit>'}}
  %y = ternary.matmul ins(%x, %w : tensor<?x0xi8>, tensor<640x0x!ternary.trit>)
                      outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
  return %y : tensor<?x640xi32>
}

// -----

func.func @too_many_rows(%x: tensor<?x2xi8>, %w: tensor<4294967297x2x!ternary.trit>, %acc: tensor<?x4294967297xi32>) -> tensor<?x4294967297xi32> {
  // expected-error @below {{expected weights of a static shape, not empty, with at most 4294967296 rows}}
  %y = ternary.matmul ins(%x, %w : tensor<?x2xi8>, tensor<4294967297x2x!ternary.trit>)
                      outs(%acc : tensor<?x4294967297xi32>) -> tensor<?x4294967297xi32>
  return %y : tensor<?x4294967297xi32>
}

// -----

func.func @half_a_decision(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // expected-error @below {{has kernels without a packing, expected both or none}}
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}

// -----

func.func @the_other_half(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>) -> tensor<?x20xi32> {
  // expected-error @below {{has a packing without kernels, expected both or none}}
  %y = ternary.matmul {packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>}
    ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>) outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  return %y : tensor<?x20xi32>
}
