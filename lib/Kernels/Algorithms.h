//===- Algorithms.h - The bodies of kernel functions ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each emits the body of one kernel function; `arguments` are the operands of
// the kernel op of that name. Sums are exact: those of 16 bits are flushed to
// 32 bits before they can overflow.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ALGORITHMS_H
#define LIB_KERNELS_ALGORITHMS_H

#include "Isa.h"

namespace bitnet::kernels {

/// Words whose signed sums of activations fit 16 bits together: an activation
/// has a magnitude of up to 128, also once widened.
inline int64_t wordsPerFlush(const packing::Packing &packing) {
  return 32767 / 128 / packing.tritsPerWord();
}

/// The packing's parameters beside the matrix's depth, which fixes the loops.
struct Shape {
  packing::Packing packing;
  int64_t rows = 0, depth = 0;

  explicit Shape(ternary::PackingAttr attribute)
      : packing(attribute.getPacking()), rows(attribute.getLogicalRows()),
        depth(attribute.getLogicalDepth()) {}
  int64_t words() const { return packing.words(depth); }
  int64_t groups() const { return words() * packing.indicesPerWord(); }
};

void emitLutBuild(Emitter &e, const Isa &isa, const Shape &shape,
                  mlir::ValueRange arguments);
void emitLutAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                       ternary::KernelAttr kernel, mlir::ValueRange arguments);
void emitAddAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                       mlir::ValueRange arguments);
void emitDotAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                       ternary::KernelAttr kernel, mlir::ValueRange arguments);
void emitTokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                         ternary::KernelAttr kernel,
                         mlir::ValueRange arguments);

/// What rows-in-lanes kernels compute at once, in registers.
struct TilePlace {
  mlir::Value token;
  int64_t tokens;
  mlir::Value block;
  int64_t blocks;
};

/// Cuts a product into such tiles: `row_blocks` at a time, and for these all
/// tokens before the next ones. `fit` says for how many blocks the sums of some
/// tokens, at most `mostTokens`, find registers.
void forEachTile(Emitter &e, ternary::KernelAttr kernel, mlir::Value weights,
                 mlir::Value acc, int64_t mostTokens,
                 llvm::function_ref<int64_t(int64_t tokens)> fit,
                 llvm::function_ref<void(const TilePlace &)> body);

/// Asks for the `count` words that lie ahead of `word` in each of `blocks` row
/// blocks from `block` on, which are read at once, each a sequential stream.
/// Past its end a stream goes on in the row block that its successor starts
/// with. Fewer blocks than the tuning is for are read faster, so further ahead.
void prefetchStreams(Emitter &e, const Shape &shape, ternary::KernelAttr kernel,
                     mlir::Value weights, mlir::Value block, int64_t blocks,
                     mlir::Value word, int64_t count);

/// Rows whose sums `token_accumulate` keeps at a time.
int64_t tokenRowsPerPass(const Shape &shape);
/// Number of i16 elements of its scratch.
int64_t tokenScratchSize(const Shape &shape, ternary::KernelAttr kernel);

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ALGORITHMS_H
