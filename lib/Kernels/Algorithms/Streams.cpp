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
                                    int64_t count) {
  int64_t wordBytes = packing.rows * packing.wordBytes();
  for (int64_t byte = 0; byte < count * wordBytes; byte += 64) {
    Value thisWord = e.add(word, byte / wordBytes);
    Value row = e.index(byte % wordBytes / packing.wordBytes());
    memref::PrefetchOp::create(e, weights, ValueRange{block, thisWord, row},
                               /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  }
}

void bitnet::kernels::prefetchStreams(Emitter &e, const Shape &shape,
                                      const Streams &streams, Value weights,
                                      Value block, int64_t blocks, Value word,
                                      int64_t count) {
  int64_t distance = streams.prefetch * streams.rowBlocks / blocks;
  if (distance == 0)
    return;
  const bitnet::packing::Packing &packing = shape.packing;
  int64_t wordBytes = packing.rows * packing.wordBytes();
  Value ahead = e.add(word, std::max<int64_t>(1, distance / wordBytes));
  if (blocks > 1) {
    Value last = e.index(shape.words() - 1);
    Value past =
        arith::CmpIOp::create(e, arith::CmpIPredicate::ugt, ahead, last);
    Value skip = e.index((blocks - 1) * shape.words());
    Value none = e.index(0);
    ahead = e.add(ahead, e.select(past, skip, none));
  }
  for (int64_t b = 0; b < blocks; ++b)
    prefetchWords(e, packing, weights, e.add(block, b), ahead, count);
}

void bitnet::kernels::forEachTile(Emitter &e, const Streams &streams,
                                  Value weights, Value acc, int64_t mostTokens,
                                  function_ref<int64_t(int64_t)> fit,
                                  function_ref<void(const TilePlace &)> body) {
  auto emitBlocks = [&](Value block, int64_t count) {
    e.tiles(e.dim(acc, 0), mostTokens, [&](Value token, int64_t tokens) {
      // A power of two, as `count` is, so that no tile passes its end.
      uint64_t most = std::max<int64_t>(1, fit(tokens));
      int64_t blocks = std::min<int64_t>(llvm::bit_floor(most), count);
      if (blocks == count)
        return body({token, tokens, block, blocks});
      e.loop(block, e.add(block, count), blocks,
             [&](Value first) { body({token, tokens, first, blocks}); });
    });
  };
  Value blocks = e.dim(weights, 0);
  int64_t together = streams.rowBlocks;
  Value full = e.bitAnd(blocks, -together);
  e.loop(e.index(0), full, together,
         [&](Value block) { emitBlocks(block, together); });
  if (together > 1)
    e.loop(full, blocks, 1, [&](Value block) { emitBlocks(block, 1); });
}
