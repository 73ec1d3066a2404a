//===- TernaryAttentionOp.cpp - Verification and tiling of attention ------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration space is batch x heads x tokens. The keys are no dimension of
// it, because softmax needs them all.
//
//===----------------------------------------------------------------------===//

#include "ShapeChecks.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace bitnet::ternary;

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

int64_t AttentionOp::getGroup() {
  return getQuery().getType().getDimSize(1) / getKey().getType().getDimSize(1);
}

LogicalResult AttentionOp::verify() {
  ArrayRef<int64_t> q = getQuery().getType().getShape();
  ArrayRef<int64_t> k = getKey().getType().getShape();
  ArrayRef<int64_t> v = getValue().getType().getShape();
  for (int64_t dim : {q[1], q[3], k[1], k[3], v[1], v[3]})
    if (ShapedType::isDynamic(dim)) // attention_c1
      return emitOpError() << "query " << getQuery().getType() << ", key "
                           << getKey().getType() << " and value "
                           << getValue().getType()
                           << " must have static heads and depths";
  if (k[1] == 0 || q[1] % k[1] != 0) // attention_c1
    return emitOpError() << "number of heads (" << q[1]
                         << ") is no multiple of the number of key heads ("
                         << k[1] << ")";
  if (failed(verifyShape(*this, "key", getKey(),
                         {q[0], k[1], k[2], q[3]})) || // attention_c2
      failed(verifyShape(*this, "value", getValue(),
                         {q[0], k[1], k[2], v[3]})) || // attention_c3
      failed(verifyShape(*this, "destination", getInit(),
                         {q[0], q[1], q[2], v[3]}))) // attention_c4
    return failure();
  if (getInit().getType() != getType()) // attention_c4
    return emitOpError() << "result " << getType()
                         << " differs from its destination "
                         << getInit().getType();
  if (getMask()) { // attention_c5
    RankedTensorType mask = getMask().getType();
    SmallVector<int64_t> expected = {q[0], q[1], q[2], k[2]};
    for (int i = 0; i < 3; ++i)
      if (mask.getDimSize(i) == 1)
        expected[i] = 1;
    if (failed(verifyShape(*this, "mask", getMask(), expected)))
      return failure();
  }
  if (!getScale().isFinite()) // attention_c6
    return emitOpError() << "scale is " << getScale().convertToDouble()
                         << ", expected a finite number";
  return success();
}

LogicalResult
AttentionOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(tensor::getMixedSizes(builder, getLoc(), getInit()));
  return success();
}

//===----------------------------------------------------------------------===//
// Tiling
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType> AttentionOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(3, utils::IteratorType::parallel);
}

SmallVector<Range> AttentionOp::getIterationDomain(OpBuilder &builder) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  SmallVector<Range> domain;
  for (int64_t dim = 0; dim < 3; ++dim)
    domain.push_back(
        {zero, tensor::getMixedSize(builder, getLoc(), getQuery(), dim), one});
  return domain;
}

/// A slice of a tensor whose last dimension stays whole.
static Value slice(OpBuilder &builder, Location loc, Value source,
                   SmallVector<OpFoldResult> offsets,
                   SmallVector<OpFoldResult> sizes,
                   SmallVector<Operation *> &slices) {
  offsets.push_back(builder.getIndexAttr(0));
  sizes.push_back(tensor::getMixedSize(builder, loc, source, 3));
  SmallVector<OpFoldResult> ones(4, builder.getIndexAttr(1));
  slices.push_back(tensor::ExtractSliceOp::create(builder, loc, source, offsets,
                                                  sizes, ones));
  return slices.back()->getResult(0);
}

FailureOr<TilingResult>
AttentionOp::getTiledImplementation(OpBuilder &builder,
                                    ArrayRef<OpFoldResult> offsets,
                                    ArrayRef<OpFoldResult> sizes) {
  Location loc = getLoc();
  SmallVector<OpFoldResult> tile(offsets), extent(sizes);
  // The key heads that the tile's heads read.
  int64_t group = getGroup();
  OpFoldResult keyHead = offsets[1], keyHeads = sizes[1];
  if (group != 1) {
    std::optional<int64_t> heads = getConstantIntValue(sizes[1]);
    if (!heads || *heads <= 0 || (*heads % group != 0 && group % *heads != 0))
      return emitOpError() << "a tile of "
                           << (heads ? std::to_string(*heads) : "?")
                           << " heads is neither made of whole groups of "
                           << group << " nor a part of one";
    AffineExpr divided = builder.getAffineSymbolExpr(0).floorDiv(group);
    keyHead = affine::makeComposedFoldedAffineApply(builder, loc, divided,
                                                    {offsets[1]});
    keyHeads = builder.getIndexAttr(std::max<int64_t>(*heads / group, 1));
  }
  SmallVector<Operation *> slices;
  Value query = slice(builder, loc, getQuery(), tile, extent, slices);
  SmallVector<Value> cache;
  for (Value source : {Value(getKey()), Value(getValue())}) {
    OpFoldResult keys = tensor::getMixedSize(builder, loc, source, 2);
    cache.push_back(slice(builder, loc, source,
                          {offsets[0], keyHead, builder.getIndexAttr(0)},
                          {sizes[0], keyHeads, keys}, slices));
  }
  Value mask = getMask();
  if (mask) {
    SmallVector<OpFoldResult> maskTile(tile), maskExtent(extent);
    for (int64_t dim = 0; dim < 3; ++dim)
      if (getMask().getType().getDimSize(dim) == 1) {
        maskTile[dim] = builder.getIndexAttr(0);
        maskExtent[dim] = builder.getIndexAttr(1);
      }
    mask = slice(builder, loc, mask, maskTile, maskExtent, slices);
  }
  Value init = slice(builder, loc, getInit(), tile, extent, slices);
  auto tiled = AttentionOp::create(builder, loc, init.getType(), getScaleAttr(),
                                   query, cache[0], cache[1], mask, init);
  return TilingResult{{tiled}, {tiled.getResult()}, slices};
}

LogicalResult AttentionOp::getResultTilePosition(
    OpBuilder &builder, unsigned, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  resultOffsets.push_back(builder.getIndexAttr(0));
  resultSizes.push_back(builder.getIndexAttr(getType().getDimSize(3)));
  return success();
}

FailureOr<TilingResult>
AttentionOp::generateResultTileValue(OpBuilder &builder, unsigned,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes) {
  // The value depth is no loop: a tile of the result has it whole.
  return getTiledImplementation(builder, offsets.take_front(3),
                                sizes.take_front(3));
}
