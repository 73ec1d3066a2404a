//===- X86Sse4.cpp - SSE4.1 with SSSE3 ------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "X86Nibbles.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class X86Sse4 final : public Isa {
public:
  llvm::StringRef name() const override { return "x86-sse4"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"ssse3", "sse4.1"};
    return names;
  }
  unsigned registerBits() const override { return 128; }

  /// Two registers of rows: two blocks of one read two streams in pieces of 16
  /// bytes, which takes up to twice as long on Zen 5.
  packing::Packing packing() const override {
    return {/*group=*/2, /*indexBits=*/4, /*wordBits=*/8, /*rows=*/32};
  }
  llvm::StringRef reason() const override {
    return "pshufb looks up the nine sums of two trits, split in nibbles";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::LutRegistersAttr::get(context, /*tokenTile=*/1,
                                                  /*rowBlocks=*/1,
                                                  /*prefetch=*/4096,
                                                  /*lookupTokens=*/2),
                   /*maxTokens=*/5),
            kernel(lutMemory(context, facts, /*tokenTile=*/16))};
  }
  const RegisterLookup *registerLookup() const override { return &nibbles; }

private:
  X86Nibbles nibbles{16, "llvm.x86.ssse3.pshuf.b.128"};
};
} // namespace

const Isa &kernels::getX86Sse4() {
  static const X86Sse4 isa;
  return isa;
}
