//===- ArmDot.cpp - NEON with dot products --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Isa.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class ArmDot final : public Isa {
public:
  llvm::StringRef name() const override { return "arm-dot"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"neon", "dotprod"};
    return names;
  }
  unsigned registerBits() const override { return 128; }
  bool multiplies() const override { return true; }

  /// 16 trits of a row in a lane of 32 bits; four registers of rows share the
  /// broadcast activations.
  packing::Packing packing() const override {
    return {/*group=*/1, /*indexBits=*/2, /*wordBits=*/32, /*rows=*/16};
  }
  llvm::StringRef reason() const override {
    return "sdot multiplies and adds four bytes in each of four lanes";
  }
  llvm::SmallVector<KernelChoice, 2> kernels() const override {
    return {{Algorithm::Dot, /*maxTokens=*/0, /*tokenTile=*/4, /*rowBlocks=*/1,
             /*prefetch=*/1024}};
  }
  int64_t cycles() const override { return 80; }
  int64_t tableAndSumRegisters() const override { return 16; }

  /// Weights are 0 to 2, so that signed bytes hold them.
  Value dot(Emitter &e, Value sum, ValueRange weights,
            ValueRange x) const override {
    for (auto [w, activation] : llvm::zip(weights, x))
      sum = e.intrinsic("llvm.aarch64.neon.sdot", sum.getType(),
                        {sum, w, activation});
    return sum;
  }
};
} // namespace

const Isa &kernels::getArmDot() {
  static const ArmDot isa;
  return isa;
}
