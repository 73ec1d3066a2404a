//===- LutAccumulate.cpp - Lookup in registers, rows in lanes -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For one token and one row block the loop walks the block's words once:
//
//   for each word of the depth:
//     for each index in the word:
//       load the table of that group into a register
//       for each register of rows: sum += table[index of the row]
//
// so the weights are one sequential stream and the tables are shared by all
// rows of the block. Entries of 8 bits are added to each other as long as they
// cannot overflow, then widened.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The emitter of one kernel function.
class LutAccumulate {
public:
  LutAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                ValueRange arguments)
      : e(e), shape(shape), packing(shape.packing),
        lookup(*isa.registerLookup()), table(arguments[0]),
        weights(arguments[1]), acc(arguments[2]),
        lanes(isa.lanes(packing.wordBits)), registers(packing.rows / lanes),
        planeShifts(lookup.planeShifts()) {
    // The largest magnitude of one looked-up entry bounds how many may be
    // added.
    int64_t entry = lookup.largestShare() * packing.group;
    int64_t perWord = packing.indicesPerWord();
    wordsPerStep = 1;
    if (lookup.entryBits() == 8)
      wordsPerStep = std::max<int64_t>(1, 127 / entry / perWord);
    wordsPerChunk = 32767 / entry / perWord / wordsPerStep * wordsPerStep;
  }

  void emit();

private:
  Values addWords(Value token, Value block, Value word, int64_t count,
                  ValueRange sums);
  void flush(Value token, Value row, ValueRange sums);
  void prefetch(Value block, Value word);

  Emitter &e;
  const Shape &shape;
  const bitnet::packing::Packing &packing;
  const RegisterLookup &lookup;
  Value table, weights, acc;
  int64_t lanes, registers, wordsPerStep, wordsPerChunk;
  llvm::SmallVector<unsigned> planeShifts;
};
} // namespace

/// Asks for the weights some 2 KB ahead; past the last word that is the next
/// row block.
void LutAccumulate::prefetch(Value block, Value word) {
  int64_t wordBytes = packing.rows * packing.wordBytes();
  Value ahead = e.add(word, std::max<int64_t>(1, 2048 / wordBytes));
  for (int64_t byte = 0; byte < wordBytes; byte += 64)
    memref::PrefetchOp::create(
        e, weights,
        ValueRange{block, ahead, e.index(byte / packing.wordBytes())},
        /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
}

/// Adds the sums of `count` words; `sums` has the parts of each plane of each
/// register of rows.
Values LutAccumulate::addWords(Value token, Value block, Value word,
                               int64_t count, ValueRange sums) {
  size_t planes = planeShifts.size();
  Values partial(registers * planes);
  for (int64_t w = 0; w < count; ++w) {
    Value thisWord = e.add(word, w);
    prefetch(block, thisWord);
    Value firstGroup = e.scale(thisWord, packing.indicesPerWord());
    Values words;
    for (int64_t r = 0; r < registers; ++r)
      words.push_back(e.loadVector(lanes, weights,
                                   {block, thisWord, e.index(r * lanes)},
                                   lanes * packing.wordBytes()));
    for (unsigned i = 0; i < packing.indicesPerWord(); ++i) {
      Value group = e.add(firstGroup, i);
      for (size_t plane = 0; plane < planes; ++plane) {
        Value entries = lookup.loadTable(
            e, table,
            {token, group, e.index(int64_t(plane) * lookup.entries())});
        for (int64_t r = 0; r < registers; ++r) {
          Value &sum = partial[r * planes + plane];
          Value found =
              lookup.lookup(e, entries, words[r], i * packing.indexBits);
          sum = sum ? e.add(sum, found) : found;
        }
      }
    }
  }
  Values next;
  for (Value sum : partial)
    for (Value part : lookup.widen(e, sum))
      next.push_back(e.add(sums[next.size()], part));
  return next;
}

/// Adds the 16-bit sums to the accumulator.
void LutAccumulate::flush(Value token, Value row, ValueRange sums) {
  size_t parts = sums.size() / (registers * planeShifts.size());
  for (int64_t r = 0; r < registers; ++r) {
    Value column = e.add(row, r * lanes);
    Value total = e.loadVector(lanes, acc, {token, column});
    for (unsigned shift : planeShifts) {
      Value plane = lookup.join(e, sums.take_front(parts));
      total = e.add(total, e.shiftLeft(e.extendSigned(plane, 32), shift));
      sums = sums.drop_front(parts);
    }
    e.storeVector(total, acc, {token, column});
  }
}

void LutAccumulate::emit() {
  Value zero32 = e.constant(e.vectorType(lanes, 32), 0);
  Value probe = e.constant(e.vectorType(lanes, lookup.entryBits()), 0);
  Value tokens = e.dim(acc, 0);
  e.loop(e.dim(weights, 0), [&](Value block) {
    Value row = e.scale(block, packing.rows);
    e.loop(tokens, [&](Value token) {
      for (int64_t r = 0; r < registers; ++r)
        e.storeVector(zero32, acc, {token, e.add(row, r * lanes)});
      e.chunks(shape.words(), wordsPerChunk, [&](Value begin, int64_t size) {
        Values sums;
        for (int64_t i = 0; i < registers * int64_t(planeShifts.size()); ++i)
          llvm::append_range(sums, lookup.widen(e, probe));
        int64_t steps = size / wordsPerStep * wordsPerStep;
        sums =
            e.loop(begin, steps, wordsPerStep, sums,
                   [&](Value word, ValueRange carried) {
                     return addWords(token, block, word, wordsPerStep, carried);
                   });
        if (steps != size)
          sums =
              addWords(token, block, e.add(begin, steps), size - steps, sums);
        flush(token, row, sums);
      });
    });
  });
}

void bitnet::kernels::emitLutAccumulate(Emitter &e, const Isa &isa,
                                        const Shape &shape,
                                        ValueRange arguments) {
  LutAccumulate(e, isa, shape, arguments).emit();
}
