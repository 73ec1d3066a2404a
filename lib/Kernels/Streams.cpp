//===- Streams.cpp - Weights on their way from memory ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace bitnet::kernels;

void bitnet::kernels::prefetchStreams(Emitter &e, const Shape &shape,
                                      bitnet::ternary::KernelAttr kernel,
                                      Value weights, Value block,
                                      int64_t blocks, Value word,
                                      int64_t count) {
  int64_t distance = kernel.getPrefetch() * kernel.getRowBlocks() / blocks;
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
  for (int64_t b = 0; b < blocks; ++b) {
    Value thisBlock = e.add(block, b);
    for (int64_t byte = 0; byte < count * wordBytes; byte += 64) {
      Value thisWord = e.add(ahead, byte / wordBytes);
      Value row = e.index(byte % wordBytes / packing.wordBytes());
      memref::PrefetchOp::create(e, weights,
                                 ValueRange{thisBlock, thisWord, row},
                                 /*isWrite=*/false, /*localityHint=*/3,
                                 /*isDataCache=*/true);
    }
  }
}
