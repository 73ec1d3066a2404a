//===- X86AvxVnni.cpp - Dot products with AVX-VNNI ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "X86Dot.h"

using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class X86AvxVnni final : public X86Dot {
public:
  llvm::StringRef name() const override { return "x86-avx-vnni"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx2", "avxvnni"};
    return names;
  }
  unsigned registerBits() const override { return 256; }
  llvm::StringRef reason() const override {
    return "vpdpbusd multiplies and adds four bytes in each of eight lanes";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::DotAttr::get(context, /*tokenTile=*/2,
                                         /*rowBlocks=*/2, /*prefetch=*/2048))};
  }
};
} // namespace

const Isa &kernels::getX86AvxVnni() {
  static const X86AvxVnni isa;
  return isa;
}
