//===- MaskedAdd.cpp - Masked adds and subtracts, rows in lanes -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Support/Tensors.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::AddAccumulateOp;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::MaskedAddAttr;
using ternary::PackingAttr;

static void emitAddAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                              ValueRange arguments) {
  Value activations = arguments[0], weights = arguments[1], acc = arguments[2];
  const packing::Packing &packing = shape.packing;
  // Of scalable registers one at a time, which masks what is no row.
  int64_t lanes = isa.lanes(packing.wordBits);
  int64_t registers = e.isScalable ? 1 : packing.rows / lanes;
  int64_t wordsPerChunk = wordsPerFlush(packing);
  Value zero16 = e.constant(e.vectorType(lanes, 16), 0);
  Value zero32 = e.constant(e.vectorType(lanes, 32), 0);

  struct Rows {
    Value block, row, mask;
  };
  auto addWord = [&](Value token, const Rows &rows, Value word,
                     ValueRange carried) {
    Values sums(carried), words;
    for (int64_t r = 0; r < registers; ++r)
      words.push_back(e.extendUnsigned(
          e.loadVector(lanes, weights,
                       {rows.block, word, e.add(rows.row, r * lanes)},
                       lanes * packing.wordBytes(), rows.mask),
          16));
    Value first = e.scale(word, packing.tritsPerWord());
    for (unsigned i = 0; i < packing.tritsPerWord(); ++i) {
      Value x =
          e.extendSigned(e.load(activations, {token, e.add(first, i)}), 16);
      x = e.broadcast(x, lanes);
      unsigned bit = i * packing.indexBits;
      int64_t mask = ((1 << packing.indexBits) - 1) << bit;
      for (int64_t r = 0; r < registers; ++r) {
        Value code = e.bitAnd(words[r], mask);
        Value plus = e.equal(code, 2 << bit), minus = e.equal(code, 0);
        sums[r] = isa.maskedAdd(e, sums[r], x, plus, minus);
      }
    }
    return sums;
  };

  auto emitRows = [&](Value token, const Rows &rows) {
    Value first = e.add(e.scale(rows.block, packing.rows), rows.row);
    for (int64_t r = 0; r < registers; ++r)
      e.storeVector(zero32, acc, {token, e.add(first, r * lanes)}, rows.mask);
    e.chunks(shape.words(), wordsPerChunk, [&](Value begin, int64_t size) {
      Values sums = e.loop(begin, size, 1, Values(registers, zero16),
                           [&](Value word, ValueRange carried) {
                             return addWord(token, rows, word, carried);
                           });
      for (auto [r, sum] : llvm::enumerate(sums)) {
        Value column = e.add(first, int64_t(r) * lanes);
        Value total = e.loadVector(lanes, acc, {token, column}, 0, rows.mask);
        total = e.add(total, e.extendSigned(sum, 32));
        e.storeVector(total, acc, {token, column}, rows.mask);
      }
    });
  };

  Value tokens = e.dim(acc, 0), none = e.index(0);
  e.loop(e.dim(weights, 0), [&](Value block) {
    e.loop(tokens, [&](Value token) {
      if (!e.isScalable)
        return emitRows(token, {block, none, /*mask=*/{}});
      e.registers(e.index(packing.rows), lanes, [&](Value row, Value mask) {
        emitRows(token, {block, row, mask});
      });
    });
  });
}

namespace {
struct MaskedAdd : AlgorithmModel<MaskedAdd, MaskedAddAttr> {
  static bool isOffered(const Isa &isa) { return isa.hasMaskedAdd(); }

  LogicalResult verifyKernelOp(Attribute, KernelOpInterface op) const {
    packing::Packing packing = op.getPacking().getPacking();
    if (packing.group != 1)
      return op->emitOpError("group is ")
             << packing.group << ", expected 1 for masked_add";
    if (packing.wordBits > 16)
      return op->emitOpError("word_bits is ")
             << packing.wordBits << ", expected 8 or 16 for masked_add";
    return verifyRows(op);
  }

  Value buildKernelOps(Attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value /*scales*/,
                       Value acc, bool /*accumulates*/) const {
    Value padded =
        padColumns(builder, loc, activations, packing.getLogicalDepth(),
                   packing.getPaddedDepth());
    return AddAccumulateOp::create(builder, loc, acc.getType(), kernel, packing,
                                   padded, weights, acc)
        .getResult(0);
  }

  SmallVector<MemRefType> getArgumentTypes(Attribute,
                                           KernelOpInterface op) const {
    return rowArgumentTypes(op);
  }

  void emitBody(Attribute, OpBuilder &builder, KernelOpInterface op,
                ValueRange arguments) const {
    const Isa &isa = isaOf(op.getKernel());
    Emitter e(op->getLoc(), builder, isa.isScalable());
    emitAddAccumulate(e, isa, Shape(op.getPacking()), arguments);
  }
};
} // namespace

void kernels::registerMaskedAdd(MLIRContext &context) {
  MaskedAddAttr::attachInterface<MaskedAdd>(context);
}
