//===- ArmNeon.cpp - NEON of every 64-bit ARM -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NibbleShares.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
/// Sixteen indices out of as many words of 16 bits, by a narrowing shift.
class TblPair final : public NibbleShares {
public:
  unsigned group() const override { return 3; }
  unsigned indexBits() const override { return 5; }
  unsigned wordBits() const override { return 16; }
  unsigned entries() const override { return 32; }

  Values loadTable(Emitter &e, Value table, Value token, Value group,
                   int64_t first) const override {
    Value low = e.loadVector(16, table, {token, group, e.index(first)});
    return {low, e.loadVector(16, table, {token, group, e.index(first + 16)})};
  }
  Values lookup(Emitter &e, ValueRange table, Value words,
                unsigned bit) const override {
    Value index = e.truncate(e.shiftRight(words, bit), 8);
    // The last index has nothing but zeros above it.
    if (bit + indexBits() + 1 < wordBits())
      index = e.bitAnd(index, 31);
    return {e.intrinsic("llvm.aarch64.neon.tbl2", index.getType(),
                        {table[0], table[1], index})};
  }
  Values start(Emitter &e, int64_t biases) const override {
    return startBytes(e, 16, biases);
  }
};

class ArmNeon final : public Isa {
public:
  llvm::StringRef name() const override { return "arm-neon"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"neon"};
    return names;
  }
  unsigned registerBits() const override { return 128; }

  /// Three registers of rows share the tables; with their sums they fill all
  /// of the 32 registers.
  packing::Packing packing() const override {
    return {/*group=*/3, /*indexBits=*/5, /*wordBits=*/16, /*rows=*/48};
  }
  llvm::StringRef reason() const override {
    return "tbl looks up the 27 sums of three trits, split in nibbles";
  }
  /// A tile of 64 tokens takes as long as 19 to 36 single ones.
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {
        kernel(ternary::LutRegistersAttr::get(context, /*tokenTile=*/1,
                                              /*rowBlocks=*/1, /*prefetch=*/0,
                                              /*lookupTokens=*/2),
               /*maxTokens=*/24),
        kernel(lutMemory(context, facts, /*tokenTile=*/64))};
  }
  bool hasMaskedAdd() const override { return true; }
  /// Those of the larger cores; on smaller ones it is up to three times more.
  int64_t tableAndSumRegisters() const override { return 20; }
  /// Four registers at a time: an `ldp` counts as three operations on some
  /// processors, and an `ldr` with an offset as two.
  Values loadRow(Emitter &e, Value memref, Value at,
                 int64_t count) const override {
    if (count % 4 != 0)
      return Isa::loadRow(e, memref, at, count);
    Values row;
    for (int64_t v = 0; v < count; v += 4)
      llvm::append_range(
          row, e.intrinsic("llvm.aarch64.neon.ld1x4", e.vectorType(8, 16), 4,
                           e.addressOf(memref, e.add(at, v * 8))));
    return row;
  }
  const RegisterLookup *registerLookup() const override { return &tbl; }

private:
  TblPair tbl;
};
} // namespace

const Isa &kernels::getArmNeon() {
  static const ArmNeon isa;
  return isa;
}
