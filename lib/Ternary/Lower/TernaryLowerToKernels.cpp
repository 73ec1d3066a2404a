//===- TernaryLowerToKernels.cpp - Tiles become kernel ops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductSums.h"

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "llvm/ADT/MapVector.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYLOWERTOKERNELS
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryLowerToKernels
    : bitnet::impl::TernaryLowerToKernelsBase<TernaryLowerToKernels> {
  using TernaryLowerToKernelsBase::TernaryLowerToKernelsBase;
  void runOnOperation() override;
};
} // namespace

/// The epilogue, with these sums.
static Value createEpilogue(RewriterBase &rewriter, ProductOp op,
                            ArrayRef<Value> sums) {
  AffineMap identity = rewriter.getMultiDimIdentityMap(2);
  SmallVector<Value> inputs(sums);
  SmallVector<AffineMap> maps(sums.size(), identity);
  for (auto [number, input] : llvm::enumerate(op.getInputs())) {
    inputs.push_back(input);
    maps.push_back(op.getMap(number));
  }
  maps.push_back(identity);
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  auto build = [&](OpBuilder &builder, Location, ValueRange arguments) {
    Block &body = op.getBody().front();
    IRMapping mapping;
    mapping.map(body.getArguments(), arguments.drop_back());
    copyBody<IndexOp, YieldOp, linalg::IndexOp, linalg::YieldOp>(builder, body,
                                                                 mapping);
  };
  return linalg::GenericOp::create(rewriter, op.getLoc(), op.getType(), inputs,
                                   op.getInit(), maps, loops, build)
      .getResult(0);
}

/// Gives constants of packed words, and what slices them, types without the
/// encoding: bufferization drops encodings of values but not of constants.
/// The kernel ops have the packing as an attribute.
static void dropEncoding(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !isa_and_present<PackingAttr>(type.getEncoding()))
    return;
  auto plain = RankedTensorType::get(type.getShape(), type.getElementType());
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  if (constant) {
    if (auto blob = dyn_cast<DenseResourceElementsAttr>(constant.getValue()))
      constant.setValueAttr(
          DenseResourceElementsAttr::get(plain, blob.getRawHandle()));
    else if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue()))
      constant.setValueAttr(
          DenseElementsAttr::getFromRawBuffer(plain, dense.getRawData()));
    else
      return;
  }
  value.setType(plain);
  for (Operation *user : value.getUsers())
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
      dropEncoding(slice.getResult());
}

/// Whether nothing packs the weights before the model runs.
static bool isPackedAtRunTime(Value weights) {
  while (auto slice = weights.getDefiningOp<tensor::ExtractSliceOp>())
    weights = slice.getSource();
  return weights.getDefiningOp<PackOp>() != nullptr;
}

/// Whether `op` is what the passes before left.
static LogicalResult verifyInput(ProductOp op) {
  if (!op.getWeightPacking() || !op.getKernels() ||
      op.getKernels()->size() != 1)
    return op.emitOpError("expected packed weights and exactly one kernel");
  if (llvm::any_of(op.getWeights(), isPackedAtRunTime))
    return op.emitOpError("expected constant weights: nothing packs them when "
                          "the model runs");
  return success();
}

void TernaryLowerToKernels::runOnOperation() {
  WalkResult walk = getOperation().walk([](ProductOp op) {
    return failed(verifyInput(op)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return signalPassFailure();
  IRRewriter rewriter(&getContext());
  auto any = [](ArrayAttr) { return true; };
  SmallVector<SmallVector<ProductOp>> sets;
  for (ArrayRef<ProductOp> siblings : findSiblings(getOperation(), any)) {
    // Only those with the same scale groups can share a loop over them.
    llvm::MapVector<int64_t, SmallVector<ProductOp>> byGroup;
    for (ProductOp op : siblings)
      byGroup[op.getScaleGroup()].push_back(op);
    for (auto &[group, products] : byGroup)
      sets.push_back(products);
  }
  for (ArrayRef<ProductOp> products : sets) {
    SmallVector<SmallVector<Value>> sums = buildSums(rewriter, products);
    for (auto [op, sumsOfOp] : llvm::zip_equal(products, sums)) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOp(op, areSumsResult(op)
                                 ? sumsOfOp.front()
                                 : createEpilogue(rewriter, op, sumsOfOp));
    }
  }
  getOperation().walk(
      [](arith::ConstantOp op) { dropEncoding(op.getResult()); });
  // What does not depend on the rows of a tile is computed once for all of
  // them. It must not leave the parallel loop around, as upstream's pass would
  // have it: each thread has buffers of its own.
  getOperation().walk([](scf::ForOp loop) { moveLoopInvariantCode(loop); });
}
