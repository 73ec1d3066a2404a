// RUN: split-file %s %t
// RUN: bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/choices.mlir | FileCheck %s
// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/none.mlir 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/number.mlir 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/entry.mlir 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/order.mlir 2>&1 | FileCheck %s --check-prefix=ORDER
// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/isa.mlir 2>&1 | FileCheck %s --check-prefix=ISA

// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels=choices=%t/twice.mlir 2>&1 | FileCheck %s --check-prefix=TWICE

// RUN: not bitnet-opt %t/model.mlir --ternary-select-kernels="choices=%t/choices.mlir isa=x86-sse4" 2>&1 | FileCheck %s --check-prefix=WINS

// The file decides for its shape, lib/Kernels for others.
// CHECK: reason = "from the file of choices"
// CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 5>, #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 8192>>]
// CHECK-SAME: rows = 16, logical = 20 x 10>
// CHECK: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 1>

// With group scales a shape is another one.
// RUN: bitnet-opt %t/scaled.mlir --ternary-select-kernels=choices=%t/choices.mlir | FileCheck %s --check-prefix=SCALED
// SCALED: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>], packing = {{.*}}logical = 20 x 10, scale_group = 4>,
// SCALED: ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 1>

// NONE: none.mlir{{.*}}error: No such file
// NUMBER: number.mlir{{.*}}error: expected a list of choices, [{kernels = […], packing = …}, …]
// ENTRY: entry.mlir{{.*}}error: entry 0: expected {kernels = […], packing = …}
// ORDER: order.mlir{{.*}}error: entry 0: expected a last kernel for any number of tokens
// ISA: error: the file of choices takes "x86-avx2" for 20 x 10, whose features the target does not have

// It decides before an instruction set by name, which here fails for the other
// shape alone.
// WINS: model.mlir:6:{{.*}}error: instruction set 'x86-sse4' was asked for
// WINS-NOT: error

// TWICE: twice.mlir{{.*}}error: entry 1: expected one entry for 20 x 10 with scale_group = 0

//--- twice.mlir
[{kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>],
  packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>},
 {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>],
  packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 20 x 10>}]

//--- model.mlir
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64", features = <["+sse2"]>>} {
func.func @two(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %acc: tensor<?x20xi32>,
               %w1: tensor<21x10x!ternary.trit>, %acc1: tensor<?x21xi32>) -> (tensor<?x20xi32>, tensor<?x21xi32>) {
  %y = ternary.matmul ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
                      outs(%acc : tensor<?x20xi32>) -> tensor<?x20xi32>
  %y1 = ternary.matmul ins(%x, %w1 : tensor<?x10xi8>, tensor<21x10x!ternary.trit>)
                       outs(%acc1 : tensor<?x21xi32>) -> tensor<?x21xi32>
  return %y, %y1 : tensor<?x20xi32>, tensor<?x21xi32>
}
}

//--- scaled.mlir
func.func @scaled(%x: tensor<?x10xi8>, %w: tensor<20x10x!ternary.trit>, %s4: tensor<3x20xf32>, %s5: tensor<2x20xf32>,
                  %acc: tensor<?x20xf32>) -> (tensor<?x20xf32>, tensor<?x20xf32>) {
  %y = ternary.matmul {scale_group = 4 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    scales(%s4 : tensor<3x20xf32>) outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  %z = ternary.matmul {scale_group = 5 : i64} ins(%x, %w : tensor<?x10xi8>, tensor<20x10x!ternary.trit>)
    scales(%s5 : tensor<2x20xf32>) outs(%acc : tensor<?x20xf32>) -> tensor<?x20xf32>
  return %y, %z : tensor<?x20xf32>, tensor<?x20xf32>
}

//--- choices.mlir
[{kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 5>,
             #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 64, table_bytes = 8192>>],
  packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>},
 {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>],
  packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10, scale_group = 4>}]

//--- number.mlir
7

//--- entry.mlir
[{kernels = []}]

//--- order.mlir
[{kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 5>],
  packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 20 x 10>}]

//--- isa.mlir
[{kernels = [#ternary.kernel<isa = "x86-avx2", algorithm = #ternary.lut_memory<token_tile = 32>>],
  packing = #ternary.packing<group = 2, index_bits = 4, word_bits = 8, rows = 32, logical = 20 x 10>}]
