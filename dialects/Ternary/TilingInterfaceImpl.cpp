//===- TilingInterfaceImpl.cpp - Tiles of products ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product is tiled by tokens and columns. Its depth is no loop of the op: a
// kernel takes it whole, because its sums stay in registers. Packed weights are
// sliced by row blocks, so a tile of the columns begins with one.
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace bitnet::ternary;

SmallVector<utils::IteratorType> ProductOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> ProductOp::getIterationDomain(OpBuilder &builder) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  Value x = getActivations();
  return {{zero, tensor::getMixedSize(builder, getLoc(), x, 0), one},
          {zero, tensor::getMixedSize(builder, getLoc(), getInit(), 1), one}};
}

/// Whether `size` is all of dimension 0 of `value`.
static bool isWhole(Value value, OpFoldResult size) {
  FailureOr<bool> isEqual =
      ValueBoundsConstraintSet::areEqual({value, 0}, size);
  return succeeded(isEqual) && *isEqual;
}

/// The weights of a tile's columns. The slice keeps the packing, which
/// extract_slice's inference would drop.
static Value sliceWeights(OpBuilder &builder, Location loc, Value weights,
                          OpFoldResult offset, OpFoldResult size,
                          int64_t block) {
  auto type = cast<RankedTensorType>(weights.getType());
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  SmallVector<OpFoldResult> offsets(type.getRank(), zero);
  SmallVector<OpFoldResult> strides(type.getRank(), one);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, weights);
  offsets[0] = affine::makeComposedFoldedAffineApply(
      builder, loc, s0.floorDiv(block), {offset});
  sizes[0] = affine::makeComposedFoldedAffineApply(builder, loc,
                                                   s0.ceilDiv(block), {size});
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = getConstantIntValue(sizes[0]).value_or(ShapedType::kDynamic);
  return tensor::ExtractSliceOp::create(
      builder, loc,
      RankedTensorType::get(shape, type.getElementType(), type.getEncoding()),
      weights, offsets, sizes, strides);
}

/// What a tile reads of an input.
static Value sliceInput(OpBuilder &builder, Location loc, Value input,
                        AffineMap map, ArrayRef<OpFoldResult> offsets,
                        ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> from, extents;
  for (AffineExpr expr : map.getResults()) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    from.push_back(loop ? offsets[loop.getPosition()]
                        : OpFoldResult(builder.getIndexAttr(0)));
    extents.push_back(loop ? sizes[loop.getPosition()]
                           : OpFoldResult(builder.getIndexAttr(1)));
  }
  if (from.empty())
    return input;
  SmallVector<OpFoldResult> ones(from.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, input, from, extents,
                                        ones);
}

/// Copies the body. Indices count from the offsets of the tile.
static void cloneBody(OpBuilder &builder, ProductOp from, ProductOp to,
                      ArrayRef<OpFoldResult> offsets) {
  IRMapping mapping;
  OpBuilder::InsertionGuard guard(builder);
  from.getBody().cloneInto(&to.getBody(), mapping);
  to.getBody().walk([&](IndexOp index) {
    builder.setInsertionPointAfter(index);
    AffineExpr s0, s1;
    bindSymbols(builder.getContext(), s0, s1);
    OpFoldResult moved = affine::makeComposedFoldedAffineApply(
        builder, index.getLoc(), s0 + s1,
        {index.getResult(), offsets[index.getDim()]});
    auto value = dyn_cast<Value>(moved);
    if (value && value != index.getResult())
      index.getResult().replaceAllUsesExcept(value, value.getDefiningOp());
  });
}

FailureOr<TilingResult>
ProductOp::getTiledImplementation(OpBuilder &builder,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  Location loc = getLoc();
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  int64_t block = 1;
  if (PackingAttr packing = getWeightPacking())
    block = packing.getRows();
  std::optional<int64_t> first = getConstantIntValue(offsets[1]);
  std::optional<int64_t> size = getConstantIntValue(sizes[1]);
  bool isLast =
      first && size && *first + *size == getInit().getType().getDimSize(1);
  if ((first && *first % block != 0) || (size && *size % block != 0 && !isLast))
    return emitOpError() << "a tile of " << size.value_or(*first)
                         << " columns is not made of whole row blocks of "
                         << block;
  SmallVector<OpFoldResult> ones = {one, one};
  SmallVector<Operation *> slices;
  // Where the tokens are not tiled, what is computed from the activations
  // alone can be seen to be the same for all tiles.
  Value x = getActivations();
  if (!isConstantIntValue(offsets[0], 0) || !isWhole(x, sizes[0])) {
    SmallVector<OpFoldResult> xSizes = {
        sizes[0], tensor::getMixedSize(builder, loc, x, 1)};
    slices.push_back(tensor::ExtractSliceOp::create(
        builder, loc, x, ArrayRef<OpFoldResult>{offsets[0], zero}, xSizes,
        ones));
    x = slices.front()->getResult(0);
  }
  SmallVector<Value> weights, scales, inputs;
  SmallVector<AffineMap> maps;
  auto add = [&](SmallVector<Value> &values, Value source, Value part) {
    values.push_back(part);
    if (part != source)
      slices.push_back(part.getDefiningOp());
  };
  for (Value matrix : getWeights())
    add(weights, matrix,
        sliceWeights(builder, loc, matrix, offsets[1], sizes[1], block));
  for (Value matrix : getScales()) {
    OpFoldResult groups = tensor::getMixedSize(builder, loc, matrix, 0);
    add(scales, matrix,
        tensor::ExtractSliceOp::create(
            builder, loc, matrix, ArrayRef<OpFoldResult>{zero, offsets[1]},
            ArrayRef<OpFoldResult>{groups, sizes[1]}, ones));
  }
  for (auto [number, input] : llvm::enumerate(getInputs())) {
    maps.push_back(getMap(number));
    add(inputs, input,
        sliceInput(builder, loc, input, maps.back(), offsets, sizes));
  }
  auto init = tensor::ExtractSliceOp::create(builder, loc, getInit(), offsets,
                                             sizes, ones);
  slices.push_back(init);
  auto tile =
      ProductOp::create(builder, loc, x, weights, scales, inputs, init, maps,
                        getKernelsAttr(), getPackingAttr(), getScaleGroup());
  cloneBody(builder, *this, tile, offsets);
  return TilingResult{{tile}, {tile.getResult()}, slices};
}

LogicalResult ProductOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}
