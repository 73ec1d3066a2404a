//===- Streams.cpp - Row blocks as streams of weights ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bitnet::kernels;

void bitnet::kernels::prefetchWords(Emitter &e,
                                    const bitnet::packing::Packing &packing,
                                    Value weights, Value block, Value word,
                                    int64_t count, Value firstRow) {
  int64_t wordBytes = packing.rows * packing.wordBytes();
  for (int64_t byte = 0; byte < count * wordBytes; byte += 64) {
    Value thisWord = e.add(word, byte / wordBytes);
    Value row = e.index(byte % wordBytes / packing.wordBytes());
    if (firstRow)
      row = e.add(firstRow, row);
    memref::PrefetchOp::create(e, weights, ValueRange{block, thisWord, row},
                               /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  }
}

Value TilePlace::blockOf(Emitter &e, int64_t stream) const {
  return stream == 0 ? block : e.add(block, e.scale(apart, stream));
}

/// The rows from one row block to the next one.
static Value rowsOfBlock(Emitter &e, Value weights) {
  auto type = cast<MemRefType>(weights.getType());
  int64_t stride = type.getStridesAndOffset().first.front();
  if (!ShapedType::isDynamic(stride))
    return e.index(stride);
  return memref::ExtractStridedMetadataOp::create(e, weights)
      .getStrides()
      .front();
}

void bitnet::kernels::prefetchStreams(Emitter &e, const Shape &shape,
                                      const Streams &streams, Value weights,
                                      const TilePlace &tile, Value word,
                                      int64_t count) {
  int64_t distance = streams.prefetch * streams.rowBlocks / tile.blocks;
  if (distance == 0)
    return;
  const bitnet::packing::Packing &packing = shape.packing;
  int64_t wordBytes = packing.rows * packing.wordBytes();
  Value ahead = e.add(word, std::max<int64_t>(1, distance / wordBytes));
  // Past the end of its block a stream goes on where the next one begins.
  Value further = arith::MulIOp::create(e, tile.next, rowsOfBlock(e, weights));
  Value gap = e.sub(further, e.index(shape.allWords() * packing.rows));
  Value last = e.index(shape.allWords() - 1);
  Value past = arith::CmpIOp::create(e, arith::CmpIPredicate::ugt, ahead, last);
  Value row = e.select(past, gap, e.index(0));
  for (int64_t b = 0; b < tile.blocks; ++b)
    prefetchWords(e, packing, weights, tile.blockOf(e, b), ahead, count, row);
}

/// Whether row blocks lie one behind the other.
static bool isContiguous(Value weights) {
  auto type = cast<MemRefType>(weights.getType());
  SmallVector<int64_t> strides = type.getStridesAndOffset().first;
  return strides[0] == strides[1] * type.getDimSize(1);
}

void bitnet::kernels::forEachTile(Emitter &e, const Streams &streams,
                                  Value weights, Value acc, int64_t mostTokens,
                                  function_ref<int64_t(int64_t)> fit,
                                  function_ref<void(const TilePlace &)> body) {
  Value one = e.index(1), tokens = e.dim(acc, 0);
  auto emitBlocks = [&](Value block, int64_t count, Value apart, Value next) {
    e.tiles(tokens, mostTokens, [&](Value token, int64_t someTokens) {
      // A power of two, as `count` is, so that no tile passes its end.
      uint64_t most = std::max<int64_t>(1, fit(someTokens));
      int64_t blocks = std::min<int64_t>(llvm::bit_floor(most), count);
      if (blocks == count)
        return body({token, someTokens, block, blocks, apart, next});
      Value last = e.index(count);
      e.loop(e.index(0), last, blocks, [&](Value stream) {
        Value first = e.add(block, arith::MulIOp::create(e, apart, stream));
        body({token, someTokens, first, blocks, apart, e.index(blocks)});
      });
    });
  };
  Value blocks = e.dim(weights, 0);
  int64_t together = streams.rowBlocks;
  Value each = e.shiftRight(blocks, llvm::Log2_64(together));
  Value full = e.scale(each, together);
  // Up to how many tokens all streams are read at once.
  int64_t limit = mostTokens;
  while (limit > 0 && fit(limit) < together)
    limit /= 2;
  Value apart = one, next = e.index(together), end = full;
  if (limit > 0 && isContiguous(weights)) {
    Value isFew = e.constant(e.getI1Type(), 1);
    if (limit < mostTokens)
      isFew = arith::CmpIOp::create(e, arith::CmpIPredicate::ule, tokens,
                                    e.index(limit));
    apart = e.select(isFew, each, apart);
    next = e.select(isFew, one, next);
    end = e.select(isFew, each, end);
  }
  e.loop(e.index(0), end, next,
         [&](Value block) { emitBlocks(block, together, apart, next); });
  if (together > 1)
    e.loop(full, blocks, 1,
           [&](Value block) { emitBlocks(block, 1, one, one); });
}
