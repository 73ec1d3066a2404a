//===- BitnetOwnResults.cpp - Results of their own ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/TernaryStage.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"

namespace bitnet {
#define GEN_PASS_DEF_BITNETOWNRESULTS
#include "bitnet/Passes/TernaryStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

namespace {
struct BitnetOwnResults : bitnet::impl::BitnetOwnResultsBase<BitnetOwnResults> {
  using BitnetOwnResultsBase::BitnetOwnResultsBase;
  void runOnOperation() override;
};
} // namespace

/// The value that `value` is a view of, or itself.
static Value getRoot(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp, tensor::ReshapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

void BitnetOwnResults::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal())
    return;
  auto ret = cast<func::ReturnOp>(function.front().getTerminator());
  OpBuilder builder(ret);
  llvm::SmallDenseSet<Value> roots;
  for (OpOperand &result : ret->getOpOperands()) {
    // A cache is returned in its own argument.
    unsigned number = result.getOperandNumber();
    auto type = dyn_cast<RankedTensorType>(result.get().getType());
    if (!type || !(function.getResultAttr(number, ModelDialect::kOutput) ||
                   function.getResultAttr(number, ModelDialect::kStatus)))
      continue;
    Value root = getRoot(result.get());
    bool isFirst = roots.insert(root).second;
    if (isFirst && !isa<BlockArgument>(root) &&
        !matchPattern(root, m_Constant()))
      continue;
    result.set(bufferization::AllocTensorOp::create(
        builder, ret.getLoc(), type, /*dynamicSizes=*/ValueRange(),
        result.get()));
  }
}
