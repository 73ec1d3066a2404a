//===- ArmSmlal.cpp - NEON's widening multiply-adds -----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArmDot.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class ArmSmlal final : public ArmDot {
public:
  llvm::StringRef name() const override { return "arm-smlal"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"neon"};
    return names;
  }
  llvm::StringRef reason() const override {
    return "smlal multiplies eight bytes and adds them to eight lanes of 16 "
           "bits";
  }

  /// Products are at most 256 in magnitude, so that 16 bits hold the sum of
  /// four.
  Value dot(Emitter &e, Value sum, ValueRange weights,
            ValueRange x) const override {
    Type halfType = e.vectorType(8, 8), products = e.vectorType(8, 16);
    Values pairs;
    for (int64_t half = 0; half < 2; ++half) {
      Value total;
      for (auto [w, activation] : llvm::zip(weights, x)) {
        auto part = [&](Value bytes) -> Value {
          return vector::ExtractStridedSliceOp::create(
              e, halfType, bytes, e.getI64ArrayAttr({8 * half}),
              e.getI64ArrayAttr({8}), e.getI64ArrayAttr({1}));
        };
        Value product = e.intrinsic("llvm.aarch64.neon.smull", products,
                                    {part(w), part(activation)});
        total = total ? e.add(total, product) : product;
      }
      pairs.push_back(total);
    }
    Value neighbours = e.intrinsic("llvm.aarch64.neon.addp", products, pairs);
    return e.add(sum, e.intrinsic("llvm.aarch64.neon.saddlp", sum.getType(),
                                  neighbours));
  }
};
} // namespace

const Isa &kernels::getArmSmlal() {
  static const ArmSmlal isa;
  return isa;
}
