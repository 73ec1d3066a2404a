//===- TernaryTileMatmul.cpp - Rows for threads, tiles for caches ---------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Support/ProductTiles.h"
#include "bitnet/Support/Split.h"
#include "bitnet/Support/TargetFacts.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

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
  bool isWorthThreads(ArrayRef<ProductUnit> units);
  void tile(IRRewriter &rewriter, ArrayRef<ProductUnit> units,
            const TargetFacts &facts);
};
} // namespace

static KernelAttr kernelOf(const ProductUnit &unit) {
  MatmulOp op = unit.products.front();
  return cast<KernelAttr>((*op.getKernels())[0]);
}

/// Row blocks whose sums for a tile of tokens the kernel keeps in the cache.
static int64_t blocksPerTile(const ProductUnit &unit) {
  MatmulOp op = unit.products.front();
  PackingAttr packing = op.getWeightPacking();
  return kernels::wideRows(packing) / packing.getRows();
}

/// Calls `emit` for parts of [0, count) that have `step` elements, the last one
/// what is left: in a loop, unless all are known to fit in one part.
static SmallVector<Value>
emitLoop(OpBuilder &builder, Location loc, OpFoldResult count, int64_t most,
         int64_t step, ValueRange init,
         function_ref<SmallVector<Value>(Part, ValueRange)> emit) {
  if (!ShapedType::isDynamic(most) && most <= step)
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

/// The row blocks of `tiles`, into `outs`, which have their columns. A kernel
/// that takes many tokens by tiles goes on with the next tile when all that
/// follows is done for this one, while its sums are in the cache.
static SmallVector<Value>
emitBlocks(OpBuilder &builder, ArrayRef<ProductTiles> tiles, ValueRange outs) {
  MatmulOp first = tiles.front().getUnit().products.front();
  Value x = first.getActivations();
  Location loc = first.getLoc();
  OpFoldResult tokens = tensor::getMixedSize(builder, loc, x, 0);
  KernelAttr kernel = kernelOf(tiles.front().getUnit());
  if (kernel.getAlgorithm() != Algorithm::LutMemory) {
    SmallVector<Value> results;
    for (auto [unitTiles, out] : llvm::zip(tiles, outs))
      results.push_back(unitTiles.emitWhole(tokens, out));
    return results;
  }
  SmallVector<SmallVector<Value>> buffers;
  for (const ProductTiles &unitTiles : tiles)
    buffers.push_back(unitTiles.createBuffers(
        builder.getIndexAttr(kernel.getTokenTile()),
        builder.getIndexAttr(blocksPerTile(unitTiles.getUnit()))));
  auto emitTokens = [&](Part someTokens, ValueRange carried) {
    SmallVector<Value> results;
    for (unsigned i = 0; i < tiles.size(); ++i) {
      auto emitTile = [&](Part blocks, ValueRange out) -> SmallVector<Value> {
        return {tiles[i].emit(someTokens, blocks, buffers[i], out.front())};
      };
      const ProductUnit &unit = tiles[i].getUnit();
      MatmulOp op = unit.products.front();
      int64_t most = cast<ShapedType>(op.getWeights().getType()).getDimSize(0);
      llvm::append_range(
          results, emitLoop(builder, op.getLoc(), tiles[i].getBlocks().size,
                            most, blocksPerTile(unit), carried[i], emitTile));
    }
    return results;
  };
  int64_t most = cast<ShapedType>(x.getType()).getDimSize(0);
  return emitLoop(builder, loc, tokens, most, kernel.getTokenTile(), outs,
                  emitTokens);
}

/// Whether sharing the products out among threads is worth their start: there
/// are row blocks to share, and more than `serialWeights` weights where tokens
/// are few.
bool TernaryTileMatmul::isWorthThreads(ArrayRef<ProductUnit> units) {
  // A kernel with an upper limit has little to do for each weight.
  bool isLimited = kernelOf(units.front()).getMaxTokens() > 0;
  int64_t weights = 0;
  bool canShare = false;
  for (const ProductUnit &unit : units)
    for (MatmulOp op : unit.products) {
      auto storage = cast<RankedTensorType>(op.getWeights().getType());
      int64_t blocks = storage.getDimSize(0);
      if (ShapedType::isDynamic(blocks))
        return true;
      PackingAttr packing = op.getWeightPacking();
      canShare |= blocks > 1;
      weights += blocks * packing.getRows() * packing.getLogicalDepth();
    }
  return canShare && weights > (isLimited ? serialWeights : 0);
}

/// Shares the row blocks of the units out among threads.
static SmallVector<Value> emitThreads(OpBuilder &builder,
                                      ArrayRef<ProductUnit> units,
                                      Value threads, ValueRange outs) {
  MatmulOp first = units.front().products.front();
  Location loc = first.getLoc();
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  OpFoldResult tokens =
      tensor::getMixedSize(builder, loc, first.getActivations(), 0);
  auto loop =
      scf::ForallOp::create(builder, loc, ArrayRef<OpFoldResult>{threads}, outs,
                            /*mapping=*/std::nullopt);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop.getTerminator());
  SmallVector<ProductTiles> tiles;
  SmallVector<Part> columns;
  SmallVector<Value> partOuts;
  SmallVector<OpFoldResult> ones = {one, one};
  for (auto [unit, out] : llvm::zip(units, loop.getRegionIterArgs())) {
    Part blocks =
        splitEvenly(builder, loc, ProductTiles::countBlocks(builder, unit),
                    threads, loop.getInductionVar(0));
    tiles.emplace_back(builder, unit, blocks);
    columns.push_back(tiles.back().columnsOf(blocks));
    partOuts.push_back(tensor::ExtractSliceOp::create(
        builder, loc, out,
        SmallVector<OpFoldResult>{zero, columns.back().begin},
        SmallVector<OpFoldResult>{tokens, columns.back().size}, ones));
  }
  SmallVector<Value> results = emitBlocks(builder, tiles, partOuts);
  builder.setInsertionPointToEnd(loop.getTerminator().getBody());
  for (auto [result, column, out] :
       llvm::zip(results, columns, loop.getRegionIterArgs()))
    tensor::ParallelInsertSliceOp::create(
        builder, loc, result, out,
        SmallVector<OpFoldResult>{zero, column.begin},
        SmallVector<OpFoldResult>{tokens, column.size}, ones);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void TernaryTileMatmul::tile(IRRewriter &rewriter, ArrayRef<ProductUnit> units,
                             const TargetFacts &facts) {
  MatmulOp first = units.front().products.front();
  bool isShared = facts.threads != 1 && isWorthThreads(units);
  if (!isShared &&
      kernelOf(units.front()).getAlgorithm() != Algorithm::LutMemory)
    return;
  rewriter.setInsertionPoint(first);
  SmallVector<Value> outs, results;
  for (const ProductUnit &unit : units) {
    linalg::GenericOp epilogue = unit.epilogue;
    outs.push_back(epilogue
                       ? epilogue.getDpsInits()[0]
                       : createAccumulator(rewriter, unit.products.front()));
  }
  if (isShared) {
    Value count = ThreadCountOp::create(rewriter, first.getLoc());
    results = emitThreads(rewriter, units, count, outs);
  } else {
    SmallVector<ProductTiles> tiles;
    for (const ProductUnit &unit : units) {
      OpFoldResult all = ProductTiles::countBlocks(rewriter, unit);
      tiles.emplace_back(rewriter, unit, Part{rewriter.getIndexAttr(0), all});
    }
    results = emitBlocks(rewriter, tiles, outs);
  }
  for (auto [unit, result] : llvm::zip(units, results)) {
    Type type = unit.getResult().getType();
    if (result.getType() != type)
      result = tensor::CastOp::create(rewriter, result.getLoc(), type, result);
    replaceUnit(rewriter, unit, result);
  }
}

void TernaryTileMatmul::runOnOperation() {
  FailureOr<TargetFacts> facts = readTargetFacts(getOperation());
  if (failed(facts))
    return signalPassFailure();
  IRRewriter rewriter(&getContext());
  auto isDecided = [](MatmulOp op) { return op.getKernels()->size() == 1; };
  for (ArrayRef<ProductUnit> units :
       collectProducts(rewriter, getOperation(), isDecided))
    tile(rewriter, units, *facts);
}
