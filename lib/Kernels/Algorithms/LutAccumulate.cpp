//===- LutAccumulate.cpp - Lookup in registers, rows in lanes -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some tokens and some row blocks are computed at once:
//
//   for each word of the depth:
//     load the tables of the word's groups into registers
//     for each register of rows, of all row blocks:
//       for each group and token: sum += table[index of the row]
//
// Row blocks one after the other are a sequential stream of weights. Several
// streams at once keep more of them on their way from memory, and share the
// tables; several tokens share the indices. Entries of 8 bits are added to each
// other as long as they cannot overflow, then widened. Of scalable registers
// one at a time covers some rows of each block, and lanes past the block's end
// are masked.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The emitter of one kernel function.
class LutAccumulate {
public:
  LutAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                bitnet::ternary::LutRegistersAttr algorithm, bool accumulates,
                ValueRange arguments)
      : e(e), shape(shape), packing(shape.packing), accumulates(accumulates),
        tokenTile(algorithm.getTokenTile()), streams(algorithm),
        single(*isa.registerLookup()),
        pair(algorithm.getLookupTokens() > 1 ? isa.pairLookup() : nullptr),
        table(arguments[0]), weights(arguments[1]), acc(arguments[2]),
        lanes(isa.lanes(std::min(packing.wordBits, single.entryBits()))),
        registers(isa.isScalable() ? 1 : packing.rows / lanes),
        registerLimit(isa.tableAndSumRegisters()),
        planeShifts(single.planeShifts()) {
    // The largest magnitude of one looked-up entry bounds how many may be
    // added.
    int64_t entry = single.largestShare() * packing.group;
    int64_t perWord = packing.indicesPerWord();
    wordsPerStep = 1;
    // Biased entries have no sign, and reach as far as their bias further.
    int64_t byte = single.bias() > 0 ? 255 : 127;
    if (single.entryBits() == 8)
      wordsPerStep =
          std::max<int64_t>(1, byte / (entry + single.bias()) / perWord);
    wordsPerChunk = 32767 / entry / perWord / wordsPerStep * wordsPerStep;
  }

  void emit();

private:
  struct Tile : TilePlace {
    const RegisterLookup &lookup;
    /// Of scalable registers: the row of each block to begin with, and which
    /// lanes are rows.
    Value row, mask;

    int64_t lookups() const { return tokens / lookup.tokens(); }
  };
  /// The first row of its block that register number `r` of a tile holds, and
  /// the column of the sums.
  Value rowOf(const Tile &tile, int64_t r) {
    return tile.row ? tile.row : e.index(r % registers * lanes);
  }
  Value columnOf(const Tile &tile, int64_t r) {
    Value block = tile.blockOf(e, r / registers);
    return e.add(e.scale(block, packing.rows), rowOf(tile, r));
  }
  /// Registers that looking up a register of words gives: for each lookup of
  /// tokens and plane its parts.
  int64_t sumsPerRegister(const Tile &tile) const {
    return tile.lookups() * int64_t(planeShifts.size() * tile.lookup.parts());
  }
  void clear(const Tile &tile);
  void emitTile(const Tile &tile);
  Values addWords(const Tile &tile, Value word, int64_t count, ValueRange sums);
  Values addRegister(const Tile &tile, Value words, ArrayRef<Values> tables,
                     Values sums);
  SmallVector<Values> loadTables(const Tile &tile, Value word);
  void flush(const Tile &tile, ValueRange sums);

  Emitter &e;
  const Shape &shape;
  const bitnet::packing::Packing &packing;
  bool accumulates;
  int64_t tokenTile;
  Streams streams;
  const RegisterLookup &single;
  const RegisterLookup *pair;
  Value table, weights, acc;
  int64_t lanes, registers, wordsPerStep, wordsPerChunk;
  int64_t registerLimit;
  llvm::SmallVector<unsigned> planeShifts;
};
} // namespace

/// The tables of a word's groups: by group, lookup of tokens and plane.
SmallVector<Values> LutAccumulate::loadTables(const Tile &tile, Value word) {
  SmallVector<Values> tables;
  Value firstGroup = e.scale(word, packing.indicesPerWord());
  for (unsigned i = 0; i < packing.indicesPerWord(); ++i) {
    Value group = e.add(firstGroup, i);
    for (int64_t t = 0; t < tile.tokens; t += tile.lookup.tokens()) {
      Value token = e.add(tile.token, t);
      for (size_t plane = 0; plane < planeShifts.size(); ++plane)
        tables.push_back(tile.lookup.loadTable(
            e, table, token, group, int64_t(plane) * single.entries()));
    }
  }
  return tables;
}

/// Adds what a register of words names in the tables to its sums, of which
/// there are none before the first.
Values LutAccumulate::addRegister(const Tile &tile, Value words,
                                  ArrayRef<Values> tables, Values sums) {
  size_t perGroup = tables.size() / packing.indicesPerWord();
  for (unsigned i = 0; i < packing.indicesPerWord(); ++i) {
    Values next;
    for (const Values &entries : tables.slice(i * perGroup, perGroup))
      for (Value found :
           tile.lookup.lookup(e, entries, words, i * packing.indexBits))
        next.push_back(sums.empty() ? found : e.add(sums[next.size()], found));
    sums = next;
  }
  return sums;
}

/// Adds the sums of `count` words; `sums` has the parts of each plane of each
/// lookup of tokens of each register of rows.
Values LutAccumulate::addWords(const Tile &tile, Value word, int64_t count,
                               ValueRange sums) {
  prefetchStreams(e, shape, streams, weights, tile, word, count);
  int64_t rowRegisters = tile.blocks * registers;
  SmallVector<Values> partial(rowRegisters);
  Values next;
  for (int64_t w = 0; w < count; ++w) {
    Value thisWord = e.add(word, w);
    SmallVector<Values> tables = loadTables(tile, thisWord);
    for (int64_t r = 0; r < rowRegisters; ++r) {
      Value block = tile.blockOf(e, r / registers);
      Value words =
          e.loadVector(lanes, weights, {block, thisWord, rowOf(tile, r)},
                       lanes * packing.wordBytes(), tile.mask);
      partial[r] = addRegister(tile, words, tables, partial[r]);
      if (w + 1 < count)
        continue;
      // Here and not in the end, so that it does not wait in registers.
      for (Value sum : partial[r])
        for (Value part : tile.lookup.widen(e, sum))
          next.push_back(e.add(sums[next.size()], part));
    }
  }
  return next;
}

/// Adds the 16-bit sums to the accumulator.
void LutAccumulate::flush(const Tile &tile, ValueRange sums) {
  int64_t rowRegisters = tile.blocks * registers;
  size_t perPlane =
      sums.size() / (rowRegisters * tile.lookups() * planeShifts.size());
  for (int64_t r = 0; r < rowRegisters; ++r)
    for (int64_t t = 0; t < tile.tokens; t += tile.lookup.tokens()) {
      Value column = columnOf(tile, r);
      SmallVector<Values> planes;
      for (size_t plane = 0; plane < planeShifts.size(); ++plane) {
        planes.push_back(tile.lookup.join(e, sums.take_front(perPlane)));
        sums = sums.drop_front(perPlane);
      }
      for (unsigned i = 0; i < tile.lookup.tokens(); ++i) {
        Value token = e.add(tile.token, t + i);
        Value total = e.loadVector(lanes, acc, {token, column}, 0, tile.mask);
        for (auto [plane, shift] : llvm::zip(planes, planeShifts)) {
          Value wide = e.extendSigned(plane[i], 32);
          total = e.add(total, e.shiftLeft(wide, shift));
        }
        e.storeVector(total, acc, {token, column}, tile.mask);
      }
    }
}

/// Sets the sums to zero.
void LutAccumulate::clear(const Tile &tile) {
  Value zero32 = e.constant(e.vectorType(lanes, 32), 0);
  for (int64_t t = 0; t < tile.tokens; ++t)
    for (int64_t r = 0; r < tile.blocks * registers; ++r) {
      Value token = e.add(tile.token, t);
      e.storeVector(zero32, acc, {token, columnOf(tile, r)}, tile.mask);
    }
}

void LutAccumulate::emitTile(const Tile &tile) {
  int64_t rowRegisters = tile.blocks * registers;
  if (!accumulates)
    clear(tile);
  e.chunks(shape.words(), wordsPerChunk, [&](Value begin, int64_t size) {
    Values sums;
    int64_t biases = size * packing.indicesPerWord() * single.bias();
    for (int64_t i = 0; i < rowRegisters * sumsPerRegister(tile); ++i)
      llvm::append_range(sums, tile.lookup.start(e, biases));
    int64_t steps = size / wordsPerStep * wordsPerStep;
    sums = e.loop(begin, steps, wordsPerStep, sums,
                  [&](Value word, ValueRange carried) {
                    return addWords(tile, word, wordsPerStep, carried);
                  });
    if (steps != size)
      sums = addWords(tile, e.add(begin, steps), size - steps, sums);
    flush(tile, sums);
  });
}

void LutAccumulate::emit() {
  // Tables of pairs can only be used in pairs.
  int64_t most = std::max<int64_t>(tokenTile, pair ? 2 : 1);
  forEachTile(
      e, streams, weights, acc, most,
      [&](int64_t tokens) {
        int64_t perRegister = tokens * int64_t(planeShifts.size());
        int64_t tables = perRegister * packing.indicesPerWord();
        return (registerLimit - tables) / (perRegister * registers);
      },
      [&](const TilePlace &place) {
        const RegisterLookup &lookup =
            pair && place.tokens > 1 ? *pair : single;
        if (!e.isScalable)
          return emitTile({place, lookup, /*row=*/{}, /*mask=*/{}});
        e.registers(e.index(packing.rows), lanes, [&](Value row, Value mask) {
          emitTile({place, lookup, row, mask});
        });
      });
}

void bitnet::kernels::emitLutAccumulate(Emitter &e, const Isa &isa,
                                        const Shape &shape,
                                        ternary::LutRegistersAttr algorithm,
                                        bool accumulates,
                                        ValueRange arguments) {
  LutAccumulate(e, isa, shape, algorithm, accumulates, arguments).emit();
}
