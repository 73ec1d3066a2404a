//===- TernaryFormProducts.cpp - Products and epilogues as one op ---------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYFORMPRODUCTS
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryFormProducts
    : bitnet::impl::TernaryFormProductsBase<TernaryFormProducts> {
  using TernaryFormProductsBase::TernaryFormProductsBase;
  void runOnOperation() override;
};

/// What becomes one op: products, and the only op that reads them, or null.
struct Unit {
  SmallVector<MatmulOp> products;
  linalg::GenericOp epilogue;
};
} // namespace

//===----------------------------------------------------------------------===//
// What belongs together
//===----------------------------------------------------------------------===//

/// Whether an operand is read at its token, its column, or where it has one
/// element only.
static bool isBroadcast(OpOperand &operand, AffineMap map) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  return map.isProjectedPermutation(/*allowZeroInResults=*/true) &&
         llvm::all_of(llvm::enumerate(map.getResults()), [&](auto result) {
           return isa<AffineDimExpr>(result.value()) ||
                  (type && type.getDimSize(result.index()) == 1);
         });
}

/// Whether all loops of the op run over tokens and columns, as do the sums that
/// it reads and what it writes.
static bool isElementwise(linalg::GenericOp op, Value sums) {
  if (op.getNumLoops() != 2 || op.getNumParallelLoops() != 2 ||
      op->getNumResults() != 1 ||
      op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (op.isDpsInit(&operand))
      return map.isIdentity() && operand.get() != sums;
    return operand.get() == sums ? map.isIdentity() : isBroadcast(operand, map);
  });
}

/// Whether the products are alike and in one block with the epilogue, which
/// does the same to each element.
static bool isUniform(const Unit &unit) {
  MatmulOp first = unit.products.front();
  linalg::GenericOp epilogue = unit.epilogue;
  return epilogue->getBlock() == first->getBlock() &&
         llvm::all_of(unit.products, [&](MatmulOp op) {
           return op.getWeights().getType() == first.getWeights().getType() &&
                  op.getPackingAttr() == first.getPackingAttr() &&
                  op.getScaleGroup() == first.getScaleGroup() &&
                  isElementwise(epilogue, op.getResult());
         });
}

/// Moves what defines the values before `first`, unless a product or an effect
/// is among it.
static bool makeAvailable(RewriterBase &rewriter, ArrayRef<Value> values,
                          Operation *first) {
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.omitUsesFromAbove = false;
  options.filter = [&](Operation *op) {
    return op->getBlock() == first->getBlock() && !op->isBeforeInBlock(first);
  };
  SetVector<Operation *> slice;
  for (Value value : values)
    if (failed(getBackwardSlice(value, &slice, options)))
      return false;
  if (llvm::any_of(slice, [](Operation *op) {
        return isa<MatmulOp, ProductOp>(op) || !isPure(op);
      }))
    return false;
  SmallVector<Operation *> ops = slice.takeVector();
  llvm::sort(ops,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : ops)
    rewriter.moveOpBefore(op, first);
  return true;
}

/// What the unit reads besides its sums.
static SmallVector<Value> findOthers(const Unit &unit) {
  linalg::GenericOp epilogue = unit.epilogue;
  SetVector<Value> others(epilogue->operand_begin(), epilogue->operand_end());
  for (MatmulOp op : unit.products) {
    others.remove(op.getResult());
    others.insert(op.getWeights());
    if (Value scales = op.getScales())
      others.insert(scales);
  }
  getUsedValuesDefinedAbove(epilogue->getRegions(), others);
  return others.takeVector();
}

/// The units of products that read the same activations, all of which can stand
/// before the first of the products.
static SmallVector<Unit> findUnits(RewriterBase &rewriter,
                                   ArrayRef<MatmulOp> products) {
  llvm::MapVector<Operation *, Unit> byReader;
  for (MatmulOp op : products) {
    auto epilogue =
        dyn_cast_or_null<linalg::GenericOp>(findOnlyReader(op.getResult()));
    Unit &unit = byReader[epilogue ? epilogue : op.getOperation()];
    unit.products.push_back(op);
    unit.epilogue = epilogue;
  }
  SmallVector<Unit> units;
  for (auto &[reader, unit] : byReader) {
    if (unit.epilogue && isUniform(unit) &&
        makeAvailable(rewriter, findOthers(unit), products.front()))
      units.push_back(unit);
    else
      for (MatmulOp op : unit.products)
        units.push_back({{op}, {}});
  }
  return units;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Makes one op of the unit. What it replaces is left without uses.
static void formProduct(RewriterBase &rewriter, const Unit &unit) {
  MatmulOp first = unit.products.front();
  linalg::GenericOp epilogue = unit.epilogue;
  SmallVector<Value> weights, scales, inputs;
  SmallVector<AffineMap> maps;
  SmallVector<Type> types(unit.products.size(),
                          first.getType().getElementType());
  // Which argument of the new body each one of the epilogue's is.
  SmallVector<unsigned> arguments;
  for (MatmulOp op : unit.products) {
    weights.push_back(op.getWeights());
    if (op.getScales())
      scales.push_back(op.getScales());
  }
  Value init = first.getAcc();
  if (epilogue) {
    for (OpOperand *operand : epilogue.getDpsInputOperands()) {
      auto *sum = llvm::find_if(unit.products, [&](MatmulOp op) {
        return op.getResult() == operand->get();
      });
      if (sum != unit.products.end()) {
        arguments.push_back(sum - unit.products.begin());
        continue;
      }
      arguments.push_back(types.size());
      inputs.push_back(operand->get());
      maps.push_back(epilogue.getMatchingIndexingMap(operand));
      types.push_back(getElementTypeOrSelf(operand->get()));
    }
    init = epilogue.getDpsInits().front();
  }
  Operation *replaced = epilogue ? epilogue : first.getOperation();
  auto product = ProductOp::create(
      rewriter, replaced->getLoc(), first.getActivations(), weights, scales,
      inputs, init, maps, first.getKernelsAttr(), first.getPackingAttr(),
      first.getScaleGroup());
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(
      &product.getBody(), {}, types,
      SmallVector<Location>(types.size(), replaced->getLoc()));
  if (epilogue) {
    IRMapping mapping;
    for (auto [argument, number] :
         llvm::zip(epilogue.getBody()->getArguments(), arguments))
      mapping.map(argument, body->getArgument(number));
    copyBody<linalg::IndexOp, linalg::YieldOp, IndexOp, YieldOp>(
        rewriter, *epilogue.getBody(), mapping);
  } else {
    YieldOp::create(rewriter, replaced->getLoc(), body->getArgument(0));
  }
  rewriter.replaceAllUsesWith(replaced->getResult(0), product.getResult());
}

/// Makes products of ops that read the same activations, before the first.
static void formProducts(RewriterBase &rewriter, ArrayRef<MatmulOp> products) {
  SmallVector<Unit> units = findUnits(rewriter, products);
  rewriter.setInsertionPoint(products.front());
  for (const Unit &unit : units)
    formProduct(rewriter, unit);
  for (const Unit &unit : units)
    if (linalg::GenericOp epilogue = unit.epilogue)
      rewriter.eraseOp(epilogue);
  for (MatmulOp op : products)
    rewriter.eraseOp(op);
}

void TernaryFormProducts::runOnOperation() {
  using Key = std::tuple<Block *, Value, Attribute>;
  llvm::MapVector<Key, SmallVector<MatmulOp>> groups;
  getOperation().walk([&](MatmulOp op) {
    groups[{op->getBlock(), op.getActivations(), op.getKernelsAttr()}]
        .push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (auto &[key, products] : groups) {
    // One that waits for something after the first stays where it is.
    SmallVector<MatmulOp> together, alone;
    for (MatmulOp op : products) {
      SmallVector<Value> reads(op->getOperands());
      bool isReady = op == products.front() ||
                     makeAvailable(rewriter, reads, products.front());
      (isReady ? together : alone).push_back(op);
    }
    formProducts(rewriter, together);
    for (MatmulOp op : alone)
      formProducts(rewriter, op);
  }
}
