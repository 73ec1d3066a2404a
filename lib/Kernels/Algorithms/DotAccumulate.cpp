//===- DotAccumulate.cpp - Hardware dot products, rows in lanes -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With u = w + 1, which is 0 to 2, sum_k w x = sum_k u x - sum_k x. The second
// sum is that of rows of ones; it is taken away first.
//
//   for each word of the depth:
//     for each register of rows:
//       cut the words into bytes of one trit, four times
//       for each token: sum += bytes * activations
//
// Where there are products of matrices, two tokens and two rows at a time: the
// bytes of two parts of a word stand side by side for each row.
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The emitter of one kernel function.
class DotAccumulate {
public:
  DotAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                bitnet::ternary::DotAttr algorithm, ValueRange arguments)
      : e(e), isa(isa), shape(shape), tokenTile(algorithm.getTokenTile()),
        streams(algorithm), activations(arguments[0]), weights(arguments[1]),
        acc(arguments[2]), lanes(isa.lanes(32)),
        registers(shape.packing.rows / lanes) {}

  void emit();

private:
  /// Bytes of a word that a shift and a mask give, and such parts of a word.
  static constexpr int64_t bytes = 4, parts = 4;

  Type byteType() { return e.vectorType(lanes * bytes, 8); }
  Values loadActivations(Value token, Value word);
  Values loadPair(Value token, Value word);
  Value shuffle(Value a, Value b, ArrayRef<int64_t> lanes) {
    return vector::ShuffleOp::create(e, a, b, lanes);
  }
  Values cutWords(Value words);
  Values cutRegister(const TilePlace &tile, Value word, int64_t r);
  Value columnOf(const TilePlace &tile, int64_t r);
  void startToken(Value token);
  void emitTile(const TilePlace &tile);
  void emitPairs(const TilePlace &tile);

  Emitter &e;
  const Isa &isa;
  const Shape &shape;
  int64_t tokenTile;
  Streams streams;
  Value activations, weights, acc;
  int64_t lanes, registers;
};
} // namespace

/// Four activations for each part of a word, the same in all lanes.
Values DotAccumulate::loadActivations(Value token, Value word) {
  Values loaded;
  Value first = e.scale(word, bytes * parts);
  for (int64_t part = 0; part < parts; ++part) {
    Value four =
        e.loadVector(bytes, activations, {token, e.add(first, part * bytes)});
    Value one = vector::BitCastOp::create(e, e.vectorType(1, 32), four);
    Value scalar = vector::ExtractOp::create(e, one, ArrayRef<int64_t>{0});
    loaded.push_back(
        vector::BitCastOp::create(e, byteType(), e.broadcast(scalar, lanes)));
  }
  return loaded;
}

/// One byte with one trit plus one from each byte of the words.
Values DotAccumulate::cutWords(Value words) {
  Values cut;
  for (int64_t part = 0; part < parts; ++part) {
    unsigned bit = unsigned(part) * shape.packing.indexBits;
    Value trits = e.bitAnd(e.shiftRight(words, bit), 0x03030303);
    cut.push_back(vector::BitCastOp::create(e, byteType(), trits));
  }
  return cut;
}

/// Register number `r` of the rows of a tile.
Values DotAccumulate::cutRegister(const TilePlace &tile, Value word,
                                  int64_t r) {
  Value block = tile.blockOf(e, r / registers);
  Value row = e.index(r % registers * lanes);
  return cutWords(
      e.loadVector(lanes, weights, {block, word, row}, lanes * bytes));
}

/// The column of the sums that register number `r` of a tile holds.
Value DotAccumulate::columnOf(const TilePlace &tile, int64_t r) {
  Value block = tile.blockOf(e, r / registers);
  return e.add(e.scale(block, shape.packing.rows), r % registers * lanes);
}

/// Every row of the token starts with the negative sum of its activations.
void DotAccumulate::startToken(Value token) {
  Value zero = e.constant(e.vectorType(lanes, 32), 0);
  Values ones(parts, e.constant(byteType(), 1));
  Values sum = e.loop(e.index(0), shape.words(), 1, zero,
                      [&](Value word, ValueRange carried) -> Values {
                        Values x = loadActivations(token, word);
                        return {isa.dot(e, carried[0], ones, x)};
                      });
  Value start = e.sub(zero, sum[0]);
  Value none = e.index(0), rows = e.dim(acc, 1);
  e.loop(none, rows, lanes,
         [&](Value row) { e.storeVector(start, acc, {token, row}); });
}

void DotAccumulate::emitTile(const TilePlace &tile) {
  Value token = tile.token;
  int64_t tokens = tile.tokens, rowRegisters = tile.blocks * registers;
  Values sums;
  for (int64_t r = 0; r < rowRegisters; ++r)
    for (int64_t t = 0; t < tokens; ++t) {
      Value at = e.add(token, t);
      sums.push_back(e.loadVector(lanes, acc, {at, columnOf(tile, r)}));
    }
  Value begin = e.index(0);
  sums = e.loop(
      begin, shape.words(), 1, sums, [&](Value word, ValueRange carried) {
        prefetchStreams(e, shape, streams, weights, tile, word, 1);
        SmallVector<Values> x;
        for (int64_t t = 0; t < tokens; ++t)
          x.push_back(loadActivations(e.add(token, t), word));
        Values next;
        for (int64_t r = 0; r < rowRegisters; ++r) {
          Values cut = cutRegister(tile, word, r);
          for (int64_t t = 0; t < tokens; ++t)
            next.push_back(isa.dot(e, carried[next.size()], cut, x[t]));
        }
        return next;
      });
  for (int64_t r = 0; r < rowRegisters; ++r)
    for (int64_t t = 0; t < tokens; ++t) {
      Value at = e.add(token, t);
      e.storeVector(sums[r * tokens + t], acc, {at, columnOf(tile, r)});
    }
}

/// The activations of two tokens, eight bytes of each in a register, for each
/// two parts of a word.
Values DotAccumulate::loadPair(Value token, Value word) {
  Values loaded;
  Value first = e.scale(word, bytes * parts);
  for (int64_t part = 0; part < parts; part += 2) {
    Values rows;
    for (int64_t t = 0; t < 2; ++t) {
      Value column = e.add(first, part * bytes);
      rows.push_back(
          e.loadVector(2 * bytes, activations, {e.add(token, t), column}));
    }
    SmallVector<int64_t> both(4 * bytes);
    std::iota(both.begin(), both.end(), 0);
    loaded.push_back(shuffle(rows[0], rows[1], both));
  }
  return loaded;
}

/// Four rows and two tokens in two registers of sums. Vectors have four lanes
/// of 32 bits.
void DotAccumulate::emitPairs(const TilePlace &tile) {
  int64_t rowRegisters = tile.blocks * registers, pairs = tile.tokens / 2;
  Type lanesType = e.vectorType(lanes, 32);
  auto forEach = [&](function_ref<void(Value, Value, Value)> body) {
    for (int64_t r = 0; r < rowRegisters; ++r)
      for (int64_t p = 0; p < pairs; ++p)
        body(e.add(tile.token, 2 * p), e.add(tile.token, 2 * p + 1),
             columnOf(tile, r));
  };
  Values sums;
  forEach([&](Value first, Value second, Value column) {
    Value a = e.loadVector(lanes, acc, {first, column});
    Value b = e.loadVector(lanes, acc, {second, column});
    sums.push_back(shuffle(a, b, {0, 4, 1, 5}));
    sums.push_back(shuffle(a, b, {2, 6, 3, 7}));
  });
  Value begin = e.index(0);
  sums = e.loop(begin, shape.words(), 1, sums,
                [&](Value word, ValueRange carried) {
                  prefetchStreams(e, shape, streams, weights, tile, word, 1);
                  SmallVector<Values> x;
                  for (int64_t p = 0; p < pairs; ++p)
                    x.push_back(loadPair(e.add(tile.token, 2 * p), word));
                  Values next(carried);
                  for (int64_t r = 0; r < rowRegisters; ++r) {
                    Values cut = cutRegister(tile, word, r);
                    for (Value &part : cut)
                      part = vector::BitCastOp::create(e, lanesType, part);
                    for (int64_t half = 0; half < 2; ++half)
                      for (int64_t part = 0; part < parts; part += 2) {
                        int64_t at = 2 * half;
                        Value two = vector::BitCastOp::create(
                            e, byteType(),
                            shuffle(cut[part], cut[part + 1],
                                    {at, at + 4, at + 1, at + 5}));
                        for (int64_t p = 0; p < pairs; ++p) {
                          Value &sum = next[(r * pairs + p) * 2 + half];
                          sum = isa.matrixDot(e, sum, two, x[p][part / 2]);
                        }
                      }
                  }
                  return next;
                });
  size_t next = 0;
  forEach([&](Value first, Value second, Value column) {
    Value low = sums[next++], high = sums[next++];
    e.storeVector(shuffle(low, high, {0, 2, 4, 6}), acc, {first, column});
    e.storeVector(shuffle(low, high, {1, 3, 5, 7}), acc, {second, column});
  });
}

void DotAccumulate::emit() {
  e.loop(e.dim(acc, 0), [&](Value token) { startToken(token); });
  forEachTile(
      e, streams, weights, acc, tokenTile,
      [&](int64_t tokens) {
        return isa.tableAndSumRegisters() / (tokens * registers);
      },
      [&](const TilePlace &tile) {
        if (isa.hasMatrixDot() && tile.tokens > 1)
          emitPairs(tile);
        else
          emitTile(tile);
      });
}

void bitnet::kernels::emitDotAccumulate(Emitter &e, const Isa &isa,
                                        const Shape &shape,
                                        bitnet::ternary::DotAttr algorithm,
                                        ValueRange arguments) {
  DotAccumulate(e, isa, shape, algorithm, arguments).emit();
}
