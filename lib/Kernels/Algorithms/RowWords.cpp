//===- RowWords.cpp - Neighbouring words of a row as one number -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the packing, words of the same depth of all rows of a block lie side by
// side. Who reads a row's words one after the other wants them in one load:
// words of 128 bits of rows are interleaved, whatever the registers of the
// instruction set are.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

RowWords::RowWords(const Shape &shape, const Isa &isa,
                   ternary::LutMemoryAttr algorithm, int64_t words)
    : packing(shape.packing) {
  constexpr int64_t mostRegisters = 2, mostBits = 64;
  if (!isa.isScalable() &&
      algorithm.getTokenTile() <= mostRegisters * isa.lanes(16) &&
      packing.rows % (128 / packing.wordBits) == 0)
    together = std::min<int64_t>(mostBits / packing.wordBits,
                                 llvm::PowerOf2Ceil(words));
  numbers = llvm::divideCeilSigned(words, together);
}

MemRefType RowWords::getBufferType(MLIRContext *context) const {
  auto number = IntegerType::get(context, together * packing.wordBits);
  return MemRefType::get({numbers, int64_t(packing.rows)}, number);
}

/// Element by element from one vector and the other: those of their lower or
/// upper halves.
static Value interleaveHalves(Emitter &e, Value first, Value second,
                              bool upper) {
  int64_t lanes = cast<VectorType>(first.getType()).getNumElements();
  SmallVector<int64_t> mask;
  for (int64_t i = 0; i < lanes / 2; ++i) {
    int64_t lane = upper ? i + lanes / 2 : i;
    mask.append({lane, lane + lanes});
  }
  return vector::ShuffleOp::create(e, first, second, mask);
}

void RowWords::emitGather(Emitter &e, Value weights, Value block, Value word,
                          int64_t count, Value buffer) const {
  auto number =
      cast<IntegerType>(cast<MemRefType>(buffer.getType()).getElementType());
  int64_t lanes = 128 / packing.wordBits;
  auto words = VectorType::get({lanes}, e.getIntegerType(packing.wordBits));
  auto rows = VectorType::get({128 / int64_t(number.getWidth())}, number);
  e.loop(e.index(0), e.index(packing.rows), lanes, [&](Value row) {
    for (int64_t first = 0; first < count; first += together) {
      Values lines;
      for (int64_t w = first; w < first + together; ++w)
        lines.push_back(w < count ? vector::LoadOp::create(
                                        e, words, weights,
                                        ValueRange{block, e.add(word, w), row})
                                        .getResult()
                                  : e.constant(words, 0));
      // As in a transposition of a square, of which these are some lines.
      for (int64_t round = 1; round < together; round *= 2) {
        Values interleaved;
        for (int64_t i = 0; i < together / 2; ++i)
          for (bool upper : {false, true})
            interleaved.push_back(
                interleaveHalves(e, lines[i], lines[i + together / 2], upper));
        lines = interleaved;
      }
      for (auto [i, line] : llvm::enumerate(lines))
        vector::StoreOp::create(
            e, vector::BitCastOp::create(e, rows, line).getResult(), buffer,
            ValueRange{e.index(first / together),
                       e.add(row, i * rows.getNumElements())});
    }
  });
}

void RowWords::emitPrefetch(Emitter &e, Value weights, Value block, Value word,
                            int64_t count) const {
  int64_t perLine = 64 / packing.wordBytes();
  for (int64_t w = 0; w < count; ++w)
    for (int64_t row = 0; row < int64_t(packing.rows); row += perLine)
      memref::PrefetchOp::create(
          e, weights, ValueRange{block, e.add(word, w), e.index(row)},
          /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
}

Value RowWords::load(Emitter &e, Value buffer, int64_t first, Value row) const {
  return e.toIndex(e.load(buffer, {e.index(first / together), row}));
}
