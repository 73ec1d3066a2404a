//===- X86Avx2.cpp - AVX2 -------------------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `vpshufb` looks up 16 bytes, room for the nine sums of two trits. A sum of
// two activations does not fit a byte, so an activation is cut into
// x = 16 * high + low with low in [-8, 7] and high in [-8, 8], and a table into
// one plane of low and one of high sums.
//
//===----------------------------------------------------------------------===//

#include "../Isa.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class Pshufb final : public RegisterLookup {
public:
  unsigned group() const override { return 2; }
  unsigned indexBits() const override { return 4; }
  unsigned wordBits() const override { return 8; }
  unsigned entryBits() const override { return 8; }
  unsigned entries() const override { return 16; }
  SmallVector<unsigned> planeShifts() const override { return {0, 4}; }
  int64_t largestShare() const override { return 8; }

  Values split(Emitter &e, Value x) const override {
    Value eight = e.constantLike(x, 8);
    Value low = e.sub(e.bitAnd(e.add(x, eight), 15), eight);
    Value round = e.bitAnd(e.shiftRight(x, 3), 1);
    return {low, e.add(e.shiftRightSigned(x, 4), round)};
  }

  /// The same 16 entries in both halves of the register.
  Value loadTable(Emitter &e, Value table, ValueRange indices) const override {
    Value entries = e.loadVector(16, table, indices);
    SmallVector<int64_t> twice;
    for (int64_t lane = 0; lane < 32; ++lane)
      twice.push_back(lane % 16);
    return vector::ShuffleOp::create(e, entries, entries, twice);
  }

  Value lookup(Emitter &e, Value table, Value words,
               unsigned bit) const override {
    Value indices = e.bitAnd(e.shiftRight(words, bit), 15);
    return e.intrinsic("llvm.x86.avx2.pshuf.b", table.getType(),
                       {table, indices});
  }

  /// Even and odd lanes: shifts cost less than moving lanes across the halves.
  Values widen(Emitter &e, Value sums) const override {
    Value pairs = vector::BitCastOp::create(e, e.vectorType(16, 16), sums);
    return {e.shiftRightSigned(e.shiftLeft(pairs, 8), 8),
            e.shiftRightSigned(pairs, 8)};
  }
  Value join(Emitter &e, ValueRange parts) const override {
    return vector::InterleaveOp::create(e, parts[0], parts[1]);
  }
};

class X86Avx2 final : public Isa {
public:
  llvm::StringRef name() const override { return "x86-avx2"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx2"};
    return names;
  }
  unsigned registerBits() const override { return 256; }

  /// Two registers of rows share the loaded tables; more would not leave
  /// enough of the 16 registers for sums.
  packing::Packing choosePacking(int64_t, int64_t) const override {
    return {/*group=*/2, /*indexBits=*/4, /*wordBits=*/8, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "vpshufb looks up the nine sums of two trits, split in nibbles";
  }
  Algorithm fewTokens() const override { return Algorithm::LutRegisters; }
  int64_t maxFewTokens() const override { return 12; }
  int64_t tokenTile() const override { return 32; }
  int64_t tableBytes() const override { return 24 << 10; }
  const RegisterLookup *registerLookup() const override { return &pshufb; }

private:
  Pshufb pshufb;
};
} // namespace

const Isa &kernels::getX86Avx2() {
  static const X86Avx2 isa;
  return isa;
}
