//===- TernaryPackWeights.cpp - Pack whole weight matrices ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYPACKWEIGHTS
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryPackWeights
    : bitnet::impl::TernaryPackWeightsBase<TernaryPackWeights> {
  using TernaryPackWeightsBase::TernaryPackWeightsBase;
  void runOnOperation() override;
};
} // namespace

/// The packed weights, folded where the trits are constant.
static Value packWeights(OpBuilder &builder, Location loc, Value trits,
                         PackingAttr packing) {
  auto pack = PackOp::create(builder, loc, packing.getStorageType(), trits);
  SmallVector<Value> folded;
  if (failed(builder.tryFold(pack, folded)) || folded.empty())
    return pack;
  pack.erase();
  return folded.front();
}

void TernaryPackWeights::runOnOperation() {
  IRRewriter rewriter(&getContext());
  SmallVector<ProductOp> planned;
  getOperation().walk([&](ProductOp op) {
    if (op.getPacking())
      planned.push_back(op);
  });
  for (ProductOp op : planned) {
    SmallVector<Value> packed;
    rewriter.setInsertionPoint(op);
    for (Value weights : op.getWeights()) {
      auto trits = weights.getDefiningOp<ConstantOp>();
      if (trits && failed(trits.verifyValues()))
        return signalPassFailure();
      packed.push_back(
          packWeights(rewriter, op.getLoc(), weights, op.getPackingAttr()));
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getWeightsMutable().assign(packed);
      op.removePackingAttr();
    });
  }
}
