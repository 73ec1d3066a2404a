//===- TernaryLowerToKernels.cpp - Tiles become kernel ops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Kernels.h"
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

/// One product of a `ternary.product`, and what it becomes: sums in `acc`,
/// which has a column for each row of the row blocks.
struct Lowering {
  Lowering(RewriterBase &rewriter, ProductOp op, Value weights, Value acc)
      : rewriter(rewriter), loc(op.getLoc()),
        kernel(cast<KernelAttr>((*op.getKernels())[0]).forAnyTokens()),
        packing(op.getWeightPacking()), x(op.getActivations()),
        weights(weights), acc(acc) {}

  Value lower();

private:
  /// Lookup tables, then lookups.
  Value lutRegisters();
  /// Activations padded to whole words, then masked adds.
  Value maskedAdd();
  /// Activations transposed into a padded buffer, then lookups.
  Value lutMemory();
  /// Activations padded and put into the order of the words' bytes, then dot
  /// products.
  Value dot();

  OpFoldResult size(Value value, int64_t dim) {
    return tensor::getMixedSize(rewriter, loc, value, dim);
  }
  Value empty(ArrayRef<OpFoldResult> sizes, Type element) {
    return tensor::EmptyOp::create(rewriter, loc, sizes, element);
  }
  /// The activations with zeros up to the padded depth.
  Value padActivations();
  /// The activations by columns, with zeros up to `tokens` and the padded
  /// depth.
  Value transposeActivations(OpFoldResult tokens);

  RewriterBase &rewriter;
  Location loc;
  KernelAttr kernel;
  PackingAttr packing;
  Value x, weights, acc;
};
} // namespace

/// An upper bound of a size, nothing if none is known.
static std::optional<int64_t> findBound(Value value, int64_t dim) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, {value, dim}, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  return succeeded(bound) ? std::optional(*bound) : std::nullopt;
}

Value Lowering::padActivations() {
  int64_t depth = packing.getLogicalDepth();
  if (depth == packing.getPaddedDepth())
    return x;
  Value zero = arith::ConstantIntOp::create(rewriter, loc, 0, 8);
  auto source = cast<RankedTensorType>(x.getType());
  auto type = RankedTensorType::get(
      {source.getDimSize(0), packing.getPaddedDepth()}, rewriter.getI8Type());
  SmallVector<OpFoldResult> low(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> high = {
      rewriter.getIndexAttr(0),
      rewriter.getIndexAttr(packing.getPaddedDepth() - depth)};
  return tensor::PadOp::create(rewriter, loc, type, x, low, high, zero);
}

Value Lowering::transposeActivations(OpFoldResult tokens) {
  int64_t depth = packing.getLogicalDepth();
  OpFoldResult none = rewriter.getIndexAttr(0), rows = size(x, 0);
  OpFoldResult columnsOfX = rewriter.getIndexAttr(depth);
  Value columns =
      empty({rewriter.getIndexAttr(packing.getPaddedDepth()), tokens},
            rewriter.getI8Type());
  // Each part is written once: what is no activation is a small edge.
  using Emit = function_ref<Value(Value)>;
  auto write = [&](ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                   Emit emit) {
    SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
    Value part = tensor::ExtractSliceOp::create(rewriter, loc, columns, offsets,
                                                sizes, ones);
    columns = tensor::InsertSliceOp::create(rewriter, loc, emit(part), columns,
                                            offsets, sizes, ones);
  };
  auto zeros = [&](Value part) -> Value {
    Value zero = arith::ConstantIntOp::create(rewriter, loc, 0, 8);
    return linalg::FillOp::create(rewriter, loc, ValueRange{zero},
                                  ValueRange{part})
        .getResult(0);
  };
  write({none, none}, {columnsOfX, rows}, [&](Value part) -> Value {
    return linalg::TransposeOp::create(rewriter, loc, x, part,
                                       ArrayRef<int64_t>{1, 0})
        ->getResult(0);
  });
  AffineExpr a, b;
  bindSymbols(rewriter.getContext(), a, b);
  OpFoldResult missing = affine::makeComposedFoldedAffineApply(
      rewriter, loc, b - a, {rows, tokens});
  if (!isZeroInteger(missing))
    write({none, rows}, {columnsOfX, missing}, zeros);
  if (depth != packing.getPaddedDepth())
    write({columnsOfX, none},
          {rewriter.getIndexAttr(packing.getPaddedDepth() - depth), tokens},
          zeros);
  return columns;
}

Value Lowering::lutRegisters() {
  auto type = kernels::tableType(kernel, packing, ShapedType::kDynamic);
  Value init = empty({size(x, 0), rewriter.getIndexAttr(type.getDimSize(1)),
                      rewriter.getIndexAttr(type.getDimSize(2))},
                     type.getElementType());
  // Products of other rows share the tables, so CSE must see the same op.
  auto table = LutBuildOp::create(rewriter, loc, init.getType(),
                                  kernels::tableKernel(kernel),
                                  kernels::tablePacking(packing), x, init);
  return LutAccumulateOp::create(rewriter, loc, acc.getType(), kernel, packing,
                                 table.getResult(0), weights, acc)
      .getResult(0);
}

Value Lowering::maskedAdd() {
  Value padded = padActivations();
  return AddAccumulateOp::create(rewriter, loc, acc.getType(), kernel, packing,
                                 padded, weights, acc)
      .getResult(0);
}

Value Lowering::dot() {
  constexpr int64_t side = 4;
  OpFoldResult tokens = size(x, 0);
  Value padded = padActivations();
  int64_t words = packing.getPaddedDepth() / (side * side);
  int64_t fixed = getConstantIntValue(tokens).value_or(ShapedType::kDynamic);
  auto type =
      RankedTensorType::get({fixed, words, side, side}, rewriter.getI8Type());
  SmallVector<ReassociationIndices> groups = {{0}, {1, 2, 3}};
  SmallVector<OpFoldResult> sizes = {tokens};
  for (int64_t dim : type.getShape().drop_front())
    sizes.push_back(rewriter.getIndexAttr(dim));
  Value squares =
      tensor::ExpandShapeOp::create(rewriter, loc, type, padded, groups, sizes);
  Value init = empty(sizes, rewriter.getI8Type());
  Value transposed = linalg::TransposeOp::create(rewriter, loc, squares, init,
                                                 ArrayRef<int64_t>{0, 1, 3, 2})
                         ->getResult(0);
  Value columns =
      tensor::CollapseShapeOp::create(rewriter, loc, transposed, groups);
  return DotAccumulateOp::create(rewriter, loc, acc.getType(), kernel, packing,
                                 columns, weights, acc)
      .getResult(0);
}

Value Lowering::lutMemory() {
  AffineExpr s0 = rewriter.getAffineSymbolExpr(0);
  int64_t tile = kernel.getTokenTile();
  // One tile is a buffer of known size, which loops over tiles share.
  OpFoldResult padded = rewriter.getIndexAttr(tile);
  if (findBound(x, 0).value_or(tile + 1) > tile)
    padded = affine::makeComposedFoldedAffineApply(
        rewriter, loc, s0.ceilDiv(tile) * tile, {size(x, 0)});
  Value columns = transposeActivations(padded);
  Value scratch =
      empty({rewriter.getIndexAttr(kernels::scratchSize(kernel, packing))},
            rewriter.getI16Type());
  Value wide = empty({rewriter.getIndexAttr(kernels::wideRows(packing)),
                      rewriter.getIndexAttr(tile)},
                     rewriter.getI32Type());
  return TokenAccumulateOp::create(
             rewriter, loc,
             TypeRange{acc.getType(), scratch.getType(), wide.getType()},
             kernel, packing, columns, weights, acc, scratch, wide)
      .getResult(0);
}

Value Lowering::lower() {
  switch (kernel.getAlgorithm()) {
  case Algorithm::LutRegisters:
    return lutRegisters();
  case Algorithm::MaskedAdd:
    return maskedAdd();
  case Algorithm::LutMemory:
    return lutMemory();
  case Algorithm::Dot:
    return dot();
  }
  llvm_unreachable("all algorithms are handled");
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

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
    return Lowering(rewriter, op, op.getWeights().front(), op.getInit())
        .lower();
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, op.getLoc(), op.getInit());
  SmallVector<Value> sums;
  for (Value weights : op.getWeights()) {
    Value acc = createSums(rewriter, op);
    Value wide = Lowering(rewriter, op, weights, acc).lower();
    if (hasPadding)
      wide = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), wide, zeros,
                                            sizes, ones);
    sums.push_back(wide);
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
