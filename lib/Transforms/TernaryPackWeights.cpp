//===- TernaryPackWeights.cpp - Pack whole weight matrices ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYPACKWEIGHTS
#include "bitnet/Transforms/Passes.h.inc"
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
static Value packWeights(OpBuilder &builder, MatmulOp op, PackingAttr packing) {
  auto pack = PackOp::create(builder, op.getLoc(), packing.getStorageType(),
                             op.getWeights());
  SmallVector<Value> folded;
  if (failed(builder.tryFold(pack, folded)) || folded.empty())
    return pack;
  pack.erase();
  return folded.front();
}

static void packMatmul(IRRewriter &rewriter, MatmulOp op) {
  PackingAttr packing = op.getPackingAttr();
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  Value packed = packWeights(rewriter, op, packing);
  int64_t columns = packing.getStorageType().getDimSize(0) * packing.getRows();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, op.getAcc());
  SmallVector<OpFoldResult> wideSizes = {sizes[0],
                                         rewriter.getIndexAttr(columns)};
  Value acc =
      tensor::EmptyOp::create(rewriter, loc, wideSizes, rewriter.getI32Type());
  auto wide =
      MatmulOp::create(rewriter, loc, acc.getType(), op.getActivations(),
                       packed, acc, op.getKernelsAttr(), PackingAttr());
  if (op.getType() == wide.getType()) {
    rewriter.replaceOp(op, wide);
    return;
  }
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
      op, op.getType(), wide.getResult(), zeros, sizes, ones);
}

void TernaryPackWeights::runOnOperation() {
  IRRewriter rewriter(&getContext());
  SmallVector<MatmulOp> planned;
  getOperation().walk([&](MatmulOp op) {
    if (op.getPacking())
      planned.push_back(op);
  });
  for (MatmulOp op : planned) {
    auto trits = op.getWeights().getDefiningOp<ConstantOp>();
    if (trits && failed(trits.verifyValues()))
      return signalPassFailure();
    packMatmul(rewriter, op);
  }
}
