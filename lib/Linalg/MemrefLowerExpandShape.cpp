//===- MemrefLowerExpandShape.cpp - Expanded shapes of many sizes ---------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's expand-strided-metadata derives the sizes of an expand_shape from
// the source, which it can for one unknown size in a group only; for more it
// crashes. The op knows its sizes, so a reinterpret_cast says the same.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_MEMREFLOWEREXPANDSHAPE
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct MemrefLowerExpandShape
    : bitnet::impl::MemrefLowerExpandShapeBase<MemrefLowerExpandShape> {
  using MemrefLowerExpandShapeBase::MemrefLowerExpandShapeBase;
  void runOnOperation() override;
};
} // namespace

/// A group of the result has more than one size that is not static.
static bool hasManyUnknowns(memref::ExpandShapeOp op) {
  MemRefType type = op.getResultType();
  return llvm::any_of(op.getReassociationIndices(),
                      [&](const ReassociationIndices &group) {
                        return llvm::count_if(group, [&](int64_t dim) {
                                 return type.isDynamicDim(dim);
                               }) > 1;
                      });
}

static void lower(IRRewriter &rewriter, memref::ExpandShapeOp op) {
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  auto source =
      memref::ExtractStridedMetadataOp::create(rewriter, loc, op.getSrc());
  SmallVector<OpFoldResult> outer = source.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  SmallVector<OpFoldResult> strides(sizes.size());
  AffineExpr product =
      rewriter.getAffineSymbolExpr(0) * rewriter.getAffineSymbolExpr(1);
  // The innermost dimension of a group keeps the stride of the source.
  for (auto [group, stride] : llvm::zip(op.getReassociationIndices(), outer))
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = stride;
      stride = affine::makeComposedFoldedAffineApply(rewriter, loc, product,
                                                     {stride, sizes[dim]});
    }
  rewriter.replaceOpWithNewOp<memref::ReinterpretCastOp>(
      op, op.getResultType(), source.getBaseBuffer(),
      source.getConstifiedMixedOffset(), sizes, strides);
}

void MemrefLowerExpandShape::runOnOperation() {
  SmallVector<memref::ExpandShapeOp> ops;
  getOperation().walk([&](memref::ExpandShapeOp op) {
    if (hasManyUnknowns(op))
      ops.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (memref::ExpandShapeOp op : ops)
    lower(rewriter, op);
}
