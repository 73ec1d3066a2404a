//===- X86Avx2.cpp - AVX2 -------------------------------------------------===//
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
class X86Avx2 final : public Isa {
public:
  llvm::StringRef name() const override { return "x86-avx2"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx2"};
    return names;
  }
  unsigned registerBits() const override { return 256; }

  /// Two registers of rows: a word of a block is a cache line, and two tokens
  /// share its indices.
  packing::Packing packing() const override {
    return {/*group=*/2, /*indexBits=*/4, /*wordBits=*/8, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "vpshufb looks up the nine sums of two trits, split in nibbles";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::LutRegistersAttr::get(context, /*tokenTile=*/2,
                                                  /*rowBlocks=*/2,
                                                  /*prefetch=*/2048,
                                                  /*lookupTokens=*/2),
                   /*maxTokens=*/12),
            kernel(lutMemory(context, facts, /*tokenTile=*/32))};
  }
  const RegisterLookup *registerLookup() const override { return &nibbles; }

private:
  X86Nibbles nibbles{32, "llvm.x86.avx2.pshuf.b"};
};
} // namespace

const Isa &kernels::getX86Avx2() {
  static const X86Avx2 isa;
  return isa;
}
