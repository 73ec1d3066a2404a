//===- ArmSve.cpp - SVE, whatever its width -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register has 128 to 2048 bits, which the machine says, and its first 16
// bytes are there in any case: room for the nine sums of two trits. `tbl` looks
// into the whole register, so that the table is not repeated.
//
//===----------------------------------------------------------------------===//

#include "NibbleShares.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class Tbl final : public NibbleShares {
public:
  unsigned group() const override { return 2; }
  unsigned indexBits() const override { return 4; }
  unsigned entries() const override { return 16; }

  Values loadTable(Emitter &e, Value table, Value token, Value group,
                   int64_t first) const override {
    Value mask = e.laneMask(e.index(0), e.index(entries()), kBytes);
    return {e.loadVector(kBytes, table, {token, group, e.index(first)},
                         /*alignment=*/0, mask)};
  }
  Values lookup(Emitter &e, ValueRange table, Value words,
                unsigned bit) const override {
    Value indices = e.shiftRight(words, bit);
    if (bit == 0)
      indices = e.bitAnd(indices, 15);
    return {e.intrinsic("llvm.aarch64.sve.tbl", words.getType(),
                        {table[0], indices})};
  }
  Values start(Emitter &e, int64_t biases) const override {
    return startBytes(e, kBytes, biases);
  }

private:
  static constexpr int64_t kBytes = 16;
};

class ArmSve final : public Isa {
public:
  llvm::StringRef name() const override { return "arm-sve"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"sve"};
    return names;
  }
  unsigned registerBits() const override { return 128; }
  bool isScalable() const override { return true; }

  /// As many rows as fill the widest registers of today.
  packing::Packing packing() const override {
    return {/*group=*/2, /*indexBits=*/4, /*wordBits=*/8, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "tbl looks up the nine sums of two trits, split in nibbles";
  }
  /// A tile of 64 tokens takes as long as 17 to 30 single ones.
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {
        kernel(ternary::LutRegistersAttr::get(context, /*tokenTile=*/1,
                                              /*rowBlocks=*/4, /*prefetch=*/0,
                                              /*lookupTokens=*/2),
               /*maxTokens=*/16),
        kernel(lutMemory(context, facts, /*tokenTile=*/64))};
  }
  bool hasMaskedAdd() const override { return true; }
  /// With registers of 128 bits.
  int64_t tableAndSumRegisters() const override { return 10; }
  const RegisterLookup *registerLookup() const override { return &tbl; }

private:
  Tbl tbl;
};
} // namespace

const Isa &kernels::getArmSve() {
  static const ArmSve isa;
  return isa;
}
