//===- TokenAccumulate.cpp - Lookup in memory, tokens in lanes ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a tile of tokens and a block of words:
//
//   build the table rows of the block's lookup units in scratch
//   for each row block:
//     gather the words of each row
//     for each row: sums of the tile += table row named by each unit
//
// The lookup is a plain load of a vector of tokens. A unit is as many indices
// as make up to four trits, addressed by their bits as they stand in the word,
// so no weight is decoded; table rows that no trits name are never written.
//
// A tile is a fixed number of tokens. Scalable registers take it four, two or
// one at a time; those that it does not fill are masked.
//
// Inputs of a scale group are a product of their own, whose sums are scaled and
// added to those of the groups before it as they leave the 16-bit sums.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"
#include "Tokens.h"

#include "bitnet/Support/Transpose.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <functional>

using namespace mlir;
using namespace bitnet::kernels;
using bitnet::packing::Packing;
using bitnet::ternary::LutMemoryAttr;

namespace {
/// The emitter of one kernel function.
class TokenAccumulate {
public:
  TokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                  LutMemoryAttr algorithm, ValueRange arguments);
  void emit();
  /// At most so many scalable registers of a tile at once.
  static constexpr int64_t kScalableRegisters = 4;

private:
  /// The column of a register of the tile, and which of its lanes are tokens
  /// of the tile.
  struct Lanes {
    Value column, mask;
  };
  /// A row of its block and of those whose sums lie in scratch, where they lie,
  /// the sums of the registers at hand, and the last number of words.
  struct Row {
    Value inBlock, inPass, sumsAt;
    Values sums;
    Value bits;
  };
  /// A block of words: its place, and whether it starts and flushes the sums.
  struct Block {
    Value word;
    int64_t count;
    bool first, last;
  };

  void emitRowBlocks(const Block &words);
  void emitRows(Value rowBlock, const Block &words);
  void emitRows(Value rowBlock, const Block &words, ArrayRef<Lanes> parts);
  Row startRow(Value rowBlock, Value inBlock, bool first,
               ArrayRef<Lanes> parts);
  void addWord(Row &row, Value rowBlock, const Block &words, int64_t w,
               ArrayRef<Lanes> parts);
  void endRow(const Row &row, bool last, ArrayRef<Lanes> parts);
  /// Adds scaled sums, i32, of a row to the total of the scale groups.
  void addScaled(Value row, Value sums, const Lanes &part);
  void emitScaling();
  void emitBlock(const Block &words) {
    Value firstUnit = e.scale(words.word, unit.perWord);
    Value input = e.scale(firstUnit, unit.trits);
    emitTokenTables(e, isa, unit, tile, activations,
                    firstInput ? e.add(firstInput, input) : input, token,
                    words.count * unit.perWord, scratch);
    emitRowBlocks(words);
  }
  void emitChunk(Value begin, int64_t size);
  void emitWords();
  void emitScaleGroups();
  void transpose();
  /// A register of the tile, from its boundary in scratch.
  Value load(Value base, const Lanes &part) {
    return e.loadVector(lanes, scratch, e.add(base, part.column), lanes * 2,
                        part.mask);
  }
  Value zeroIf(Value isFirst, Value total) {
    return e.select(isFirst, e.zero(total.getType()), total);
  }

  Emitter &e;
  const Isa &isa;
  const Shape &shape;
  const Packing &packing;
  LookupUnit unit;
  Value activations, weights, scales, acc, scratch, wide, numbers, totals;
  int64_t lanes, tile, blockWords, chunkWords, sumsOffset;
  RowWords rowWords;
  // The current tile and row blocks, and whether these are their first words.
  Value token, firstBlock, endBlock, firstChunk;
  // The scale group and its inputs, and whether it is the first.
  Value scaleGroup, firstInput, firstGroup;
};
} // namespace

TokenAccumulate::TokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                                 LutMemoryAttr algorithm, ValueRange arguments)
    : e(e), isa(isa), shape(shape), packing(shape.packing), unit(packing),
      lanes(isa.lanes(16)), tile(algorithm.getTokenTile()),
      blockWords(wordsPerBlock(shape, algorithm)),
      rowWords(shape, isa, algorithm, blockWords) {
  auto next = [&] {
    Value argument = arguments.front();
    arguments = arguments.drop_front();
    return argument;
  };
  activations = next();
  weights = next();
  if (shape.scaleGroups)
    scales = next();
  acc = next();
  scratch = next();
  wide = next();
  if (rowWords.isGathered())
    numbers = next();
  totals = shape.scaleGroups && !areSumsShort(shape) ? next() : wide;
  // Whole blocks, unless all words make one chunk.
  chunkWords = areSumsShort(shape)
                   ? shape.words()
                   : wordsPerFlush(packing) / blockWords * blockWords;
  sumsOffset = blockWords * unit.perWord * unit.rows * tile;
}

/// Adds the block's table rows to the sums of every weight row. The first block
/// of a chunk starts them, the last flushes them to the accumulator.
void TokenAccumulate::emitRowBlocks(const Block &words) {
  e.loop(firstBlock, endBlock, 1, [&](Value block) {
    if (rowWords.isGathered())
      rowWords.emitGather(e, weights, block, words.word, words.count, numbers);
    // Row blocks are far from each other: no processor expects the next one.
    prefetchWords(e, packing, weights, e.add(block, 1), words.word,
                  words.count);
    emitRows(block, words);
  });
}

/// The rows of a block, with the registers of the tile.
void TokenAccumulate::emitRows(Value rowBlock, const Block &words) {
  if (!e.isScalable) {
    SmallVector<Lanes> parts;
    for (int64_t column = 0; column < tile; column += lanes)
      parts.push_back({e.index(column), /*mask=*/{}});
    return emitRows(rowBlock, words, parts);
  }
  Value none = e.index(0), all = e.index(tile);
  std::function<void(int64_t)> emitFor = [&](int64_t registers) {
    if (registers == 0)
      return e.registers(all, lanes, [&](Value column, Value mask) {
        emitRows(rowBlock, words, {{column, mask}});
      });
    Value span = e.lanesOf(lanes, registers);
    auto emitWhole = [&] {
      e.loop(none, all, span, [&](Value column) {
        SmallVector<Lanes> parts;
        for (int64_t v = 0; v < registers; ++v)
          parts.push_back({e.add(column, e.lanesOf(lanes, v)), /*mask=*/{}});
        emitRows(rowBlock, words, parts);
      });
    };
    Value rest = arith::RemUIOp::create(e, all, span);
    e.branch(e.equal(rest, 0), emitWhole, [&] { emitFor(registers / 2); });
  };
  emitFor(kScalableRegisters);
}

/// Some rows at once: their chains of sums do not wait for each other.
void TokenAccumulate::emitRows(Value rowBlock, const Block &words,
                               ArrayRef<Lanes> parts) {
  int64_t together = rowWords.rowsTogether();
  e.loop(e.index(0), e.index(packing.rows), together, [&](Value r) {
    SmallVector<Row> rows;
    for (int64_t i = 0; i < together; ++i)
      rows.push_back(startRow(rowBlock, e.add(r, i), words.first, parts));
    for (int64_t w = 0; w < words.count; ++w)
      for (Row &row : rows)
        addWord(row, rowBlock, words, w, parts);
    for (const Row &row : rows)
      endRow(row, words.last, parts);
  });
}

TokenAccumulate::Row TokenAccumulate::startRow(Value rowBlock, Value inBlock,
                                               bool first,
                                               ArrayRef<Lanes> parts) {
  Value inPass =
      e.add(e.scale(e.sub(rowBlock, firstBlock), packing.rows), inBlock);
  Row row{inBlock, inPass, e.add(e.scale(inPass, tile), sumsOffset), {}, {}};
  for (const Lanes &part : parts)
    row.sums.push_back(first ? e.constant(e.vectorType(lanes, 16), 0)
                             : load(row.sumsAt, part));
  return row;
}

/// Word `w` of the block.
void TokenAccumulate::addWord(Row &row, Value rowBlock, const Block &words,
                              int64_t w, ArrayRef<Lanes> parts) {
  int64_t inNumber = w % rowWords.wordsTogether();
  if (inNumber == 0)
    row.bits = rowWords.isGathered()
                   ? rowWords.load(e, numbers, w, row.inBlock)
                   : e.toIndex(e.load(weights, {rowBlock, e.add(words.word, w),
                                                row.inBlock}));
  for (unsigned u = 0; u < unit.perWord; ++u) {
    unsigned bit = inNumber * packing.wordBits + u * unit.bits;
    Value entry = e.shiftRight(row.bits, bit);
    if (bit + unit.bits < rowWords.numberBits())
      entry = e.bitAnd(entry, (1 << unit.bits) - 1);
    int64_t table = (w * unit.perWord + u) * unit.rows * tile;
    Value at = e.add(e.scale(entry, tile), table);
    Values found;
    if (e.isScalable)
      for (const Lanes &part : parts)
        found.push_back(load(at, part));
    else
      found = isa.loadRow(e, scratch, at, parts.size());
    for (auto [sum, value] : llvm::zip_equal(row.sums, found))
      sum = e.add(sum, value);
  }
}

void TokenAccumulate::endRow(const Row &row, bool last, ArrayRef<Lanes> parts) {
  for (auto [sum, part] : llvm::zip_equal(row.sums, parts)) {
    if (!last) {
      e.storeVector(sum, scratch, e.add(row.sumsAt, part.column), part.mask);
      continue;
    }
    Value sum32 = e.extendSigned(sum, 32);
    if (scales && areSumsShort(shape)) {
      addScaled(row.inPass, sum32, part);
      continue;
    }
    // What stands there before the first chunk is of no account.
    Value total =
        e.loadVector(lanes, wide, {row.inPass, part.column}, 0, part.mask);
    total = e.add(zeroIf(firstChunk, total), sum32);
    e.storeVector(total, wide, {row.inPass, part.column}, part.mask);
  }
}

void TokenAccumulate::addScaled(Value row, Value sums, const Lanes &part) {
  Value total = e.loadVector(lanes, totals, {row, part.column}, 0, part.mask);
  Value column = e.add(e.scale(firstBlock, packing.rows), row);
  Value scale = e.broadcast(e.load(scales, {scaleGroup, column}), lanes);
  Value floats = arith::SIToFPOp::create(e, total.getType(), sums);
  Value scaled = arith::MulFOp::create(e, floats, scale);
  total = arith::AddFOp::create(e, zeroIf(firstGroup, total), scaled);
  e.storeVector(total, totals, {row, part.column}, part.mask);
}

/// The 32-bit sums of a scale group that has several chunks.
void TokenAccumulate::emitScaling() {
  Value rows = e.scale(e.sub(endBlock, firstBlock), packing.rows);
  e.loop(rows, [&](Value row) {
    e.registers(e.index(tile), lanes, [&](Value column, Value mask) {
      Value sums = e.loadVector(lanes, wide, {row, column}, 0, mask);
      addScaled(row, sums, {column, mask});
    });
  });
}

/// The words whose sums fit 16 bits together.
void TokenAccumulate::emitChunk(Value begin, int64_t size) {
  int64_t blocks = (size + blockWords - 1) / blockWords;
  int64_t lastBegin = (blocks - 1) * blockWords;
  if (blocks == 1)
    return emitBlock({begin, size, /*first=*/true, /*last=*/true});
  emitBlock({begin, blockWords, /*first=*/true, /*last=*/false});
  Value middle = e.add(begin, blockWords), end = e.add(begin, lastBegin);
  if (blocks > 2)
    e.loop(middle, end, blockWords, [&](Value word) {
      emitBlock({word, blockWords, /*first=*/false, /*last=*/false});
    });
  emitBlock({end, size - lastBegin, /*first=*/false, /*last=*/true});
}

/// All words of the depth, or of a scale group.
void TokenAccumulate::emitWords() {
  e.chunks(shape.words(), chunkWords, [&](Value begin, int64_t size) {
    firstChunk = e.equal(begin, 0);
    emitChunk(begin, size);
  });
}

void TokenAccumulate::emitScaleGroups() {
  Value whole = weights;
  auto type = cast<MemRefType>(whole.getType());
  SmallVector<OpFoldResult> offsets(3, e.getIndexAttr(0)),
      strides(3, e.getIndexAttr(1)),
      sizes = {e.dim(whole, 0), e.getIndexAttr(shape.words()),
               e.getIndexAttr(type.getDimSize(2))};
  e.loop(e.index(shape.scaleGroups), [&](Value group) {
    scaleGroup = group;
    firstGroup = e.equal(group, 0);
    firstInput = e.scale(group, shape.depth);
    offsets[1] = e.scale(group, shape.words());
    weights = memref::SubViewOp::create(e, whole, offsets, sizes, strides);
    emitWords();
    if (!areSumsShort(shape))
      emitScaling();
  });
  weights = whole;
}

/// The sums of the rows of this pass, token by token into the accumulator,
/// while they are in the cache.
void TokenAccumulate::transpose() {
  Value rows = e.scale(e.sub(endBlock, firstBlock), packing.rows);
  Value rest = e.sub(e.dim(acc, 0), token);
  Value count = arith::MinUIOp::create(e, rest, e.index(tile));
  auto view = [&](Value source, ArrayRef<OpFoldResult> offsets,
                  ArrayRef<OpFoldResult> sizes) -> Value {
    SmallVector<OpFoldResult> strides(2, e.getIndexAttr(1));
    return memref::SubViewOp::create(e, source, offsets, sizes, strides);
  };
  OpFoldResult none = e.getIndexAttr(0);
  Value firstRow = e.scale(firstBlock, packing.rows);
  Value from = view(totals, {none, none}, {rows, e.getIndexAttr(tile)});
  Value to = view(acc, {token, firstRow}, {count, rows});
  bitnet::emitPaddedTranspose(e, from, to, count);
}

void TokenAccumulate::emit() {
  Value blocks = e.dim(weights, 0);
  int64_t pass = blocksPerPass(packing);
  Value zeroTokens = e.index(0), tokens = e.dim(acc, 0);
  e.loop(zeroTokens, tokens, tile, [&](Value tileBegin) {
    token = tileBegin;
    e.loop(e.index(0), blocks, pass, [&](Value passBegin) {
      firstBlock = passBegin;
      endBlock = arith::MinUIOp::create(e, e.add(firstBlock, pass), blocks);
      if (shape.scaleGroups)
        emitScaleGroups();
      else
        emitWords();
      transpose();
    });
  });
}

void bitnet::kernels::emitTokenAccumulate(Emitter &e, const Isa &isa,
                                          const Shape &shape,
                                          LutMemoryAttr algorithm,
                                          ValueRange arguments) {
  TokenAccumulate(e, isa, shape, algorithm, arguments).emit();
}
