//===- TilingInterfaceImpl.cpp - How ternary.matmul is tiled
//------------------===//
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
  return {{zero, tensor::getMixedSize(builder, getLoc(), getAcc(), 0), one},
          {zero, tensor::getMixedSize(builder, getLoc(), getAcc(), 1), one}};
}

/// value divided by the constant divisor, of which it is a multiple.
static OpFoldResult divide(OpBuilder &builder, Location loc, OpFoldResult value,
                           int64_t divisor) {
  AffineExpr expr = builder.getAffineSymbolExpr(0).floorDiv(divisor);
  return affine::makeComposedFoldedAffineApply(builder, loc, expr, {value});
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
  if (PackingAttr packing = getPacking()) {
    std::optional<int64_t> size = getConstantIntValue(sizes[1]);
    if (size && *size % packing.getRows() != 0)
      return emitOpError() << "a tile of " << *size << " rows is not made of "
                           << "whole row blocks of " << packing.getRows();
    weightOffsets[0] = divide(builder, loc, offsets[1], packing.getRows());
    weightSizes[0] = divide(builder, loc, sizes[1], packing.getRows());
  }
  SmallVector<OpFoldResult> xSizes = {
      sizes[0], tensor::getMixedSize(builder, loc, getActivations(), 1)};
  SmallVector<OpFoldResult> ones = {one, one};
  auto x = tensor::ExtractSliceOp::create(
      builder, loc, getActivations(), ArrayRef<OpFoldResult>{offsets[0], zero},
      xSizes, ones);
  // The slice keeps the packing, which extract_slice's inference would drop.
  auto sliceType = RankedTensorType::get(
      {getConstantIntValue(weightSizes[0]).value_or(ShapedType::kDynamic)},
      weightsType.getElementType());
  SmallVector<int64_t> sliceShape(sliceType.getShape());
  llvm::append_range(sliceShape, weightsType.getShape().drop_front());
  auto weights = tensor::ExtractSliceOp::create(
      builder, loc,
      RankedTensorType::get(sliceShape, weightsType.getElementType(),
                            weightsType.getEncoding()),
      getWeights(), weightOffsets, weightSizes, weightStrides);
  auto acc = tensor::ExtractSliceOp::create(builder, loc, getAcc(), offsets,
                                            sizes, ones);
  auto tile = MatmulOp::create(builder, loc, acc.getType(), x, weights, acc,
                               getKernelsAttr());
  return TilingResult{{tile}, {tile.getResult()}, {x, weights, acc}};
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
