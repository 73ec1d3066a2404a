//===- TernaryTileProducts.cpp - Rows for threads, tiles for caches -------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Support/Split.h"
#include "bitnet/Support/TargetFacts.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYTILEPRODUCTS
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryTileProducts
    : bitnet::impl::TernaryTileProductsBase<TernaryTileProducts> {
  using TernaryTileProductsBase::TernaryTileProductsBase;
  void runOnOperation() override;

private:
  bool isWorthThreads(ArrayRef<ProductOp> products);
  void tile(IRRewriter &rewriter, ArrayRef<ProductOp> products,
            const TargetFacts &facts);
};
} // namespace

/// Tokens and columns whose sums the kernel keeps in the cache, whole row
/// blocks of them; empty where any number is computed at once.
static SmallVector<int64_t, 2> cacheTile(ProductOp op) {
  PackingAttr packing = op.getWeightPacking();
  // A kernel for few tokens takes all of them at once.
  if (kernelOf(op).getMaxTokens() != 0)
    return {};
  SmallVector<int64_t, 2> tile =
      kernelOf(op).getAlgorithm().getCacheTile(packing);
  if (!tile.empty())
    tile[1] -= tile[1] % packing.getRows();
  return tile;
}

/// Calls `emit` for parts of [0, count) that have `step` elements, the last one
/// what is left: in a loop, unless all are known to fit in one part.
static SmallVector<Value>
emitLoop(OpBuilder &builder, Location loc, OpFoldResult count, int64_t limit,
         int64_t step, ValueRange init,
         function_ref<SmallVector<Value>(Part, ValueRange)> emit) {
  if (!ShapedType::isDynamic(limit) && limit <= step)
    return emit({builder.getIndexAttr(0), count}, init);
  Value begin = arith::ConstantIndexOp::create(builder, loc, 0);
  Value by = arith::ConstantIndexOp::create(builder, loc, step);
  Value end = getValueOrCreateConstantIndexOp(builder, loc, count);
  auto loop = scf::ForOp::create(builder, loc, begin, end, by, init);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value index = loop.getInductionVar();
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  auto map =
      AffineMap::get(0, 2, {s1 - s0, builder.getAffineConstantExpr(step)},
                     builder.getContext());
  OpFoldResult size = affine::makeComposedFoldedAffineMin(
      builder, loc, map, ArrayRef<OpFoldResult>{index, count});
  SmallVector<Value> results = emit({index, size}, loop.getRegionIterArgs());
  scf::YieldOp::create(builder, loc, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

/// The tile of these tokens and columns, into `out` of its size.
static Value emitTile(OpBuilder &builder, ProductOp op, Part tokens,
                      Part columns, Value out) {
  // Tiles begin with row blocks, as the interface wants it.
  FailureOr<TilingResult> tile = op.getTiledImplementation(
      builder, ArrayRef<OpFoldResult>{tokens.begin, columns.begin},
      ArrayRef<OpFoldResult>{tokens.size, columns.size});
  auto product = cast<ProductOp>(tile->tiledOps.front());
  Operation *unused = product.getInit().getDefiningOp();
  product.getInitMutable().assign(out);
  product.getResult().setType(cast<RankedTensorType>(out.getType()));
  unused->erase();
  return product.getResult();
}

/// a + b.
static OpFoldResult add(OpBuilder &builder, Location loc, OpFoldResult a,
                        OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0 + s1, {a, b});
}

/// The given tokens and columns of the products, into `outs`, which have those
/// alone. A kernel that takes many tokens by tiles goes on with the next tile
/// when all that follows is done for this one, while its sums are in the cache.
static SmallVector<Value> emitPart(OpBuilder &builder,
                                   ArrayRef<ProductOp> products, Part tokens,
                                   ArrayRef<Part> columns, ValueRange outs) {
  ProductOp first = products.front();
  Location loc = first.getLoc();
  OpFoldResult one = builder.getIndexAttr(1);
  SmallVector<int64_t, 2> tile = cacheTile(first);
  if (tile.empty()) {
    SmallVector<Value> results;
    for (auto [op, part, out] : llvm::zip_equal(products, columns, outs))
      results.push_back(emitTile(builder, op, tokens, part, out));
    return results;
  }
  auto emitTokens = [&](Part someTokens, ValueRange carried) {
    Part theseTokens = {add(builder, loc, tokens.begin, someTokens.begin),
                        someTokens.size};
    SmallVector<Value> results;
    for (auto [product, part, all] :
         llvm::zip_equal(products, columns, carried)) {
      ProductOp op = product;
      OpFoldResult begin = part.begin;
      auto emitRows = [&](Part some, ValueRange out) -> SmallVector<Value> {
        Location at = op.getLoc();
        Part here = {add(builder, at, begin, some.begin), some.size};
        SmallVector<OpFoldResult> offsets = {someTokens.begin, some.begin};
        SmallVector<OpFoldResult> sizes = {someTokens.size, some.size};
        SmallVector<OpFoldResult> ones = {one, one};
        Value place = tensor::ExtractSliceOp::create(builder, at, out.front(),
                                                     offsets, sizes, ones);
        Value result = emitTile(builder, op, theseTokens, here, place);
        return {tensor::InsertSliceOp::create(builder, at, result, out.front(),
                                              offsets, sizes, ones)};
      };
      llvm::append_range(results, emitLoop(builder, op.getLoc(), part.size,
                                           op.getType().getDimSize(1),
                                           cacheTile(op)[1], all, emitRows));
    }
    return results;
  };
  int64_t limit =
      cast<ShapedType>(first.getActivations().getType()).getDimSize(0);
  return emitLoop(builder, loc, tokens.size, limit, tile[0], outs, emitTokens);
}

/// Whether sharing the products out among threads is worth their start: there
/// are row blocks to share, and more than `serialWeights` weights where tokens
/// are few.
bool TernaryTileProducts::isWorthThreads(ArrayRef<ProductOp> products) {
  // A kernel with an upper limit has little to do for each weight.
  bool isLimited = kernelOf(products.front()).getMaxTokens() > 0;
  int64_t weights = 0;
  bool canShare = false;
  for (ProductOp op : products) {
    int64_t rows = op.getPaddedRows();
    if (ShapedType::isDynamic(rows))
      return true;
    canShare |= rows > op.getWeightPacking().getRows();
    weights += rows * op.getDepth() * op.getWeights().size();
  }
  return canShare && weights > (isLimited ? serialWeights : 0);
}

namespace {
/// Which of how many parts of the tokens and of the rows a thread computes.
struct Share {
  OpFoldResult token, tokenParts, row, rowParts;
};
} // namespace

/// The share of thread `index` of `threads`: a part of the rows or, where tiles
/// of tokens keep all threads about equally busy, of the tokens, so that no two
/// make the same tables.
static Share shareOf(OpBuilder &builder, Location loc, OpFoldResult tokens,
                     int64_t tile, Value threads, Value index) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  if (tile == 0)
    return {zero, one, index, threads};
  // The busiest thread has at most an eighth more tokens than it would with
  // equal shares.
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  auto make = [&](AffineExpr expr) {
    return getValueOrCreateConstantIndexOp(
        builder, loc,
        affine::makeComposedFoldedAffineApply(builder, loc, expr,
                                              {tokens, threads}));
  };
  Value busiest = make(s0.ceilDiv(tile).ceilDiv(s1) * (8 * tile));
  Value all = arith::MulIOp::create(builder, loc, busiest, threads);
  Value byTokens = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::ule, all, make(s0 * 9));
  Value none = arith::ConstantIndexOp::create(builder, loc, 0);
  Value whole = arith::ConstantIndexOp::create(builder, loc, 1);
  auto select = [&](Value yes, Value no) -> OpFoldResult {
    return arith::SelectOp::create(builder, loc, byTokens, yes, no).getResult();
  };
  return {select(index, none), select(threads, whole), select(none, index),
          select(whole, threads)};
}

/// Shares the tokens or the row blocks of the products out among threads.
static SmallVector<Value> emitThreads(OpBuilder &builder,
                                      ArrayRef<ProductOp> products,
                                      Value threads, ValueRange outs) {
  ProductOp first = products.front();
  Location loc = first.getLoc();
  OpFoldResult one = builder.getIndexAttr(1);
  OpFoldResult tokens =
      tensor::getMixedSize(builder, loc, first.getActivations(), 0);
  SmallVector<OpFoldResult> widths;
  for (ProductOp op : products)
    widths.push_back(
        tensor::getMixedSize(builder, op.getLoc(), op.getInit(), 1));
  auto loop =
      scf::ForallOp::create(builder, loc, ArrayRef<OpFoldResult>{threads}, outs,
                            /*mapping=*/std::nullopt);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop.getTerminator());
  SmallVector<int64_t, 2> tile = cacheTile(first);
  int64_t unit = tile.empty() ? 0 : tile[0];
  Share share =
      shareOf(builder, loc, tokens, unit, threads, loop.getInductionVar(0));
  Part someTokens = {builder.getIndexAttr(0), tokens};
  if (unit != 0)
    someTokens =
        splitEvenly(builder, loc, tokens, share.tokenParts, share.token, unit);
  SmallVector<Part> columns;
  SmallVector<Value> partOuts;
  SmallVector<OpFoldResult> ones = {one, one};
  for (auto [op, width, out] :
       llvm::zip_equal(products, widths, loop.getRegionIterArgs())) {
    ProductOp product = op;
    columns.push_back(splitEvenly(builder, loc, width, share.rowParts,
                                  share.row,
                                  product.getWeightPacking().getRows()));
    partOuts.push_back(tensor::ExtractSliceOp::create(
        builder, loc, out,
        SmallVector<OpFoldResult>{someTokens.begin, columns.back().begin},
        SmallVector<OpFoldResult>{someTokens.size, columns.back().size}, ones));
  }
  SmallVector<Value> results =
      emitPart(builder, products, someTokens, columns, partOuts);
  builder.setInsertionPointToEnd(loop.getTerminator().getBody());
  for (auto [result, column, out] :
       llvm::zip_equal(results, columns, loop.getRegionIterArgs()))
    tensor::ParallelInsertSliceOp::create(
        builder, loc, result, out,
        SmallVector<OpFoldResult>{someTokens.begin, column.begin},
        SmallVector<OpFoldResult>{someTokens.size, column.size}, ones);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void TernaryTileProducts::tile(IRRewriter &rewriter,
                               ArrayRef<ProductOp> products,
                               const TargetFacts &facts) {
  ProductOp first = products.front();
  bool isShared = facts.threads != 1 && isWorthThreads(products);
  if (!isShared && cacheTile(first).empty())
    return;
  rewriter.setInsertionPoint(first);
  SmallVector<Value> outs = llvm::map_to_vector(
      products, [](ProductOp op) -> Value { return op.getInit(); });
  SmallVector<Value> results;
  if (isShared) {
    Value count = ThreadCountOp::create(rewriter, first.getLoc());
    results = emitThreads(rewriter, products, count, outs);
  } else {
    OpFoldResult zero = rewriter.getIndexAttr(0);
    Part tokens = {zero, tensor::getMixedSize(rewriter, first.getLoc(),
                                              first.getActivations(), 0)};
    SmallVector<Part> columns;
    for (ProductOp op : products)
      columns.push_back(
          {zero, tensor::getMixedSize(rewriter, op.getLoc(), op.getInit(), 1)});
    results = emitPart(rewriter, products, tokens, columns, outs);
  }
  for (auto [op, result] : llvm::zip_equal(products, results))
    rewriter.replaceOp(op, result);
}

void TernaryTileProducts::runOnOperation() {
  FailureOr<TargetFacts> facts = readTargetFacts(getOperation());
  if (failed(facts))
    return signalPassFailure();
  IRRewriter rewriter(&getContext());
  auto isDecided = [](ArrayAttr kernels) { return kernels.size() == 1; };
  for (ArrayRef<ProductOp> products : findSiblings(getOperation(), isDecided))
    tile(rewriter, products, *facts);
}
