//===- ProductSums.cpp - The sums of products -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel computes all inputs at once, or one part of them after the other: a
// depth tile, whose sums it adds itself or, where it takes no scales, a scale
// group, whose sums are scaled and added behind it. Products of the same
// activations share the loop over the parts, and with it their tables.
//
//===----------------------------------------------------------------------===//

#include "ProductSums.h"

#include "../Products.h"
#include "bitnet/Support/Tensors.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

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

/// Whether the sums of scale groups are scaled and added outside of the kernel.
static bool isSummedByGroups(ProductOp op) {
  return op.getScaleGroup() != 0 && !kernelOf(op).getAlgorithm().takesScales();
}

bool bitnet::areSumsResult(ProductOp op) {
  return op.isBare() && (isSummedByGroups(op) || !hasPadding(op));
}

/// Space for the sums of one product. In loops over tiles it is one buffer for
/// the largest, before them, so that the sums of a tile stay in the cache.
static Value createSums(RewriterBase &rewriter, ProductOp op, Type element) {
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
  int64_t blocks = op.getWeightPacking().getStorageType().getDimSize(0);
  blocks = std::min(blocks, findBound(weights, 0).value_or(blocks));
  shape = {*tokens, blocks * rows};
  Value buffer;
  {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(outermost);
    buffer = allocate();
  }
  SmallVector<OpFoldResult> zeros(2, rewriter.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, rewriter.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(rewriter, loc, buffer, zeros, sizes,
                                        ones);
}

namespace {
/// A product of one matrix: one of those of a `ternary.product`.
struct MatrixProduct {
  ProductOp op;
  Value weights, scales;
};
} // namespace

static SmallVector<MatrixProduct> matrixProducts(ArrayRef<ProductOp> products) {
  SmallVector<MatrixProduct> all;
  for (ProductOp op : products)
    for (auto [number, weights] : llvm::enumerate(op.getWeights()))
      all.push_back(
          {op, weights, op.getScaleGroup() ? op.getScales()[number] : Value()});
  return all;
}

/// The sums of `x` and `weights`, packed so, in `acc`, which has a column for
/// each row of the row blocks.
static Value buildKernelOps(OpBuilder &builder, ProductOp op,
                            PackingAttr packing, Value x, Value weights,
                            Value scales, Value acc, bool accumulates = false) {
  KernelAttr kernel = kernelOf(op).forAnyTokens();
  return kernel.getAlgorithm().buildKernelOps(builder, op.getLoc(), kernel,
                                              packing, x, weights, scales, acc,
                                              accumulates);
}

/// Where the sums of a product go, of elements of that type.
static Value createAcc(RewriterBase &rewriter, ProductOp op, Type element) {
  return areSumsResult(op) ? op.getInit() : createSums(rewriter, op, element);
}

static Value fillZeros(OpBuilder &builder, Location loc, Value tensor) {
  Type element = cast<ShapedType>(tensor.getType()).getElementType();
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  return linalg::FillOp::create(builder, loc, ValueRange{zero},
                                ValueRange{tensor})
      .getResult(0);
}

/// `size` elements of one dimension from `offset` on.
static Value sliceDim(OpBuilder &builder, Location loc, Value source,
                      int64_t dim, OpFoldResult offset, int64_t size) {
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, source);
  offsets[dim] = offset;
  sizes[dim] = builder.getIndexAttr(size);
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = size;
  auto part = RankedTensorType::get(shape, type.getElementType());
  return tensor::ExtractSliceOp::create(builder, loc, part, source, offsets,
                                        sizes, strides);
}

/// `value` / `unit` * `factor`, an index for which the quotient is whole.
static OpFoldResult rescale(OpBuilder &builder, Location loc,
                            OpFoldResult value, int64_t unit, int64_t factor) {
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  return affine::makeComposedFoldedAffineApply(
      builder, loc, s0.floorDiv(unit) * factor, {value});
}

/// The words of `size` inputs from `begin` on, which are a part of the depth.
static Value sliceWords(OpBuilder &builder, const MatrixProduct &product,
                        OpFoldResult begin, int64_t size) {
  ProductOp op = product.op;
  PackingAttr packing = op.getWeightPacking();
  int64_t unit = packing.getScaleGroup(), words = packing.getWords();
  OpFoldResult first =
      rescale(builder, op.getLoc(), begin,
              unit ? unit : int64_t(packing.getPacking().tritsPerWord()),
              unit ? words / packing.getScaleGroups() : 1);
  return sliceDim(builder, op.getLoc(), product.weights, /*dim=*/1, first,
                  packing.forDepth(size).getWords());
}

/// The scales of `size` inputs from `begin` on, if there are any.
static Value sliceScales(OpBuilder &builder, const MatrixProduct &product,
                         Value scales, OpFoldResult begin, int64_t size) {
  if (!scales)
    return scales;
  ProductOp op = product.op;
  PackingAttr packing = op.getWeightPacking();
  OpFoldResult first = rescale(builder, op.getLoc(), begin,
                               packing.getScaleGroup(), /*factor=*/1);
  return sliceDim(builder, op.getLoc(), scales, /*dim=*/0, first,
                  packing.forDepth(size).getScaleGroups());
}

/// A loop over [0, end), whose body makes the next of some values.
static SmallVector<Value>
createLoop(RewriterBase &rewriter, Location loc, int64_t end, int64_t step,
           ValueRange init,
           function_ref<SmallVector<Value>(OpFoldResult, ValueRange)> body) {
  Value begin = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value limit = arith::ConstantIndexOp::create(rewriter, loc, end);
  Value by = arith::ConstantIndexOp::create(rewriter, loc, step);
  auto loop = scf::ForOp::create(rewriter, loc, begin, limit, by, init);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(OpFoldResult(loop.getInductionVar()), loop.getRegionIterArgs());
  scf::YieldOp::create(rewriter, loc, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

/// totals + f32(sums) * scales, which are [1, columns].
static Value addScaled(OpBuilder &builder, Location loc, Value sums,
                       Value scales, Value totals) {
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  AffineExpr zero = builder.getAffineConstantExpr(0);
  AffineMap byColumn = AffineMap::get(2, 0, {zero, builder.getAffineDimExpr(1)},
                                      builder.getContext());
  SmallVector<AffineMap> maps = {identity, byColumn, identity};
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

/// Scale groups one after the other: each is a product that the kernel computes
/// exactly, and its sums are scaled and added to those of the groups before it,
/// while they are in the cache.
static SmallVector<Value> buildGroupedSums(RewriterBase &rewriter,
                                           ArrayRef<MatrixProduct> products) {
  ProductOp first = products.front().op;
  Location loc = first.getLoc();
  PackingAttr packing = first.getWeightPacking();
  int64_t group = packing.getScaleGroup(), groups = packing.getScaleGroups();
  // Of each one, the last included, all inputs.
  int64_t depth = groups * group;
  Value x = padColumns(rewriter, loc, first.getActivations(),
                       packing.getLogicalDepth(), depth);
  SmallVector<Value> accs, totals;
  for (const MatrixProduct &product : products) {
    ProductOp op = product.op;
    accs.push_back(createSums(rewriter, op, rewriter.getI32Type()));
    Value total = createAcc(rewriter, op, rewriter.getF32Type());
    if (!op.isBare())
      total = sliceColumns(rewriter, op, total);
    totals.push_back(fillZeros(rewriter, op.getLoc(), total));
  }
  return createLoop(
      rewriter, loc, depth, group, totals,
      [&](OpFoldResult begin, ValueRange before) {
        Value inputs = sliceDim(rewriter, loc, x, 1, begin, group);
        SmallVector<Value> next;
        for (auto [product, acc, total] :
             llvm::zip_equal(products, accs, before)) {
          ProductOp op = product.op;
          Location at = op.getLoc();
          Value words = sliceWords(rewriter, product, begin, group);
          Value scales =
              sliceScales(rewriter, product, product.scales, begin, group);
          Value sums = buildKernelOps(rewriter, op,
                                      op.getWeightPacking().forScaleGroup(),
                                      inputs, words, /*scales=*/Value(), acc);
          if (hasPadding(op))
            sums = sliceColumns(rewriter, op, sums);
          next.push_back(addScaled(rewriter, at, sums, scales, total));
        }
        return next;
      });
}

/// The sums of a product, i32 or, with scales, f32, and the scales that a
/// kernel takes.
static std::pair<Value, Value> createScaledAcc(RewriterBase &rewriter,
                                               const MatrixProduct &product) {
  Type element = product.scales ? Type(rewriter.getF32Type())
                                : Type(rewriter.getI32Type());
  Value acc = createAcc(rewriter, product.op, element), scales = product.scales;
  if (scales)
    scales = padScales(rewriter, product.op, scales, acc);
  return {acc, scales};
}

/// `tile` inputs after the other, whose sums the kernel adds up.
static SmallVector<Value> buildTiledSums(RewriterBase &rewriter,
                                         ArrayRef<MatrixProduct> products,
                                         int64_t tile) {
  ProductOp first = products.front().op;
  Location loc = first.getLoc();
  int64_t depth = first.getDepth(), full = depth - depth % tile;
  SmallVector<Value> accs, allScales;
  for (const MatrixProduct &product : products) {
    auto [acc, scales] = createScaledAcc(rewriter, product);
    accs.push_back(fillZeros(rewriter, loc, acc));
    allScales.push_back(scales);
  }
  auto addPart = [&](OpFoldResult begin, int64_t size, ValueRange before) {
    Value x = first.getActivations();
    Value inputs = sliceDim(rewriter, loc, x, 1, begin, size);
    SmallVector<Value> next;
    for (auto [product, scales, acc] :
         llvm::zip_equal(products, allScales, before)) {
      ProductOp op = product.op;
      PackingAttr part = op.getWeightPacking().forDepth(size);
      Value words = sliceWords(rewriter, product, begin, size);
      Value factors = sliceScales(rewriter, product, scales, begin, size);
      next.push_back(buildKernelOps(rewriter, op, part, inputs, words, factors,
                                    acc, /*accumulates=*/true));
    }
    return next;
  };
  SmallVector<Value> sums =
      createLoop(rewriter, loc, full, tile, accs,
                 [&](OpFoldResult begin, ValueRange before) {
                   return addPart(begin, tile, before);
                 });
  if (full != depth)
    sums = addPart(rewriter.getIndexAttr(full), depth - full, sums);
  return sums;
}

/// All inputs at once, each product where it stands: its epilogue follows while
/// its sums are in the cache.
static SmallVector<Value> buildWholeSums(RewriterBase &rewriter,
                                         ArrayRef<MatrixProduct> products) {
  SmallVector<Value> all;
  for (const MatrixProduct &product : products) {
    ProductOp op = product.op;
    rewriter.setInsertionPoint(op);
    auto [acc, scales] = createScaledAcc(rewriter, product);
    all.push_back(buildKernelOps(rewriter, op, op.getWeightPacking(),
                                 op.getActivations(), product.weights, scales,
                                 acc));
  }
  return all;
}

SmallVector<SmallVector<Value>>
bitnet::buildSums(RewriterBase &rewriter, ArrayRef<ProductOp> products) {
  ProductOp first = products.front();
  rewriter.setInsertionPoint(first);
  SmallVector<MatrixProduct> matrices = matrixProducts(products);
  AlgorithmAttrInterface algorithm = kernelOf(first).getAlgorithm();
  SmallVector<Value> sums;
  // Siblings have the same kernel, and the same depth.
  if (isSummedByGroups(first))
    sums = buildGroupedSums(rewriter, matrices);
  else if (int64_t tile = algorithm.getDepthTile(first.getWeightPacking()))
    sums = buildTiledSums(rewriter, matrices, tile);
  else
    sums = buildWholeSums(rewriter, matrices);
  SmallVector<SmallVector<Value>> byProduct;
  ArrayRef<Value> rest = sums;
  for (ProductOp op : products) {
    byProduct.emplace_back(rest.take_front(op.getWeights().size()));
    rest = rest.drop_front(op.getWeights().size());
    rewriter.setInsertionPoint(op);
    if (hasPadding(op) && !isSummedByGroups(op))
      for (Value &sum : byProduct.back())
        sum = sliceColumns(rewriter, op, sum);
  }
  return byProduct;
}
