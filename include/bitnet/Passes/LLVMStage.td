//===- LLVMStage.td - Buffers to what LLVM takes -----------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops on buffers to functions, loops and threads that upstream's conversions take. In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PASSES_LLVMSTAGE_TD
#define BITNET_PASSES_LLVMSTAGE_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// MemrefLowerCopies
//===----------------------------------------------------------------------===//

def MemrefLowerCopies : Pass<"memref-lower-copies", "::mlir::func::FuncOp"> {
  let summary = "copy between strided buffers in loops";
  let description = [{
    Before, bufferization has made a `memref.copy` of every copy. After, only
    those between contiguous buffers are left, which are one memcpy; the others
    are `linalg.copy`, because upstream lowers them to a call of a library that
    a compiled object does not have.

    ```mlir
    memref.copy %a, %b : memref<4x8xf32> to memref<4x8xf32, strided<[16, 1]>>
    ```
    becomes
    ```mlir
    linalg.copy ins(%a : memref<4x8xf32>) outs(%b : memref<4x8xf32, strided<[16, 1]>>)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

//===----------------------------------------------------------------------===//
// LinalgShareAmongThreads
//===----------------------------------------------------------------------===//

def LinalgShareAmongThreads : Pass<"linalg-share-among-threads", "::mlir::ModuleOp"> {
  let summary = "give each thread a part of what is done to many tokens";
  let description = [{
    Before, quantisation, epilogues, norms and the last product of a model are
    linalg ops on buffers, each done by one thread. After, an op of at least
    `least-iterations` iterations is done by all: a branch, where the number of
    tokens decides, and in it a parallel loop of as many parts as threads. Only a
    parallel loop of the op is cut, so that every element is computed as before
    and no result depends on the number of threads.

    The loop that is cut is the largest static parallel one of at least 256, in
    multiples of 64, or else the innermost of unknown size. Ops without such a
    loop, and those that use `linalg.index`, stay. The op itself goes to a
    function, which layers of the same shapes share. Ops in a parallel loop, the
    epilogues of products, are parts already and only go to functions.

    ```mlir
    linalg.generic … ins(%x : memref<?x2560xi32>) outs(%y : memref<?x2560xf32>) {…}
    ```
    becomes
    ```mlir
    %many = arith.cmpi uge, %iterations, %c65536
    scf.if %many {
      %threads = ternary.thread_count
      scf.forall (%i) in (%threads) {
        … memref.subview of the columns that are this thread's
        func.call @tokens_sitofp(%xi, %yi) : (memref<?x?xi32, …>, memref<?x?xf32, …>) -> ()
      }
    } else {
      … memref.cast to the types of the function
      func.call @tokens_sitofp(%xc, %yc) : (memref<?x?xi32, …>, memref<?x?xf32, …>) -> ()
    }
    ```
  }];
  let options = [
    Option<"leastIterations", "least-iterations", "int64_t", "65536",
           "Iterations that are worth the start of all threads">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::bitnet::ternary::TernaryDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryLowerThreadCount
//===----------------------------------------------------------------------===//

def TernaryLowerThreadCount : Pass<"ternary-lower-thread-count", "::mlir::ModuleOp"> {
  let summary = "ask OpenMP for the number of threads";
  let description = [{
    After it there is no `ternary.thread_count`: where the target's `threads` are
    0, each is a call of OpenMP's `omp_get_max_threads`, which a session sets;
    otherwise it is that number.

    ```mlir
    %n = ternary.thread_count
    ```
    becomes
    ```mlir
    %0 = func.call @omp_get_max_threads() : () -> i32
    %n = arith.index_cast %0 : i32 to index
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"];
}

//===----------------------------------------------------------------------===//
// LinalgTileTranspose
//===----------------------------------------------------------------------===//

def LinalgTileTranspose : Pass<"linalg-tile-transpose", "::mlir::func::FuncOp"> {
  let summary = "transpose matrices square by square in registers";
  let description = [{
    After, a `linalg.transpose` of a matrix in memory, whose rows are
    contiguous, is a loop over squares of 16 x 16 elements, each transposed by
    shuffles, and loops over the elements that are left. As plain
    loops, one side of every element is another cache line.

    ```mlir
    linalg.transpose ins(%in : memref<?x?xi32>) outs(%out : memref<?x?xi32>) permutation = [1, 0]
    ```
    becomes
    ```mlir
    scf.for %r = %c0 to %whole_rows step %c16 {
      scf.for %c = %c0 to %whole_columns step %c16 {
        %0 = vector.load %in[%r, %c] : memref<?x?xi32>, vector<16xi32>
        … 15 more, 64 times vector.shuffle, and 16 times vector.store
      }
      … memref.load, memref.store for the columns that are left
    }
    … and for the rows that are left
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// MemrefInlineScopes
//===----------------------------------------------------------------------===//

def MemrefInlineScopes : Pass<"memref-inline-scopes", "::mlir::func::FuncOp"> {
  let summary = "drop scopes of stack memory that allocate none";
  let description = [{
    Before, upstream's conversion to OpenMP has put the body of each parallel
    loop into a `memref.alloca_scope`, whose region is a single block for as long
    as it is there: loops in it cannot become branches. After, only scopes are
    left in which something is allocated on the stack. Upstream's canonicalization
    keeps those around calls too, although a call frees its stack itself.

    ```mlir
    memref.alloca_scope {
      func.call @f(%m) : (memref<4xf32>) -> ()
    }
    ```
    becomes
    ```mlir
    func.call @f(%m) : (memref<4xf32>) -> ()
    ```
  }];
}

//===----------------------------------------------------------------------===//
// ConvertTernaryToVector
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
    before the outermost of the `scf.for` loops around the op, or of those around a
    branch with it, inside of what threads share, so that each has its own, and
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

//===----------------------------------------------------------------------===//
// MemrefLowerExpandShape
//===----------------------------------------------------------------------===//

def MemrefLowerExpandShape : Pass<"memref-lower-expand-shape", "::mlir::func::FuncOp"> {
  let summary = "say expanded shapes with several unknown sizes as casts";
  let description = [{
    Before, a `memref.expand_shape` may split one dimension into several whose
    sizes are not static, which upstream's `expand-strided-metadata` cannot
    lower. After, each of those is a `memref.reinterpret_cast`; those that
    upstream lowers stay.

    ```mlir
    %1 = memref.expand_shape %0 [[0, 1], [2]] output_shape [%b, %s, 8]
      : memref<?x8xf32> into memref<?x?x8xf32>
    ```
    becomes
    ```mlir
    %base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %0 : memref<?x8xf32> -> …
    %stride = affine.apply affine_map<()[s0] -> (s0 * 8)>()[%s]
    %1 = memref.reinterpret_cast %base to offset: [0], sizes: [%b, %s, 8], strides: [%stride, 8, 1]
      : memref<f32> to memref<?x?x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // BITNET_PASSES_LLVMSTAGE_TD
