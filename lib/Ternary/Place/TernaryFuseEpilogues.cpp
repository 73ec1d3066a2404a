//===- TernaryFuseEpilogues.cpp - One op after each product ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYFUSEEPILOGUES
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryFuseEpilogues
    : bitnet::impl::TernaryFuseEpiloguesBase<TernaryFuseEpilogues> {
  using TernaryFuseEpiloguesBase::TernaryFuseEpiloguesBase;
  void runOnOperation() override;
};
} // namespace

/// The activations of the products whose sums the op is or reads.
static SmallPtrSet<Value, 2> findActivations(Operation *op) {
  SmallPtrSet<Value, 2> activations;
  if (auto product = dyn_cast<MatmulOp>(op))
    activations.insert(product.getActivations());
  for (Value operand : op->getOperands())
    if (auto product = operand.getDefiningOp<MatmulOp>())
      activations.insert(product.getActivations());
  return activations;
}

/// Whether the op does the same to each element of `operand`, and writes it to
/// the same place.
static bool isElementwise(linalg::GenericOp op, OpOperand *operand) {
  return op->getNumResults() == 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         op.getMatchingIndexingMap(operand).isIdentity() &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity();
}

/// Whether nobody else reads what the op writes, and the reader is beside it.
static bool isReadOnlyBy(Operation *producer, Operation *reader) {
  return producer->getNumResults() == 1 &&
         producer->getBlock() == reader->getBlock() &&
         findOnlyReader(producer->getResult(0)) == reader;
}

/// Whether `producer` is a product or reads one, and its reader reads products
/// of the same activations only.
static bool canFollow(Operation *producer, Operation *reader) {
  SmallPtrSet<Value, 2> activations = findActivations(producer);
  if (activations.size() != 1)
    return false;
  for (Value value : findActivations(reader))
    activations.insert(value);
  return activations.size() == 1;
}

static bool canFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto reader = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !reader || !isElementwise(reader, operand) ||
      !isReadOnlyBy(producer, reader))
    return false;
  // x * sigmoid(x): one way first, then both come from the same op.
  auto isEpilogue = [](Value value) {
    if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>())
      value = expand.getSrc();
    auto op = value.getDefiningOp<linalg::GenericOp>();
    return op && !findActivations(op).empty();
  };
  return canFollow(producer, reader) ||
         llvm::any_of(producer->getOperands(), isEpilogue);
}

/// Products have tokens and columns; what reads them in more dimensions, batch
/// and sequence, does so on two as well.
static bool canCollapse(OpOperand *operand) {
  auto expand = operand->get().getDefiningOp<tensor::ExpandShapeOp>();
  auto reader = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!expand || !reader || !isElementwise(reader, operand) ||
      !isReadOnlyBy(expand, reader))
    return false;
  Operation *producer = expand.getSrc().getDefiningOp();
  return isa_and_present<MatmulOp, linalg::GenericOp>(producer) &&
         isReadOnlyBy(producer, expand) && canFollow(producer, reader);
}

void TernaryFuseEpilogues::runOnOperation() {
  RewritePatternSet patterns(&getContext());
  linalg::populateElementwiseOpsFusionPatterns(patterns, canFuse);
  linalg::populateFoldReshapeOpsByCollapsingPatterns(patterns, canCollapse);
  // Sizes are asked of what is fused away.
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
  // What is not done by then is done without.
  (void)applyPatternsGreedily(getOperation(), std::move(patterns));
}
