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
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The emitter of one kernel function.
class DotAccumulate {
public:
  DotAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                bitnet::ternary::KernelAttr kernel, ValueRange arguments)
      : e(e), isa(isa), shape(shape), kernel(kernel), activations(arguments[0]),
        weights(arguments[1]), acc(arguments[2]), lanes(isa.lanes(32)),
        registers(shape.packing.rows / lanes) {}

  void emit();

private:
  /// Bytes of a word that a shift and a mask give, and such parts of a word.
  static constexpr int64_t bytes = 4, parts = 4;

  Type byteType() { return e.vectorType(lanes * bytes, 8); }
  Values loadActivations(Value token, Value word);
  Values cutWords(Value words);
  void startToken(Value token);
  void emitTile(const TilePlace &tile);

  Emitter &e;
  const Isa &isa;
  const Shape &shape;
  bitnet::ternary::KernelAttr kernel;
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
  Value token = tile.token, block = tile.block;
  int64_t tokens = tile.tokens, blocks = tile.blocks;
  Value row = e.scale(block, shape.packing.rows);
  int64_t rowRegisters = blocks * registers;
  Values sums;
  for (int64_t r = 0; r < rowRegisters; ++r)
    for (int64_t t = 0; t < tokens; ++t) {
      Value at = e.add(token, t);
      sums.push_back(e.loadVector(lanes, acc, {at, e.add(row, r * lanes)}));
    }
  Value begin = e.index(0);
  sums = e.loop(
      begin, shape.words(), 1, sums, [&](Value word, ValueRange carried) {
        prefetchStreams(e, shape, kernel, weights, block, blocks, word, 1);
        SmallVector<Values> x;
        for (int64_t t = 0; t < tokens; ++t)
          x.push_back(loadActivations(e.add(token, t), word));
        Values next;
        for (int64_t r = 0; r < rowRegisters; ++r) {
          Value thisBlock = e.add(block, r / registers);
          Value thisRow = e.index(r % registers * lanes);
          Values cut = cutWords(e.loadVector(
              lanes, weights, {thisBlock, word, thisRow}, lanes * bytes));
          for (int64_t t = 0; t < tokens; ++t)
            next.push_back(isa.dot(e, carried[next.size()], cut, x[t]));
        }
        return next;
      });
  for (int64_t r = 0; r < rowRegisters; ++r)
    for (int64_t t = 0; t < tokens; ++t) {
      Value at = e.add(token, t);
      e.storeVector(sums[r * tokens + t], acc, {at, e.add(row, r * lanes)});
    }
}

void DotAccumulate::emit() {
  e.loop(e.dim(acc, 0), [&](Value token) { startToken(token); });
  forEachTile(
      e, kernel, weights, acc, kernel.getTokenTile(),
      [&](int64_t tokens) {
        return isa.tableAndSumRegisters() / (tokens * registers);
      },
      [&](const TilePlace &tile) { emitTile(tile); });
}

void bitnet::kernels::emitDotAccumulate(Emitter &e, const Isa &isa,
                                        const Shape &shape,
                                        bitnet::ternary::KernelAttr kernel,
                                        ValueRange arguments) {
  DotAccumulate(e, isa, shape, kernel, arguments).emit();
}
