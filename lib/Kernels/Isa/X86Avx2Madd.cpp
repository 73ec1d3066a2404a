//===- X86Avx2Madd.cpp - Dot products with AVX2 ---------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "X86Dot.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class X86Avx2Madd final : public X86Dot {
public:
  llvm::StringRef name() const override { return "x86-avx2-madd"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx2"};
    return names;
  }
  unsigned registerBits() const override { return 256; }
  llvm::StringRef reason() const override {
    return "vpmaddubsw multiplies and adds two bytes in each of 16 lanes";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::DotAttr::get(context, /*tokenTile=*/2,
                                         /*rowBlocks=*/2, /*prefetch=*/2048))};
  }

  /// Pairs of products are at most 512 in magnitude, so that four of them fit
  /// 16 bits.
  Value dot(Emitter &e, Value sum, ValueRange weights,
            ValueRange x) const override {
    Type words = e.vectorType(16, 16);
    Value pairs;
    for (auto [w, activation] : llvm::zip(weights, x)) {
      Value product =
          e.intrinsic("llvm.x86.avx2.pmadd.ub.sw", words, {w, activation});
      pairs = pairs ? e.add(pairs, product) : product;
    }
    Value ones = e.constant(words, 1);
    return e.add(sum, e.intrinsic("llvm.x86.avx2.pmadd.wd", sum.getType(),
                                  {pairs, ones}));
  }
};
} // namespace

const Isa &kernels::getX86Avx2Madd() {
  static const X86Avx2Madd isa;
  return isa;
}
