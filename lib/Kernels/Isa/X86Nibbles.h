//===- X86Nibbles.h - Lookup of bytes by nibbles ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `pshufb` looks up 16 bytes, room for the nine sums of two trits.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_X86NIBBLES_H
#define LIB_KERNELS_ISA_X86NIBBLES_H

#include "NibbleShares.h"

namespace bitnet::kernels {

/// The lookup in registers of `lanes` bytes.
class X86Nibbles final : public NibbleShares {
public:
  X86Nibbles(int64_t lanes, llvm::StringLiteral intrinsic)
      : lanes(lanes), intrinsic(intrinsic) {}

  unsigned group() const override { return 2; }
  unsigned indexBits() const override { return 4; }
  unsigned entries() const override { return 16; }

  /// The same 16 entries in every 16 bytes of the register, since `pshufb`
  /// does not look beyond them.
  Values loadTable(Emitter &e, mlir::Value table, mlir::Value token,
                   mlir::Value group, int64_t first) const override {
    mlir::Value entries =
        e.loadVector(16, table, {token, group, e.index(first)});
    if (lanes == 16)
      return {entries};
    llvm::SmallVector<int64_t> repeated;
    for (int64_t lane = 0; lane < lanes; ++lane)
      repeated.push_back(lane % 16);
    return {mlir::vector::ShuffleOp::create(e, entries, entries, repeated)};
  }

  Values lookup(Emitter &e, mlir::ValueRange table, mlir::Value words,
                unsigned bit) const override {
    mlir::Value indices = e.bitAnd(e.shiftRight(words, bit), 15);
    return {e.intrinsic(intrinsic, table[0].getType(), {table[0], indices})};
  }
  Values start(Emitter &e, int64_t biases) const override {
    return startBytes(e, lanes, biases);
  }

private:
  int64_t lanes;
  llvm::StringLiteral intrinsic;
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_X86NIBBLES_H
