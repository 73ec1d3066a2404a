//===- X86Avx512Vnni.cpp - Dot products with AVX-512 VNNI -----------------===//
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
class X86Avx512Vnni final : public X86Dot {
public:
  llvm::StringRef name() const override { return "x86-avx512-vnni"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx512f", "avx512bw",
                                                    "avx512vnni"};
    return names;
  }
  unsigned registerBits() const override { return 512; }
  llvm::StringRef reason() const override {
    return "vpdpbusd multiplies and adds four bytes in each of 16 lanes";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::DotAttr::get(context, /*tokenTile=*/4,
                                         /*rowBlocks=*/4, /*prefetch=*/1024))};
  }
  int64_t tableAndSumRegisters() const override { return 20; }
};
} // namespace

const Isa &kernels::getX86Avx512Vnni() {
  static const X86Avx512Vnni isa;
  return isa;
}
