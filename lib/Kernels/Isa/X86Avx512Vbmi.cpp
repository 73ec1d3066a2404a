//===- X86Avx512Vbmi.cpp - AVX-512 with VBMI ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `vpermi2b` looks up 128 bytes in two registers: room for the sums of five
// trits but for their sign, since the sum of the opposite trits is the negative
// one. With five trits in a byte no packing reads fewer bits, and none computes
// more.
//
//===----------------------------------------------------------------------===//

#include "NibbleShares.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
/// Entry m holds the sum of the code m above that of five zeros; codes below
/// it are looked up as their opposites.
class Vpermi2b final : public NibbleShares {
public:
  unsigned group() const override { return 5; }
  unsigned indexBits() const override { return 8; }
  unsigned entries() const override { return 128; }
  unsigned codeOf(unsigned entry) const override {
    return std::min(zeroCode + entry, 2 * zeroCode);
  }

  Values loadTable(Emitter &e, Value table, Value token, Value group,
                   int64_t first) const override {
    Value low = e.loadVector(64, table, {token, group, e.index(first)});
    return {low, e.loadVector(64, table, {token, group, e.index(first + 64)})};
  }
  Values lookup(Emitter &e, ValueRange table, Value words,
                unsigned) const override {
    Value signedIndex = e.sub(words, e.constantLike(words, zeroCode));
    Value poison = e.constant(e.getI1Type(), 0);
    Value index =
        e.intrinsic("llvm.abs", words.getType(), {signedIndex, poison});
    Value found = e.intrinsic("llvm.x86.avx512.vpermi2var.qi.512",
                              words.getType(), {table[0], index, table[1]});
    // Biased entries: 2 * bias - (sum + bias) is -sum + bias.
    Value twice = e.constantLike(words, 2 * bias());
    Value isBelow = e.isNegative(signedIndex);
    return {e.select(isBelow, e.sub(twice, found), found)};
  }
  Values start(Emitter &e, int64_t biases) const override {
    return startBytes(e, 64, biases);
  }

private:
  static constexpr unsigned zeroCode = 121;
};

class X86Avx512Vbmi final : public Isa {
public:
  llvm::StringRef name() const override { return "x86-avx512-vbmi"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx512f", "avx512bw",
                                                    "avx512vbmi"};
    return names;
  }
  unsigned registerBits() const override { return 512; }

  /// One register of rows, so that two blocks find registers for their sums.
  packing::Packing packing() const override {
    return {/*group=*/5, /*indexBits=*/8, /*wordBits=*/8, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "vpermi2b looks up the sums of five trits, split in nibbles";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::LutRegistersAttr::get(context, /*tokenTile=*/1,
                                                  /*rowBlocks=*/2,
                                                  /*prefetch=*/2048,
                                                  /*lookupTokens=*/2),
                   /*maxTokens=*/16),
            kernel(lutMemory(context, facts, /*tokenTile=*/32))};
  }
  int64_t tableAndSumRegisters() const override { return 24; }
  const RegisterLookup *registerLookup() const override { return &vpermi2b; }

private:
  Vpermi2b vpermi2b;
};
} // namespace

const Isa &kernels::getX86Avx512Vbmi() {
  static const X86Avx512Vbmi isa;
  return isa;
}
