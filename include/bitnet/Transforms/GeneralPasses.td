//===- GeneralPasses.td - Transforms of upstream's ops ----*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each closes a gap between upstream's passes on the road. Of ternary networks
// they know no more than `ternary.thread_count`, the number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TRANSFORMS_GENERALPASSES_TD
#define BITNET_TRANSFORMS_GENERALPASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// LinalgDecomposeSoftmax
//===----------------------------------------------------------------------===//

def LinalgDecomposeSoftmax : Pass<"linalg-decompose-softmax", "::mlir::func::FuncOp"> {
  let summary = "say softmax in reductions and elementwise ops";
  let description = [{
    Before, there may be `linalg.softmax`; after, there is none: upstream's own
    decomposition of it, which has no pass of its own there, stands in its place.

    ```mlir
    %y = linalg.softmax dimension(1) ins(%x : tensor<?x8xf32>) outs(%0 : tensor<?x8xf32>)
    ```
    becomes
    ```mlir
    %max = linalg.generic …   // max_k x[m, k]
    %exp = linalg.generic …   // exp(x[m, k] - max[m])
    %sum = linalg.generic …   // sum_k exp[m, k]
    %y = linalg.generic …     // exp[m, k] / sum[m]
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

//===----------------------------------------------------------------------===//
// LinalgOrderMatmul
//===----------------------------------------------------------------------===//

def LinalgOrderMatmul : Pass<"linalg-order-matmul", "::mlir::func::FuncOp"> {
  let summary = "give products in float an order of loops that vectorises";
  let description = [{
    Before, a product that stayed in float (the last one of a language model, as
    a rule) is a `linalg.matmul`, whose loops run over rows, columns and depth.
    A sum over the depth in that order cannot be vectorised without changing its
    association. After, the columns are innermost: each sum is the same, term by
    term, and the columns lie in vector lanes.

    ```mlir
    %y = linalg.matmul ins(%a, %b : tensor<?x4xf32>, tensor<4x8xf32>) outs(%c : tensor<?x8xf32>)
    ```
    becomes
    ```mlir
    %y = linalg.generic {iterator_types = ["parallel", "reduction", "parallel"], …}
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
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

#endif // BITNET_TRANSFORMS_GENERALPASSES_TD
