//===- TilingInterfaceImpl.cpp - How ternary.matmul is tiled --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration space is tokens x columns of acc. The depth is no dimension of
// it: a kernel takes it whole, because its sums stay in registers. Packed
// weights are sliced by row blocks, so the offsets and sizes of a tile of the
// columns are multiples of the packing's rows.
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace bitnet::ternary;

SmallVector<utils::IteratorType> MatmulOp::getLoopIteratorTypes() {
  return {utils::IteratorType::parallel, utils::IteratorType::parallel};
}

SmallVector<Range> MatmulOp::getIterationDomain(OpBuilder &builder) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  Value x = getActivations();
  return {{zero, tensor::getMixedSize(builder, getLoc(), x, 0), one},
          {zero, tensor::getMixedSize(builder, getLoc(), getAcc(), 1), one}};
}

/// value divided by the constant divisor, of which it is a multiple.
static OpFoldResult divide(OpBuilder &builder, Location loc, OpFoldResult value,
                           int64_t divisor) {
  AffineExpr expr = builder.getAffineSymbolExpr(0).floorDiv(divisor);
  return affine::makeComposedFoldedAffineApply(builder, loc, expr, {value});
}

/// Whether `size` is all of dimension 0 of `value`.
static bool isWhole(Value value, OpFoldResult size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return cast<ShapedType>(value.getType()).getDimSize(0) == *constant;
  auto dim = cast<Value>(size).getDefiningOp<tensor::DimOp>();
  return dim && dim.getSource() == value && dim.getConstantIndex() == 0;
}

FailureOr<TilingResult>
MatmulOp::getTiledImplementation(OpBuilder &builder,
                                 ArrayRef<OpFoldResult> offsets,
                                 ArrayRef<OpFoldResult> sizes) {
  Location loc = getLoc();
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  auto weightsType = cast<RankedTensorType>(getWeights().getType());
  SmallVector<OpFoldResult> weightOffsets(weightsType.getRank(), zero);
  SmallVector<OpFoldResult> weightSizes =
      tensor::getMixedSizes(builder, loc, getWeights());
  SmallVector<OpFoldResult> weightStrides(weightsType.getRank(), one);
  weightOffsets[0] = offsets[1];
  weightSizes[0] = sizes[1];
  if (PackingAttr packing = getWeightPacking()) {
    std::optional<int64_t> size = getConstantIntValue(sizes[1]);
    if (size && *size % packing.getRows() != 0)
      return emitOpError() << "a tile of " << *size << " rows is not made of "
                           << "whole row blocks of " << packing.getRows();
    weightOffsets[0] = divide(builder, loc, offsets[1], packing.getRows());
    weightSizes[0] = divide(builder, loc, sizes[1], packing.getRows());
  }
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
  // The slice keeps the packing, which extract_slice's inference would drop.
  SmallVector<int64_t> sliceShape(weightsType.getShape());
  sliceShape[0] =
      getConstantIntValue(weightSizes[0]).value_or(ShapedType::kDynamic);
  auto weights = tensor::ExtractSliceOp::create(
      builder, loc,
      RankedTensorType::get(sliceShape, weightsType.getElementType(),
                            weightsType.getEncoding()),
      getWeights(), weightOffsets, weightSizes, weightStrides);
  auto acc = tensor::ExtractSliceOp::create(builder, loc, getAcc(), offsets,
                                            sizes, ones);
  auto tile = MatmulOp::create(builder, loc, acc.getType(), x, weights, acc,
                               getKernelsAttr(), getPackingAttr());
  slices.append({weights, acc});
  return TilingResult{{tile}, {tile.getResult()}, slices};
}

LogicalResult MatmulOp::getResultTilePosition(
    OpBuilder &, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}

FailureOr<TilingResult>
MatmulOp::generateResultTileValue(OpBuilder &builder, unsigned,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  return getTiledImplementation(builder, offsets, sizes);
}
