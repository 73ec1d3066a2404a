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

#include "bitnet/Support/Transpose.h"

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
      for (auto [i, line] :
           llvm::enumerate(interleaveLines(e, std::move(lines))))
        vector::StoreOp::create(
            e, vector::BitCastOp::create(e, rows, line).getResult(), buffer,
            ValueRange{e.index(first / together),
                       e.add(row, i * rows.getNumElements())});
    }
  });
}

Value RowWords::load(Emitter &e, Value buffer, int64_t first, Value row) const {
  return e.toIndex(e.load(buffer, {e.index(first / together), row}));
}
