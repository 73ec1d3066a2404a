//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_CONVERSION_PASSES_TD
#define BITNET_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// TernaryToVector
//===----------------------------------------------------------------------===//

def ConvertTernaryToVector : Pass<"convert-ternary-to-vector", "::mlir::ModuleOp"> {
  let summary = "replace kernel ops on buffers by calls of emitted kernels";
  let description = [{
    Before: ops with `KernelOpInterface` on buffers, `ternary.lut_accumulate`
    and others. After: none of them; each is a call of a function that lib/Kernels emitted
    for its instruction set, in vector, arith, scf, memref and
    `llvm.call_intrinsic`. One function serves all products of its shape,
    algorithm and packing; it is private, is not inlined, allocates nothing and
    is named

        ternary_matmul_<rows>x<depth>_<algorithm>_<packing>
        ternary_lut_build_<depth>_<packing>

    where the packing is spelled `9in16` (trits in bits) with the group behind
    it when that is 1 or 2, `4in8g2`. Its arguments are the op's operands, cast
    to buffers at any offset and of any number of row blocks and tokens, and the
    buffers that the algorithm works in (`getScratchTypes`). Those are allocated
    before the `scf.for` loops around the op, so that each thread has its own, and
    freed behind them; ops that run one after the other share them. What the
    kernels need of a processor is added to the module's `model.features`.

    | error | |
    |---|---|
    | an operand is a tensor | bufferize before |
    | a buffer has other strides | |
    | the function's name is taken | |

    Example:

    ```mlir
    // Before
    ternary.lut_accumulate <isa = "x86-avx512", algorithm = #ternary.lut_registers>
        <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 90>
      ins(%table, %w : memref<1x30x32xi16>, memref<2x10x64xi16>) outs(%acc : memref<?x?xi32>)

    // After
    %t = memref.cast %table : memref<1x30x32xi16> to memref<?x30x32xi16, strided<[960, 32, 1], offset: ?>>
    %p = memref.cast %w : memref<2x10x64xi16> to memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>
    %a = memref.cast %acc : memref<?x?xi32> to memref<?x?xi32, strided<[?, 1], offset: ?>>
    func.call @ternary_matmul_128x90_lut_registers_9in16(%t, %p, %a) : (…) -> ()
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::bitnet::model::ModelDialect"
  ];
}

#endif // BITNET_CONVERSION_PASSES_TD
