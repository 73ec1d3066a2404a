//===- TernaryLowerToKernels.cpp - Tiles become kernel ops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Products.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYLOWERTOKERNELS
#include "bitnet/Transforms/Passes.h.inc"
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

/// An upper bound of a size, nothing if none is known.
static std::optional<int64_t> findBound(Value value, int64_t dim) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, {value, dim}, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  return succeeded(bound) ? std::optional(*bound) : std::nullopt;
}

/// The sums of one product of `op` in `acc`, which has a column for each row of
/// the row blocks.
static Value buildSums(RewriterBase &rewriter, ProductOp op, Value weights,
                       Value acc) {
  auto kernel = cast<KernelAttr>((*op.getKernels())[0]).forAnyTokens();
  return kernel.getAlgorithm().buildKernelOps(
      rewriter, op.getLoc(), kernel, op.getWeightPacking(), op.getActivations(),
      weights, acc);
}

/// Space for the sums of one product. In loops over tiles it is one buffer for
/// the largest, before them, so that the sums of a tile stay in the cache.
static Value createSums(RewriterBase &rewriter, ProductOp op) {
  Location loc = op.getLoc();
  Value x = op.getActivations(), weights = op.getWeights().front();
  int64_t rows = op.getWeightPacking().getRows();
  AffineExpr s0 = rewriter.getAffineSymbolExpr(0);
  OpFoldResult columns = affine::makeComposedFoldedAffineApply(
      rewriter, loc, s0 * rows,
      {tensor::getMixedSize(rewriter, loc, weights, 0)});
  SmallVector<OpFoldResult> sizes = {tensor::getMixedSize(rewriter, loc, x, 0),
                                     columns};
  SmallVector<Value> dynamic;
  SmallVector<int64_t> shape;
  // Empty tensors of the same type would become one.
  auto allocate = [&]() -> Value {
    auto type = RankedTensorType::get(shape, rewriter.getI32Type());
    return bufferization::AllocTensorOp::create(rewriter, loc, type, dynamic);
  };
  Operation *outermost = nullptr;
  for (Operation *parent = op->getParentOp(); isa<scf::ForOp>(parent);
       parent = parent->getParentOp())
    outermost = parent;
  std::optional<int64_t> tokens = findBound(x, 0);
  if (!outermost || !tokens) {
    dispatchIndexOpFoldResults(sizes, dynamic, shape);
    return allocate();
  }
  // A part of the matrix has no more blocks than all of it.
  int64_t blocks = op.getWeightPacking().getStorageType().getDimSize(0);
  blocks = std::min(blocks, findBound(weights, 0).value_or(blocks));
  shape = {*tokens, blocks * rows};
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(outermost);
  Value buffer = allocate();
  rewriter.setInsertionPoint(op);
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(rewriter, loc, buffer, zeros, sizes,
                                        ones);
}

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

/// Sums, the columns of them that are no padding, and the epilogue. Sums that
/// are the result and have no padding go there.
static Value lower(RewriterBase &rewriter, ProductOp op) {
  PackingAttr packing = op.getWeightPacking();
  bool hasPadding = packing.getLogicalRows() % packing.getRows() != 0;
  if (op.isBare() && !hasPadding)
    return buildSums(rewriter, op, op.getWeights().front(), op.getInit());
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, op.getLoc(), op.getInit());
  SmallVector<Value> sums;
  for (Value weights : op.getWeights()) {
    Value acc = createSums(rewriter, op);
    Value padded = buildSums(rewriter, op, weights, acc);
    if (hasPadding)
      padded = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), padded,
                                              zeros, sizes, ones);
    sums.push_back(padded);
  }
  return createEpilogue(rewriter, op, sums);
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

void TernaryLowerToKernels::runOnOperation() {
  SmallVector<ProductOp> products;
  getOperation().walk([&](ProductOp op) { products.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (ProductOp op : products) {
    if (!op.getWeightPacking() || !op.getKernels() ||
        op.getKernels()->size() != 1) {
      op.emitOpError("expected packed weights and exactly one kernel");
      return signalPassFailure();
    }
    if (llvm::any_of(op.getWeights(), isPackedAtRunTime)) {
      op.emitOpError("expected constant weights: nothing packs them when the "
                     "model runs");
      return signalPassFailure();
    }
    rewriter.setInsertionPoint(op);
    rewriter.replaceOp(op, lower(rewriter, op));
  }
  getOperation().walk(
      [](arith::ConstantOp op) { dropEncoding(op.getResult()); });
  // What does not depend on the rows of a tile is computed once for all of
  // them. It must not leave the parallel loop around, as upstream's pass would
  // have it: each thread has buffers of its own.
  getOperation().walk([](scf::ForOp loop) { moveLoopInvariantCode(loop); });
}
