//===- TernaryLowerToKernels.cpp - Tiles become kernel ops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Support/Tensors.h"
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

/// Whether the last row block of the weights has rows that are no columns.
static bool hasPadding(ProductOp op) {
  PackingAttr packing = op.getWeightPacking();
  return packing.getLogicalRows() % packing.getRows() != 0;
}

/// Of sums for all rows of the row blocks those that are columns of the result.
static Value sliceColumns(RewriterBase &rewriter, ProductOp op, Value sums) {
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      rewriter, op.getLoc(), sums, zeros,
      tensor::getMixedSizes(rewriter, op.getLoc(), op.getInit()), ones);
}

/// The sums of a product of `x` in `acc`, which has a column for each row of
/// the row blocks, by the kernel of `op`: those of a scale group, or scaled
/// ones of all groups where there are scales. Returns those of them that are no
/// padding.
static Value buildSums(RewriterBase &rewriter, ProductOp op, Value x,
                       Value weights, Value scales, Value acc) {
  KernelAttr kernel = kernelOf(op).forAnyTokens();
  PackingAttr packing = op.getWeightPacking();
  if (!scales)
    packing = packing.forScaleGroup();
  Value sums = kernel.getAlgorithm().buildKernelOps(
      rewriter, op.getLoc(), kernel, packing, x, weights, scales, acc);
  return hasPadding(op) ? sliceColumns(rewriter, op, sums) : sums;
}

/// Space for the sums of one product. In loops over tiles it is one buffer for
/// the largest, before them, so that the sums of a tile stay in the cache.
static Value createSums(RewriterBase &rewriter, ProductOp op, Type element) {
  Location loc = op.getLoc();
  Value x = op.getActivations(), weights = op.getWeights().front();
  int64_t rows = op.getWeightPacking().getRows();
  unsigned blockDim = op.getWeightPacking().getRowBlockDim();
  AffineExpr s0 = rewriter.getAffineSymbolExpr(0);
  OpFoldResult columns = affine::makeComposedFoldedAffineApply(
      rewriter, loc, s0 * rows,
      {tensor::getMixedSize(rewriter, loc, weights, blockDim)});
  SmallVector<OpFoldResult> sizes = {tensor::getMixedSize(rewriter, loc, x, 0),
                                     columns};
  SmallVector<Value> dynamic;
  SmallVector<int64_t> shape;
  // Empty tensors of the same type would become one.
  auto allocate = [&]() -> Value {
    auto type = RankedTensorType::get(shape, element);
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
  int64_t blocks = op.getWeightPacking().getStorageType().getDimSize(blockDim);
  blocks = std::min(blocks, findBound(weights, blockDim).value_or(blocks));
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

/// The part of a tensor at one index of the first dimension, which it loses.
static Value sliceFirst(OpBuilder &builder, Location loc, Value source,
                        OpFoldResult index) {
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, source);
  offsets.front() = index;
  sizes.front() = builder.getIndexAttr(1);
  auto part = RankedTensorType::get(type.getShape().drop_front(),
                                    type.getElementType());
  return tensor::ExtractSliceOp::create(builder, loc, part, source, offsets,
                                        sizes, strides);
}

/// totals + f32(sums) * scales, with a scale for each column.
static Value addScaled(OpBuilder &builder, Location loc, Value sums,
                       Value scales, Value totals) {
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  SmallVector<AffineMap> maps = {
      identity, AffineMap::get(2, 0, builder.getAffineDimExpr(1)), identity};
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  auto build = [](OpBuilder &b, Location loc, ValueRange a) {
    Value sum = arith::SIToFPOp::create(b, loc, b.getF32Type(), a[0]);
    Value scaled = arith::MulFOp::create(b, loc, sum, a[1]);
    Value total = arith::AddFOp::create(b, loc, a[2], scaled);
    linalg::YieldOp::create(b, loc, total);
  };
  return linalg::GenericOp::create(builder, loc, totals.getType(),
                                   ValueRange{sums, scales}, totals, maps,
                                   loops, build)
      .getResult(0);
}

/// Scales for all rows of the row blocks, zeros for those that are padding.
static Value padScales(RewriterBase &rewriter, ProductOp op, Value scales,
                       Value acc) {
  if (!hasPadding(op))
    return scales;
  Location loc = op.getLoc();
  AffineExpr a, b;
  bindSymbols(rewriter.getContext(), a, b);
  OpFoldResult none = rewriter.getIndexAttr(0);
  OpFoldResult missing = affine::makeComposedFoldedAffineApply(
      rewriter, loc, b - a,
      {tensor::getMixedSize(rewriter, loc, scales, 1),
       tensor::getMixedSize(rewriter, loc, acc, 1)});
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getF32FloatAttr(0));
  auto type = RankedTensorType::get(
      {cast<RankedTensorType>(scales.getType()).getDimSize(0),
       cast<RankedTensorType>(acc.getType()).getDimSize(1)},
      rewriter.getF32Type());
  return tensor::PadOp::create(rewriter, loc, type, scales,
                               ArrayRef<OpFoldResult>{none, none},
                               ArrayRef<OpFoldResult>{none, missing}, zero);
}

/// The scaled sums of all products of `op`: each scale group is a product that
/// the kernel computes exactly, and its sums are scaled and added to those of
/// the groups before it, while they are in the cache.
static SmallVector<Value> buildScaledSums(RewriterBase &rewriter,
                                          ProductOp op) {
  Location loc = op.getLoc();
  PackingAttr packing = op.getWeightPacking();
  OpFoldResult none = rewriter.getIndexAttr(0), one = rewriter.getIndexAttr(1);
  Value x =
      padColumns(rewriter, loc, op.getActivations(), packing.getLogicalDepth(),
                 packing.getScaleGroups() * packing.getScaleGroup());
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getF32FloatAttr(0));
  SmallVector<Value> accs, zeros;
  for (size_t i = 0; i < op.getWeights().size(); ++i) {
    accs.push_back(createSums(rewriter, op, rewriter.getI32Type()));
    Value totals = op.getInit();
    if (!op.isBare())
      totals = sliceColumns(rewriter, op,
                            createSums(rewriter, op, rewriter.getF32Type()));
    zeros.push_back(linalg::FillOp::create(rewriter, loc, ValueRange{zero},
                                           ValueRange{totals})
                        .getResult(0));
  }
  Value begin = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value step = arith::ConstantIndexOp::create(rewriter, loc, 1);
  Value end =
      arith::ConstantIndexOp::create(rewriter, loc, packing.getScaleGroups());
  auto loop = scf::ForOp::create(rewriter, loc, begin, end, step, zeros);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(loop.getBody());
  OpFoldResult group = loop.getInductionVar();
  AffineExpr s0 = rewriter.getAffineSymbolExpr(0);
  OpFoldResult firstInput = affine::makeComposedFoldedAffineApply(
      rewriter, loc, s0 * packing.getScaleGroup(), {group});
  Value inputs = tensor::ExtractSliceOp::create(
      rewriter, loc, x, ArrayRef<OpFoldResult>{none, firstInput},
      ArrayRef<OpFoldResult>{tensor::getMixedSize(rewriter, loc, x, 0),
                             rewriter.getIndexAttr(packing.getScaleGroup())},
      ArrayRef<OpFoldResult>{one, one});
  SmallVector<Value> totals;
  for (auto [weights, scales, acc, before] : llvm::zip_equal(
           op.getWeights(), op.getScales(), accs, loop.getRegionIterArgs())) {
    Value words = sliceFirst(rewriter, loc, weights, group);
    Value factors = sliceFirst(rewriter, loc, scales, group);
    Value sums =
        buildSums(rewriter, op, inputs, words, /*scales=*/Value(), acc);
    totals.push_back(addScaled(rewriter, loc, sums, factors, before));
  }
  scf::YieldOp::create(rewriter, loc, totals);
  return llvm::to_vector_of<Value>(loop.getResults());
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

/// The sums of all products of `op` and the epilogue. Sums that are the result
/// and have no padding go there.
static Value lower(RewriterBase &rewriter, ProductOp op) {
  bool isScaled = op.getScaleGroup() != 0;
  if (isScaled && !kernelOf(op).getAlgorithm().takesScales()) {
    SmallVector<Value> sums = buildScaledSums(rewriter, op);
    return op.isBare() ? sums.front() : createEpilogue(rewriter, op, sums);
  }
  bool isResult = op.isBare() && !hasPadding(op);
  Type element = isScaled ? Type(rewriter.getF32Type()) : rewriter.getI32Type();
  SmallVector<Value> sums;
  for (auto [number, weights] : llvm::enumerate(op.getWeights())) {
    Value acc = isResult ? op.getInit() : createSums(rewriter, op, element);
    Value scales = isScaled
                       ? padScales(rewriter, op, op.getScales()[number], acc)
                       : Value();
    sums.push_back(
        buildSums(rewriter, op, op.getActivations(), weights, scales, acc));
  }
  return isResult ? sums.front() : createEpilogue(rewriter, op, sums);
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
