//===- ArmSmmla.cpp - NEON's products of matrices -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArmDot.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class ArmSmmla final : public ArmDot {
public:
  llvm::StringRef name() const override { return "arm-smmla"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"neon", "dotprod", "i8mm"};
    return names;
  }
  llvm::StringRef reason() const override {
    return "smmla multiplies eight bytes of two rows with those of two tokens";
  }
  bool hasMatrixDot() const override { return true; }
  Value matrixDot(Emitter &e, Value sums, Value weights,
                  Value x) const override {
    return e.intrinsic("llvm.aarch64.neon.smmla", sums.getType(),
                       {sums, weights, x});
  }
};
} // namespace

const Isa &kernels::getArmSmmla() {
  static const ArmSmmla isa;
  return isa;
}
