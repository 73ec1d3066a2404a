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
//   for each weight row:
//     sums of the tile += table row named by each unit of the row's words
//
// The lookup is a plain load of a vector of tokens. A unit is as many indices
// as make up to four trits, addressed by their bits as they stand in the word,
// so no weight is decoded; table rows that no trits name are never written.
//
// A tile is a fixed number of tokens. Scalable registers take it four, two or
// one at a time; those that it does not fill are masked.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Support/Transpose.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <functional>

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The part of a word that names one table row.
struct Unit {
  unsigned indices = 1, bits, trits, perWord;
  /// How far the table row moves when a trit grows by one.
  SmallVector<int64_t> strides;
  /// Table rows that the bits can name, and those that trits do.
  int64_t rows = 1, usedRows = 1;

  explicit Unit(const bitnet::packing::Packing &packing) {
    while (packing.indicesPerWord() % (indices * 2) == 0 &&
           packing.group * indices * 2 <= 4 &&
           packing.indexBits * indices * 2 <= 16)
      indices *= 2;
    bits = indices * packing.indexBits;
    trits = indices * packing.group;
    perWord = packing.indicesPerWord() / indices;
    for (unsigned i = 0; i < trits; ++i) {
      if (i % packing.group == 0)
        strides.push_back(int64_t(1)
                          << (i / packing.group * packing.indexBits));
      else
        strides.push_back(strides.back() * 3);
      rows += 2 * strides.back();
      usedRows *= 3;
    }
  }
};

/// The emitter of one kernel function.
class TokenAccumulate {
public:
  TokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                  bitnet::ternary::LutMemoryAttr algorithm,
                  ValueRange arguments);
  void emit();
  /// At most so many scalable registers of a tile at once.
  static constexpr int64_t kScalableRegisters = 4;
  static int64_t wordsPerBlock(const bitnet::packing::Packing &packing,
                               bitnet::ternary::LutMemoryAttr algorithm) {
    Unit unit(packing);
    int64_t wordBytes =
        unit.perWord * unit.usedRows * algorithm.getTokenTile() * 2;
    return std::clamp<int64_t>(algorithm.getTableBytes() / wordBytes, 1,
                               wordsPerFlush(packing));
  }
  /// Row blocks whose sums lie in scratch at a time: the second-level cache
  /// holds them, and tables are built again for the next ones.
  static int64_t blocksPerPass(const bitnet::packing::Packing &packing) {
    return std::max<int64_t>(1, 2048 / packing.rows);
  }

private:
  void emitTables(Value word, int64_t count);
  void emitRows(Value word, int64_t count, bool first, bool last);
  /// The column of a register of the tile, and which of its lanes are tokens
  /// of the tile.
  struct Lanes {
    Value column, mask;
  };
  void emitRows(Value word, int64_t count, bool first, bool last,
                ArrayRef<Lanes> parts);
  void emitBlock(Value word, int64_t count, bool first, bool last) {
    emitTables(word, count);
    emitRows(word, count, first, last);
  }
  void emitChunk(Value begin, int64_t size);
  void transpose();
  void buildRows(ValueRange x, unsigned trits, Value sum, Value base,
                 int64_t row, Value mask);

  Emitter &e;
  const Isa &isa;
  const Shape &shape;
  const bitnet::packing::Packing &packing;
  Unit unit;
  Value activations, weights, acc, scratch, wide;
  int64_t lanes, tile, blockWords, chunkWords, sumsOffset;
  // The current tile and row blocks, and whether these are their first words.
  Value token, firstBlock, endBlock, firstChunk;
};
} // namespace

TokenAccumulate::TokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                                 bitnet::ternary::LutMemoryAttr algorithm,
                                 ValueRange arguments)
    : e(e), isa(isa), shape(shape), packing(shape.packing), unit(packing),
      activations(arguments[0]), weights(arguments[1]), acc(arguments[2]),
      scratch(arguments[3]), wide(arguments[4]), lanes(isa.lanes(16)),
      tile(algorithm.getTokenTile()),
      blockWords(wordsPerBlock(packing, algorithm)) {
  chunkWords = wordsPerFlush(packing) / blockWords * blockWords;
  sumsOffset = blockWords * unit.perWord * unit.rows * tile;
}

/// Writes the rows of all values of the lowest `trits` trits, each one add away
/// from another: `sum` is that of the current `row`, where they are -1.
void TokenAccumulate::buildRows(ValueRange x, unsigned trits, Value sum,
                                Value base, int64_t row, Value mask) {
  if (trits == 0)
    return e.storeVector(sum, scratch, e.add(base, row * tile), mask);
  for (int digit = 0; digit < 3; ++digit) {
    buildRows(x, trits - 1, sum, base, row + digit * unit.strides[trits - 1],
              mask);
    if (digit == 2)
      return;
    sum = e.add(sum, x[trits - 1]);
    // The lower trits stay at -1 in `sum`, so the next row starts from it.
  }
}

void TokenAccumulate::emitTables(Value word, int64_t count) {
  Value firstUnit = e.scale(word, unit.perWord);
  e.loop(e.index(count * unit.perWord), [&](Value u) {
    Value depth = e.scale(e.add(firstUnit, u), unit.trits);
    Value table = e.scale(u, unit.rows * tile);
    e.registers(e.index(tile), lanes, [&](Value lane, Value mask) {
      Values x;
      Value sum = e.constant(e.vectorType(lanes, 16), 0);
      for (unsigned trit = 0; trit < unit.trits; ++trit) {
        Value bytes = e.loadVector(lanes, activations,
                                   {e.add(depth, trit), e.add(token, lane)},
                                   /*alignment=*/0, mask);
        x.push_back(e.extendSigned(bytes, 16));
        sum = e.sub(sum, x.back());
      }
      buildRows(x, unit.trits, sum, e.add(table, lane), 0, mask);
    });
  });
}

/// Adds the block's table rows to the sums of every weight row. The first block
/// of a chunk starts them, the last flushes them to the accumulator.
void TokenAccumulate::emitRows(Value word, int64_t count, bool first,
                               bool last) {
  if (!e.isScalable) {
    SmallVector<Lanes> parts;
    for (int64_t column = 0; column < tile; column += lanes)
      parts.push_back({e.index(column), /*mask=*/{}});
    return emitRows(word, count, first, last, parts);
  }
  Value none = e.index(0), all = e.index(tile);
  std::function<void(int64_t)> emitFor = [&](int64_t registers) {
    if (registers == 0)
      return e.registers(all, lanes, [&](Value column, Value mask) {
        emitRows(word, count, first, last, {{column, mask}});
      });
    Value span = e.lanesOf(lanes, registers);
    auto emitWhole = [&] {
      e.loop(none, all, span, [&](Value column) {
        SmallVector<Lanes> parts;
        for (int64_t v = 0; v < registers; ++v)
          parts.push_back({e.add(column, e.lanesOf(lanes, v)), /*mask=*/{}});
        emitRows(word, count, first, last, parts);
      });
    };
    Value rest = arith::RemUIOp::create(e, all, span);
    e.branch(e.equal(rest, 0), emitWhole, [&] { emitFor(registers / 2); });
  };
  emitFor(kScalableRegisters);
}

void TokenAccumulate::emitRows(Value word, int64_t count, bool first, bool last,
                               ArrayRef<Lanes> parts) {
  e.loop(firstBlock, endBlock, 1, [&](Value block) {
    Value passRow = e.scale(e.sub(block, firstBlock), packing.rows);
    e.loop(e.index(packing.rows), [&](Value r) {
      Value row = e.add(passRow, r);
      Value sumsAt = e.add(e.scale(row, tile), sumsOffset);
      auto load = [&](Value base, const Lanes &part) {
        return e.loadVector(lanes, scratch, e.add(base, part.column), lanes * 2,
                            part.mask);
      };
      Values sums;
      for (const Lanes &part : parts)
        sums.push_back(first ? e.constant(e.vectorType(lanes, 16), 0)
                             : load(sumsAt, part));
      for (int64_t w = 0; w < count; ++w) {
        Value bits = e.toIndex(e.load(weights, {block, e.add(word, w), r}));
        for (unsigned u = 0; u < unit.perWord; ++u) {
          Value row = e.shiftRight(bits, u * unit.bits);
          if (unit.bits < packing.wordBits)
            row = e.bitAnd(row, (1 << unit.bits) - 1);
          int64_t table = (w * unit.perWord + u) * unit.rows * tile;
          Value at = e.add(e.scale(row, tile), table);
          Values found;
          if (e.isScalable)
            for (const Lanes &part : parts)
              found.push_back(load(at, part));
          else
            found = isa.loadRow(e, scratch, at, parts.size());
          for (auto [sum, value] : llvm::zip_equal(sums, found))
            sum = e.add(sum, value);
        }
      }
      for (auto [sum, part] : llvm::zip(sums, parts)) {
        if (!last) {
          e.storeVector(sum, scratch, e.add(sumsAt, part.column), part.mask);
          continue;
        }
        // What stands there before the first chunk is of no account.
        Value total =
            e.loadVector(lanes, wide, {row, part.column}, 0, part.mask);
        total =
            e.select(firstChunk, e.constant(e.vectorType(lanes, 32), 0), total);
        total = e.add(total, e.extendSigned(sum, 32));
        e.storeVector(total, wide, {row, part.column}, part.mask);
      }
    });
  });
}

/// The words whose sums fit 16 bits together.
void TokenAccumulate::emitChunk(Value begin, int64_t size) {
  int64_t blocks = (size + blockWords - 1) / blockWords;
  int64_t lastBegin = (blocks - 1) * blockWords;
  if (blocks == 1)
    return emitBlock(begin, size, /*first=*/true, /*last=*/true);
  emitBlock(begin, blockWords, /*first=*/true, /*last=*/false);
  Value middle = e.add(begin, blockWords), end = e.add(begin, lastBegin);
  if (blocks > 2)
    e.loop(middle, end, blockWords, [&](Value word) {
      emitBlock(word, blockWords, /*first=*/false, /*last=*/false);
    });
  emitBlock(end, size - lastBegin, /*first=*/false, /*last=*/true);
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
  Value from = view(wide, {none, none}, {rows, e.getIndexAttr(tile)});
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
      e.chunks(shape.words(), chunkWords, [&](Value begin, int64_t size) {
        firstChunk = e.equal(begin, 0);
        emitChunk(begin, size);
      });
      transpose();
    });
  });
}

void bitnet::kernels::emitTokenAccumulate(Emitter &e, const Isa &isa,
                                          const Shape &shape,
                                          ternary::LutMemoryAttr algorithm,
                                          ValueRange arguments) {
  TokenAccumulate(e, isa, shape, algorithm, arguments).emit();
}

int64_t bitnet::kernels::tokenRowsPerPass(const Shape &shape) {
  return shape.packing.rows *
         std::min(TokenAccumulate::blocksPerPass(shape.packing),
                  shape.packing.rowBlocks(shape.rows));
}

int64_t bitnet::kernels::tokenScratchSize(const Shape &shape,
                                          ternary::LutMemoryAttr algorithm) {
  Unit unit(shape.packing);
  int64_t tables = TokenAccumulate::wordsPerBlock(shape.packing, algorithm) *
                   unit.perWord * unit.rows;
  return (tables + tokenRowsPerPass(shape)) * algorithm.getTokenTile();
}
