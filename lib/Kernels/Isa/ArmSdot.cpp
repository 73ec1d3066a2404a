//===- ArmSdot.cpp - NEON's dot products ----------------------------------===//
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
class ArmSdot final : public ArmDot {
public:
  llvm::StringRef name() const override { return "arm-sdot"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"neon", "dotprod"};
    return names;
  }
  llvm::StringRef reason() const override {
    return "sdot multiplies and adds four bytes in each of four lanes";
  }
};
} // namespace

const Isa &kernels::getArmSdot() {
  static const ArmSdot isa;
  return isa;
}
