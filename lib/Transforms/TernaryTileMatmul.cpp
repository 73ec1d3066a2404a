//===- TernaryTileMatmul.cpp - Branch on tokens, tile rows ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYTILEMATMUL
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryTileMatmul
    : bitnet::impl::TernaryTileMatmulBase<TernaryTileMatmul> {
  using TernaryTileMatmulBase::TernaryTileMatmulBase;
  void runOnOperation() override;
};
} // namespace

/// Copies of the products with kernel number `index`, in a region of their own.
static SmallVector<Value>
emitProducts(OpBuilder &builder, ArrayRef<MatmulOp> products, unsigned index) {
  SmallVector<Value> results;
  for (MatmulOp op : products) {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<OpFoldResult> sizes = {
        tensor::getMixedSize(builder, op.getLoc(), op.getActivations(), 0),
        tensor::getMixedSize(builder, op.getLoc(), op.getAcc(), 1)};
    Value acc = tensor::EmptyOp::create(builder, op.getLoc(), sizes,
                                        builder.getI32Type());
    // The branch has decided: any number of tokens that gets here is right.
    auto kernel = cast<KernelAttr>((*op.getKernels())[index]);
    auto chosen =
        KernelAttr::get(builder.getContext(), kernel.getIsa(),
                        kernel.getAlgorithm(), 0, kernel.getTokenTile());
    auto copy = MatmulOp::create(builder, op.getLoc(), acc.getType(),
                                 op.getActivations(), op.getWeights(), acc,
                                 builder.getArrayAttr({chosen}), PackingAttr());
    Value result = copy;
    if (result.getType() != op.getType())
      result = tensor::CastOp::create(builder, op.getLoc(), op.getType(), copy);
    results.push_back(result);
  }
  return results;
}

/// Branches over the kernels from number `index` on.
static SmallVector<Value> emitBranch(OpBuilder &builder,
                                     ArrayRef<MatmulOp> products, Value tokens,
                                     unsigned index) {
  MatmulOp first = products.front();
  ArrayAttr kernels = *first.getKernels();
  if (index + 1 == kernels.size())
    return emitProducts(builder, products, index);
  Location loc = first.getLoc();
  Value limit = arith::ConstantIndexOp::create(
      builder, loc, cast<KernelAttr>(kernels[index]).getMaxTokens());
  Value few = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                    tokens, limit);
  auto branch = scf::IfOp::create(
      builder, loc, few,
      [&](OpBuilder &inner, Location) {
        scf::YieldOp::create(inner, loc, emitProducts(inner, products, index));
      },
      [&](OpBuilder &inner, Location) {
        scf::YieldOp::create(inner, loc,
                             emitBranch(inner, products, tokens, index + 1));
      });
  return SmallVector<Value>(branch.getResults());
}

/// Puts products of the same activations and the same kernels under one branch.
static void branchOnTokens(func::FuncOp function) {
  // Constant weights can be moved before the first product of a group; a
  // product with other weights stays where it is.
  using Key = std::tuple<Block *, Value, Attribute, Operation *>;
  llvm::MapVector<Key, SmallVector<MatmulOp>> groups;
  function.walk([&](MatmulOp op) {
    if (!op.getWeightPacking() || !op.getKernels())
      return;
    bool movable = matchPattern(op.getWeights(), m_Constant());
    groups[{op->getBlock(), op.getActivations(), op.getKernelsAttr(),
            movable ? nullptr : op.getOperation()}]
        .push_back(op);
  });
  IRRewriter rewriter(function.getContext());
  for (auto &[key, products] : groups) {
    MatmulOp first = products.front();
    for (MatmulOp op : llvm::drop_begin(products)) {
      Operation *weights = op.getWeights().getDefiningOp();
      if (weights->getBlock() == first->getBlock() &&
          !weights->isBeforeInBlock(first))
        rewriter.moveOpBefore(weights, first);
    }
    rewriter.setInsertionPoint(first);
    Value tokens = rewriter.createOrFold<tensor::DimOp>(
        first.getLoc(), first.getActivations(), 0);
    SmallVector<Value> results = emitBranch(rewriter, products, tokens, 0);
    for (auto [op, result] : llvm::zip(products, results))
      rewriter.replaceOp(op, result);
  }
}

void TernaryTileMatmul::runOnOperation() {
  branchOnTokens(getOperation());
  SmallVector<MatmulOp> products;
  getOperation().walk([&](MatmulOp op) {
    if (op.getWeightPacking() && op.getKernels())
      products.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (MatmulOp op : products) {
    int64_t tile = llvm::alignTo(std::max<int64_t>(tileRows, 1),
                                 op.getWeightPacking().getRows());
    if (op.getType().getDimSize(1) <= tile)
      continue;
    scf::SCFTilingOptions options;
    options.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
    options.setTileSizes(
        {rewriter.getIndexAttr(0), rewriter.getIndexAttr(tile)});
    rewriter.setInsertionPoint(op);
    FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
        rewriter, cast<TilingInterface>(op.getOperation()), options);
    if (failed(tiled))
      return signalPassFailure();
    rewriter.replaceOp(op, tiled->replacements);
  }
}
