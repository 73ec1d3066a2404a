//===- ProductTiles.cpp - Tiles of products and epilogues -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/ProductTiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace bitnet;
using ternary::MatmulOp;

/// a + b * factor.
static OpFoldResult add(OpBuilder &builder, Location loc, OpFoldResult a,
                        OpFoldResult b, int64_t factor = 1) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0 + s1 * factor,
                                               {a, b});
}

ProductTiles::ProductTiles(OpBuilder &builder, const ProductUnit &unit,
                           Part all)
    : builder(builder), unit(unit),
      packing(MatmulOp(unit.products.front()).getWeightPacking()),
      loc(unit.getResult().getLoc()), all(all) {}

OpFoldResult ProductTiles::countBlocks(OpBuilder &builder,
                                       const ProductUnit &unit) {
  MatmulOp op = unit.products.front();
  return tensor::getMixedSize(builder, op.getLoc(), op.getWeights(), 0);
}

OpFoldResult ProductTiles::rowsOf(OpFoldResult blocks) const {
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  return affine::makeComposedFoldedAffineApply(
      builder, loc, s0 * packing.getRows(), {blocks});
}

Value ProductTiles::slice(Value source, Part rows, Part columns) const {
  SmallVector<OpFoldResult> ones(2, builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      builder, loc, source, ArrayRef<OpFoldResult>{rows.begin, columns.begin},
      ArrayRef<OpFoldResult>{rows.size, columns.size}, ones);
}

Part ProductTiles::columnsOf(Part blocks) const {
  Part rows = {rowsOf(blocks.begin), rowsOf(blocks.size)};
  if (!unit.isSliced())
    return rows;
  AffineExpr logical = builder.getAffineConstantExpr(packing.getLogicalRows());
  auto clip = [&](OpFoldResult row) {
    AffineExpr s0 = builder.getAffineSymbolExpr(0);
    auto map = AffineMap::get(0, 1, {s0, logical}, builder.getContext());
    return affine::makeComposedFoldedAffineMin(builder, loc, map, {row});
  };
  OpFoldResult begin = clip(rows.begin);
  OpFoldResult end = clip(add(builder, loc, rows.begin, rows.size));
  return {begin, add(builder, loc, end, begin, -1)};
}

SmallVector<Value> ProductTiles::createBuffers(OpFoldResult tokens,
                                               OpFoldResult blocks) const {
  SmallVector<Value> buffers;
  if (!unit.epilogue)
    return buffers;
  SmallVector<Value> dynamic;
  SmallVector<int64_t> shape;
  dispatchIndexOpFoldResults({tokens, rowsOf(blocks)}, dynamic, shape);
  auto type = RankedTensorType::get(shape, builder.getI32Type());
  // Empty tensors of the same type would become one.
  for (size_t i = 0; i < unit.products.size(); ++i)
    buffers.push_back(
        bufferization::AllocTensorOp::create(builder, loc, type, dynamic));
  return buffers;
}

/// The epilogue for the tile, with these sums, of which it reads the columns.
Value ProductTiles::computeEpilogue(Part tokens, Part columns, ValueRange sums,
                                    Value out) const {
  linalg::GenericOp epilogue = unit.epilogue;
  auto whole = cast<TilingInterface>(epilogue.getOperation());
  // Maps are projected permutations, whose slices can always be said.
  FailureOr<TilingResult> tile = whole.getTiledImplementation(
      builder, ArrayRef<OpFoldResult>{tokens.begin, columns.begin},
      ArrayRef<OpFoldResult>{tokens.size, columns.size});
  auto op = cast<linalg::GenericOp>(tile->tiledOps.front());
  for (auto [operand, source] :
       llvm::zip(op->getOpOperands(), epilogue->getOperands()))
    for (auto [ours, theirs] : llvm::zip(sums, unit.sums))
      if (source == theirs)
        operand.set(ours);
  op.getDpsInitsMutable().assign(out);
  op->getResult(0).setType(out.getType());
  for (Operation *made : tile->generatedSlices)
    if (made->use_empty())
      made->erase();
  return op->getResult(0);
}

/// The tile, into `out` of its size, with `accs` for the sums that an epilogue
/// reads. What the products and the epilogue of the unit overwrite plays no
/// part.
Value ProductTiles::compute(Part tokens, Part blocks, ValueRange accs,
                            Value out) const {
  SmallVector<OpFoldResult> offsets = {tokens.begin, rowsOf(blocks.begin)};
  SmallVector<OpFoldResult> sizes = {tokens.size, rowsOf(blocks.size)};
  SmallVector<Value> sums;
  for (auto [index, product] : llvm::enumerate(unit.products)) {
    MatmulOp whole = product;
    // Whole row blocks can always be cut out.
    FailureOr<TilingResult> tile =
        whole.getTiledImplementation(builder, offsets, sizes);
    auto op = cast<MatmulOp>(tile->tiledOps.front());
    Operation *unused = op.getAcc().getDefiningOp();
    op.getAccMutable().assign(unit.epilogue ? accs[index] : out);
    op->getResult(0).setType(op.getAcc().getType());
    unused->erase();
    sums.push_back(op.getResult());
  }
  if (!unit.epilogue)
    return sums.front();
  Part columns = columnsOf(blocks);
  OpFoldResult zero = builder.getIndexAttr(0);
  if (unit.isSliced())
    for (Value &sum : sums)
      sum = slice(sum, {zero, tokens.size}, {zero, columns.size});
  return computeEpilogue(tokens, columns, sums, out);
}

Value ProductTiles::emit(Part tokens, Part blocks, ValueRange buffers,
                         Value out) const {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  Part here = {add(builder, loc, all.begin, blocks.begin), blocks.size};
  SmallVector<Value> accs;
  for (Value buffer : buffers)
    accs.push_back(
        slice(buffer, {zero, tokens.size}, {zero, rowsOf(blocks.size)}));
  Part columns = {rowsOf(blocks.begin), columnsOf(here).size};
  Value result = compute(tokens, here, accs, slice(out, tokens, columns));
  return tensor::InsertSliceOp::create(
      builder, loc, result, out,
      ArrayRef<OpFoldResult>{tokens.begin, columns.begin},
      ArrayRef<OpFoldResult>{tokens.size, columns.size},
      ArrayRef<OpFoldResult>{one, one});
}

Value ProductTiles::emitWhole(OpFoldResult tokens, Value out) const {
  return compute({builder.getIndexAttr(0), tokens}, all,
                 createBuffers(tokens, all.size), out);
}
