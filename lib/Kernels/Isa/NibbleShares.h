//===- NibbleShares.h - Sums of activations as bytes ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of activations does not fit a byte, so an activation is cut into
// x = 16 * high + low with low in [-8, 7] and high in [-8, 8], and a table into
// one plane of low and one of high sums.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_NIBBLESHARES_H
#define LIB_KERNELS_ISA_NIBBLESHARES_H

#include "../Isa.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace bitnet::kernels {

/// What lookups of bytes share: the two planes, and how bytes are widened.
class NibbleShares : public RegisterLookup {
public:
  unsigned wordBits() const override { return 8; }
  unsigned entryBits() const override { return 8; }
  llvm::SmallVector<unsigned> planeShifts() const override { return {0, 4}; }
  int64_t largestShare() const override { return 8; }

  Values split(Emitter &e, mlir::Value x) const override {
    mlir::Value eight = e.constantLike(x, 8);
    mlir::Value low = e.sub(e.bitAnd(e.add(x, eight), 15), eight);
    mlir::Value round = e.bitAnd(e.shiftRight(x, 3), 1);
    return {low, e.add(e.shiftRightSigned(x, 4), round)};
  }

  /// Entries are biased, so that bytes hold no sign: pairs of bytes, and odd
  /// bytes, whose share in the pairs is taken away in the end.
  int64_t bias() const override { return largestShare() * group(); }
  Values widen(Emitter &e, mlir::Value sums) const override {
    int64_t lanes = mlir::cast<mlir::VectorType>(sums.getType()).getDimSize(0);
    mlir::Value pairs =
        mlir::vector::BitCastOp::create(e, e.vectorType(lanes / 2, 16), sums);
    return {pairs, e.shiftRight(pairs, 8)};
  }
  Values join(Emitter &e, mlir::ValueRange sums) const override {
    mlir::Value even = e.sub(sums[0], e.shiftLeft(sums[1], 8));
    return {mlir::vector::InterleaveOp::create(e, even, sums[1])};
  }

protected:
  /// What `widen` starts with in registers of `lanes` bytes.
  static Values startBytes(Emitter &e, int64_t lanes, int64_t biases) {
    mlir::Type type = e.vectorType(lanes / 2, 16);
    mlir::Value pairs = e.constant(type, int16_t(-257 * biases));
    return {pairs, e.constant(type, int16_t(-biases))};
  }
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_NIBBLESHARES_H
