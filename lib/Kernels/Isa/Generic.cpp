//===- Generic.cpp - Vector code for any CPU ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pure vector operations on 16 bytes, the width that every 64-bit CPU has. All
// other instruction sets are compared with this one.
//
//===----------------------------------------------------------------------===//

#include "../Isa.h"

using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class Generic final : public Isa {
public:
  llvm::StringRef name() const override { return "generic"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override { return {}; }
  unsigned registerBits() const override { return 128; }

  /// Two bits for each trit, so that masks come from a compare; 32 rows share
  /// the broadcast of an activation.
  packing::Packing packing() const override {
    return {/*group=*/1, /*indexBits=*/2, /*wordBits=*/8, /*rows=*/32};
  }
  llvm::StringRef reason() const override {
    return "no lookup in registers without an instruction for it: two bits a "
           "trit make masks";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::MaskedAddAttr::get(context), /*maxTokens=*/1),
            kernel(lutMemory(context, facts, /*tokenTile=*/32))};
  }
  bool hasMaskedAdd() const override { return true; }
};
} // namespace

const Isa &kernels::getGeneric() {
  static const Generic isa;
  return isa;
}
