//===- TokenScratch.cpp - Buffers of token_accumulate ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"
#include "Tokens.h"

using namespace mlir;
using namespace bitnet::kernels;
using bitnet::packing::Packing;
using bitnet::ternary::LutMemoryAttr;

int64_t bitnet::kernels::blocksPerPass(const Packing &packing) {
  return std::max<int64_t>(1, 2048 / packing.rows);
}

int64_t bitnet::kernels::wordsPerBlock(const Shape &shape,
                                       LutMemoryAttr algorithm) {
  LookupUnit unit(shape.packing);
  int64_t wordBytes =
      unit.perWord * unit.usedRows * algorithm.getTokenTile() * 2;
  return std::clamp<int64_t>(
      algorithm.getTableBytes() / wordBytes, 1,
      std::min(wordsPerFlush(shape.packing), shape.words()));
}

bool bitnet::kernels::areSumsShort(const Shape &shape) {
  return shape.words() <= wordsPerFlush(shape.packing);
}

int64_t bitnet::kernels::tokenRowsPerPass(const Shape &shape) {
  return shape.packing.rows * std::min(blocksPerPass(shape.packing),
                                       shape.packing.rowBlocks(shape.rows));
}

SmallVector<MemRefType>
bitnet::kernels::tokenScratchTypes(const Shape &shape, const Isa &isa,
                                   LutMemoryAttr algorithm) {
  Builder b(algorithm.getContext());
  LookupUnit unit(shape.packing);
  int64_t words = wordsPerBlock(shape, algorithm);
  int64_t rows = tokenRowsPerPass(shape), tile = algorithm.getTokenTile();
  int64_t tables = words * unit.perWord * unit.rows;
  // Tables and 16-bit sums, and the wider sums of a tile row by row, before
  // they are transposed.
  Type i32 = b.getI32Type(), f32 = b.getF32Type();
  bool areScaled = shape.scaleGroups != 0, areShort = areSumsShort(shape);
  SmallVector<MemRefType> types = {
      MemRefType::get({(tables + rows) * tile}, b.getI16Type()),
      MemRefType::get({rows, tile}, areScaled && areShort ? f32 : i32)};
  RowWords rowWords(shape, isa, algorithm, words);
  if (rowWords.isGathered())
    types.push_back(rowWords.getBufferType(algorithm.getContext()));
  if (areScaled && !areShort)
    types.push_back(MemRefType::get({rows, tile}, f32));
  return types;
}
