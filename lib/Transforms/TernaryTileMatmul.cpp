//===- TernaryTileMatmul.cpp - Branch on tokens, tile rows ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Split.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

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

private:
  SmallVector<Value> emitProducts(OpBuilder &builder,
                                  ArrayRef<MatmulOp> products, unsigned index);
  SmallVector<Value> emitBranch(OpBuilder &builder, ArrayRef<MatmulOp> products,
                                Value tokens, unsigned index);
  void branchOnTokens(ArrayRef<MatmulOp> products);
};
} // namespace

/// The product with kernel number `index` alone, for any number of tokens: the
/// branch has decided.
static MatmulOp emitProduct(OpBuilder &builder, MatmulOp op, unsigned index,
                            Value acc) {
  auto kernel = cast<KernelAttr>((*op.getKernels())[index]);
  return MatmulOp::create(
      builder, op.getLoc(), acc.getType(), op.getActivations(), op.getWeights(),
      acc, builder.getArrayAttr({kernel.forAnyTokens()}), PackingAttr());
}

static Value emptyAcc(OpBuilder &builder, MatmulOp op) {
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(builder, op.getLoc(), op.getActivations(), 0),
      tensor::getMixedSize(builder, op.getLoc(), op.getAcc(), 1)};
  return tensor::EmptyOp::create(builder, op.getLoc(), sizes,
                                 builder.getI32Type());
}

/// The rows of part `part` of `parts` of a product: its tile, inserted into the
/// shared result where the parallel loop ends.
static void emitPart(OpBuilder &builder, scf::ForallOp loop, MatmulOp whole,
                     OpFoldResult parts) {
  Location loc = whole.getLoc();
  PackingAttr packing = whole.getWeightPacking();
  OpFoldResult all =
      tensor::getMixedSize(builder, loc, whole.getWeights(), /*dim=*/0);
  Part part = splitEvenly(builder, loc, all, parts, loop.getInductionVar(0));
  AffineExpr blocks = builder.getAffineSymbolExpr(0);
  auto rows = [&](OpFoldResult count) {
    return affine::makeComposedFoldedAffineApply(
        builder, loc, blocks * packing.getRows(), {count});
  };
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  OpFoldResult tokens =
      tensor::getMixedSize(builder, loc, whole.getActivations(), 0);
  SmallVector<OpFoldResult> offsets = {zero, rows(part.begin)};
  SmallVector<OpFoldResult> sizes = {tokens, rows(part.size)};
  // Whole row blocks can always be cut out.
  FailureOr<TilingResult> tile =
      whole.getTiledImplementation(builder, offsets, sizes);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(loop.getTerminator().getBody());
  SmallVector<OpFoldResult> ones(2, one);
  tensor::ParallelInsertSliceOp::create(builder, loc, tile->tiledValues.front(),
                                        whole.getAcc(), offsets, sizes, ones);
}

/// Whether sharing the products out among threads is worth their start: there
/// are row blocks to share, and more than `serialWeights` weights.
static bool isWorthThreads(ArrayRef<MatmulOp> products, int64_t serialWeights) {
  int64_t weights = 0;
  bool canShare = false;
  for (MatmulOp op : products) {
    auto storage = cast<RankedTensorType>(op.getWeights().getType());
    int64_t blocks = storage.getDimSize(0);
    if (ShapedType::isDynamic(blocks))
      return true;
    PackingAttr packing = op.getWeightPacking();
    canShare |= blocks > 1;
    weights += blocks * packing.getRows() * packing.getLogicalDepth();
  }
  return canShare && weights > serialWeights;
}

/// The products with kernel number `index`, shared out among threads.
SmallVector<Value> TernaryTileMatmul::emitProducts(OpBuilder &builder,
                                                   ArrayRef<MatmulOp> products,
                                                   unsigned index) {
  MatmulOp first = products.front();
  Location loc = first.getLoc();
  SmallVector<Value> accs;
  for (MatmulOp op : products)
    accs.push_back(emptyAcc(builder, op));
  // A kernel with an upper limit has little to do for each weight.
  auto kernel = cast<KernelAttr>((*first.getKernels())[index]);
  int64_t serial = kernel.getMaxTokens() > 0 ? serialWeights : 0;
  SmallVector<Value> results;
  if (threads == 1 || !isWorthThreads(products, serial)) {
    for (auto [op, acc] : llvm::zip(products, accs))
      results.push_back(emitProduct(builder, op, index, acc).getResult());
  } else {
    OpFoldResult parts = builder.getIndexAttr(threads);
    if (threads == 0)
      parts = ThreadCountOp::create(builder, loc).getResult();
    auto loop = scf::ForallOp::create(builder, loc, ArrayRef(parts), accs,
                                      /*mapping=*/std::nullopt);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(loop.getTerminator());
    for (auto [op, out] : llvm::zip(products, loop.getRegionIterArgs())) {
      MatmulOp whole = emitProduct(builder, op, index, out);
      emitPart(builder, loop, whole, parts);
      whole.erase();
    }
    llvm::append_range(results, loop.getResults());
  }
  for (auto [product, result] : llvm::zip(products, results)) {
    MatmulOp op = product;
    if (result.getType() != op.getType())
      result =
          tensor::CastOp::create(builder, op.getLoc(), op.getType(), result);
  }
  return results;
}

/// Branches over the kernels from number `index` on.
SmallVector<Value> TernaryTileMatmul::emitBranch(OpBuilder &builder,
                                                 ArrayRef<MatmulOp> products,
                                                 Value tokens, unsigned index) {
  MatmulOp first = products.front();
  ArrayAttr kernels = *first.getKernels();
  if (index + 1 == kernels.size())
    return emitProducts(builder, products, index);
  Location loc = first.getLoc();
  Value limit = arith::ConstantIndexOp::create(
      builder, loc, cast<KernelAttr>(kernels[index]).getMaxTokens());
  Value few = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                    tokens, limit);
  SmallVector<Type> types;
  for (MatmulOp op : products)
    types.push_back(op.getType());
  auto branch = scf::IfOp::create(builder, loc, types, few, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, emitProducts(builder, products, index));
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc,
                       emitBranch(builder, products, tokens, index + 1));
  return SmallVector<Value>(branch.getResults());
}

/// Puts products of the same activations and the same kernels, whose weights
/// are constants, under one branch before the first of them.
void TernaryTileMatmul::branchOnTokens(ArrayRef<MatmulOp> products) {
  IRRewriter rewriter(&getContext());
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

void TernaryTileMatmul::runOnOperation() {
  if (threads < 0) {
    getOperation().emitError()
        << "threads is " << int64_t(threads) << ", expected 0 or more";
    return signalPassFailure();
  }
  // A product with weights that are no constant stays where it is, alone.
  using Key = std::tuple<Block *, Value, Attribute, Operation *>;
  llvm::MapVector<Key, SmallVector<MatmulOp>> groups;
  getOperation().walk([&](MatmulOp op) {
    if (!op.getWeightPacking() || !op.getKernels())
      return;
    bool movable = matchPattern(op.getWeights(), m_Constant());
    groups[{op->getBlock(), op.getActivations(), op.getKernelsAttr(),
            movable ? nullptr : op.getOperation()}]
        .push_back(op);
  });
  for (auto &[key, products] : groups)
    branchOnTokens(products);
}
