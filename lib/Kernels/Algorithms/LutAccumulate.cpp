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
// The sums of a scale group are scaled and added to those of the groups before
// it. Where 16 bits do not hold them, they are put together in a buffer first.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace bitnet::kernels;
using bitnet::ternary::LutAccumulateOp;
using bitnet::ternary::LutRegistersAttr;

static LutRegistersAttr algorithmOf(LutAccumulateOp op) {
  return cast<LutRegistersAttr>(op.getKernel().getAlgorithm());
}

/// The lookup of two tokens at once, if there is one and it is taken.
static const RegisterLookup *pairLookup(const Isa &isa, LutAccumulateOp op) {
  return algorithmOf(op).getLookupTokens() > 1 ? isa.pairLookup() : nullptr;
}

/// Tokens whose sums stay in registers together, at most. Tables of pairs can
/// only be used in pairs.
static int64_t mostTokens(const Isa &isa, LutAccumulateOp op) {
  int64_t least = pairLookup(isa, op) ? 2 : 1;
  return std::max<int64_t>(algorithmOf(op).getTokenTile(), least);
}

/// Words whose entries of 8 bits may be added to each other before they are
/// widened, and those whose sums 16 bits hold.
static std::pair<int64_t, int64_t>
wordLimits(const RegisterLookup &lookup,
           const bitnet::packing::Packing &packing) {
  // The largest magnitude of one looked-up entry bounds how many may be added.
  int64_t entry = lookup.largestShare() * packing.group;
  int64_t perWord = packing.indicesPerWord(), perStep = 1;
  // Biased entries have no sign, and reach as far as their bias further.
  int64_t byte = lookup.bias() > 0 ? 255 : 127;
  if (lookup.entryBits() == 8)
    perStep = std::max<int64_t>(1, byte / (entry + lookup.bias()) / perWord);
  return {perStep, 32767 / entry / perWord / perStep * perStep};
}

namespace {
/// The emitter of one kernel function.
class LutAccumulate {
public:
  LutAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                LutAccumulateOp op, ValueRange arguments)
      : e(e), shape(shape), packing(shape.packing),
        accumulates(op.getAccumulates()), tokensAtOnce(mostTokens(isa, op)),
        streams(algorithmOf(op)), single(*isa.registerLookup()),
        pair(pairLookup(isa, op)), table(arguments[0]), weights(arguments[1]),
        lanes(isa.lanes(std::min(packing.wordBits, single.entryBits()))),
        registers(isa.isScalable() ? 1 : packing.rows / lanes),
        registerLimit(isa.tableAndSumRegisters()),
        planeShifts(single.planeShifts()) {
    std::tie(wordsPerStep, wordsPerChunk) = wordLimits(single, packing);
    arguments = arguments.drop_front(2);
    if (op.getScales()) {
      scales = arguments.front();
      arguments = arguments.drop_front();
    }
    acc = arguments.front();
    if (arguments.size() > 1)
      groupSums = arguments.back();
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
  /// The same in a buffer for the row blocks of a tile alone.
  Value columnInTile(const Tile &tile, int64_t r) {
    return e.add(rowOf(tile, r), r / registers * packing.rows);
  }
  /// Registers that looking up a register of words gives: for each lookup of
  /// tokens and plane its parts.
  int64_t sumsPerRegister(const Tile &tile) const {
    return tile.lookups() * int64_t(planeShifts.size() * tile.lookup.parts());
  }
  using EmitSum = function_ref<void(int64_t token, int64_t row, Value column)>;
  void forEachSum(const Tile &tile, EmitSum body);
  void clear(const Tile &tile);
  void emitTile(const Tile &tile);
  void emitWords(const Tile &tile, Value first);
  Values addWords(const Tile &tile, Value word, int64_t count, ValueRange sums);
  Values addRegister(const Tile &tile, Value words, ArrayRef<Values> tables,
                     Values sums);
  SmallVector<Values> loadTables(const Tile &tile, Value word);
  void flush(const Tile &tile, ValueRange sums);
  Value addScaled(const Tile &tile, Value total, Value sum, Value column);
  void scaleGroupSums(const Tile &tile);
  void prefetchScales(const Tile &tile);

  Emitter &e;
  const Shape &shape;
  const bitnet::packing::Packing &packing;
  bool accumulates;
  int64_t tokensAtOnce;
  Streams streams;
  const RegisterLookup &single;
  const RegisterLookup *pair;
  Value table, weights, acc;
  /// Scales, the scale group at hand, and where its sums are put together.
  Value scales, scaleGroup, groupSums;
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

/// Adds the 16-bit sums to the accumulator, or to the sums of the scale group.
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
        Value sum;
        for (auto [plane, shift] : llvm::zip(planes, planeShifts)) {
          Value wide = e.shiftLeft(e.extendSigned(plane[i], 32), shift);
          sum = sum ? e.add(sum, wide) : wide;
        }
        Value into = groupSums ? groupSums : acc;
        SmallVector<Value> at = {e.add(tile.token, t + i), column};
        if (groupSums)
          at = {e.index(t + i), columnInTile(tile, r)};
        Value total = e.loadVector(lanes, into, at, 0, tile.mask);
        bool isScaled = scales && !groupSums;
        total =
            isScaled ? addScaled(tile, total, sum, column) : e.add(total, sum);
        e.storeVector(total, into, at, tile.mask);
      }
    }
}

/// total + f32(sum) * scale.
Value LutAccumulate::addScaled(const Tile &tile, Value total, Value sum,
                               Value column) {
  Value scale = e.loadVector(lanes, scales, {scaleGroup, column}, 0, tile.mask);
  Value exact = arith::SIToFPOp::create(e, total.getType(), sum);
  Value scaled = arith::MulFOp::create(e, exact, scale);
  return arith::AddFOp::create(e, total, scaled);
}

/// Adds the sums of a scale group, scaled, to the accumulator.
void LutAccumulate::scaleGroupSums(const Tile &tile) {
  forEachSum(tile, [&](int64_t t, int64_t r, Value column) {
    Value sum = e.loadVector(lanes, groupSums,
                             {e.index(t), columnInTile(tile, r)}, 0, tile.mask);
    Value token = e.add(tile.token, t);
    Value total = e.loadVector(lanes, acc, {token, column}, 0, tile.mask);
    total = addScaled(tile, total, sum, column);
    e.storeVector(total, acc, {token, column}, tile.mask);
  });
}

/// Asks for the scales of the next group or, behind the last, those of the next
/// tile: too few of each to be seen coming.
void LutAccumulate::prefetchScales(const Tile &tile) {
  if (streams.prefetch == 0)
    return;
  Value next = e.add(scaleGroup, 1), none = e.index(0);
  Value last = e.equal(next, shape.scaleGroups);
  Value further = e.scale(tile.next, packing.rows);
  Value group = e.select(last, none, next);
  for (int64_t b = 0; b < tile.blocks; ++b) {
    Value column = e.add(e.scale(tile.blockOf(e, b), packing.rows),
                         e.select(last, further, none));
    for (int64_t row = 0; row < packing.rows; row += 16)
      memref::PrefetchOp::create(
          e, scales, ValueRange{group, e.add(column, row)}, /*isWrite=*/false,
          /*localityHint=*/3, /*isDataCache=*/true);
  }
}

/// Calls `body` for each token and register of rows of a tile.
void LutAccumulate::forEachSum(const Tile &tile, EmitSum body) {
  for (int64_t t = 0; t < tile.tokens; ++t)
    for (int64_t r = 0; r < tile.blocks * registers; ++r)
      body(t, r, columnOf(tile, r));
}

/// Sets the sums to zero.
void LutAccumulate::clear(const Tile &tile) {
  Type element = cast<MemRefType>(acc.getType()).getElementType();
  Value zero = e.zero(e.vectorType(lanes, 32).clone(element));
  forEachSum(tile, [&](int64_t t, int64_t, Value column) {
    e.storeVector(zero, acc, {e.add(tile.token, t), column}, tile.mask);
  });
}

/// All words, or those of a scale group, from `first` on.
void LutAccumulate::emitWords(const Tile &tile, Value first) {
  int64_t rowRegisters = tile.blocks * registers;
  e.chunks(shape.words(), wordsPerChunk, [&](Value inGroup, int64_t size) {
    Value begin = e.add(first, inGroup);
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

void LutAccumulate::emitTile(const Tile &tile) {
  if (!accumulates)
    clear(tile);
  if (!scales)
    return emitWords(tile, e.index(0));
  e.loop(e.index(shape.scaleGroups), [&](Value group) {
    scaleGroup = group;
    prefetchScales(tile);
    if (groupSums)
      forEachSum(tile, [&](int64_t t, int64_t r, Value) {
        e.storeVector(e.constant(e.vectorType(lanes, 32), 0), groupSums,
                      {e.index(t), columnInTile(tile, r)}, tile.mask);
      });
    emitWords(tile, e.scale(group, shape.words()));
    if (groupSums)
      scaleGroupSums(tile);
  });
}

void LutAccumulate::emit() {
  forEachTile(
      e, streams, weights, acc, tokensAtOnce,
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
                                        const Shape &shape, LutAccumulateOp op,
                                        ValueRange arguments) {
  LutAccumulate(e, isa, shape, op, arguments).emit();
}

SmallVector<MemRefType> bitnet::kernels::lutScratchTypes(const Isa &isa,
                                                         const Shape &shape,
                                                         LutAccumulateOp op) {
  const bitnet::packing::Packing &packing = shape.packing;
  auto [perStep, perChunk] = wordLimits(*isa.registerLookup(), packing);
  if (!op.getScales() || shape.words() <= perChunk)
    return {};
  int64_t rows = algorithmOf(op).getRowBlocks() * packing.rows;
  return {MemRefType::get({mostTokens(isa, op), rows},
                          IntegerType::get(op.getContext(), 32))};
}
