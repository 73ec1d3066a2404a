//===- Products.cpp - Products and what follows them ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Products.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace bitnet;
using ternary::MatmulOp;

Value ProductUnit::getResult() const {
  linalg::GenericOp op = epilogue;
  return op ? op->getResult(0) : Value(MatmulOp(products.front()).getResult());
}

MatmulOp bitnet::findProduct(Value value) {
  auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return value.getDefiningOp<MatmulOp>();
  auto product = slice.getSource().getDefiningOp<MatmulOp>();
  if (!product || slice.getType().getRank() != 2 || !slice.hasZeroOffset() ||
      !slice.hasUnitStride())
    return {};
  FailureOr<bool> hasAllTokens = ValueBoundsConstraintSet::areEqual(
      {slice.getResult(), 0}, {product.getAcc(), 0});
  return succeeded(hasAllTokens) && *hasAllTokens ? product : MatmulOp();
}

void bitnet::replaceUnit(RewriterBase &rewriter, const ProductUnit &unit,
                         Value result) {
  rewriter.replaceAllUsesWith(unit.getResult(), result);
  linalg::GenericOp epilogue = unit.epilogue;
  if (epilogue)
    rewriter.eraseOp(epilogue);
  for (MatmulOp product : unit.products) {
    // Slices of the columns.
    for (Operation *user : llvm::make_early_inc_range(product->getUsers()))
      rewriter.eraseOp(user);
    rewriter.eraseOp(product);
  }
}

Value bitnet::createAccumulator(OpBuilder &builder, MatmulOp op) {
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(builder, op.getLoc(), op.getActivations(), 0),
      tensor::getMixedSize(builder, op.getLoc(), op.getAcc(), 1)};
  return tensor::EmptyOp::create(builder, op.getLoc(), sizes,
                                 builder.getI32Type());
}

/// Whether all loops of the op run over tokens and columns, as do the sums that
/// it reads and what it writes.
static bool isElementwise(linalg::GenericOp op) {
  if (op.getNumLoops() != 2 || op.getNumParallelLoops() != 2 ||
      op->getNumResults() != 1 ||
      op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    bool isOutput = op.isDpsInit(&operand);
    return !(isOutput || findProduct(operand.get())) ||
           op.getMatchingIndexingMap(&operand).isIdentity();
  });
}

/// The only op that reads the product's sums, if it is elementwise.
static linalg::GenericOp findEpilogue(MatmulOp product) {
  auto onlyUser = [](Operation *op) -> Operation * {
    if (op->use_empty() || !llvm::all_equal(op->getUsers()))
      return nullptr;
    return *op->getUsers().begin();
  };
  Operation *user = onlyUser(product);
  if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(user))
    user = findProduct(slice) ? onlyUser(slice) : nullptr;
  auto epilogue = dyn_cast_or_null<linalg::GenericOp>(user);
  if (!epilogue || epilogue->getBlock() != product->getBlock() ||
      !isElementwise(epilogue))
    return {};
  return epilogue;
}

/// Moves what defines the values before `first`, unless one of the products is
/// needed for it.
static bool makeAvailable(RewriterBase &rewriter, ArrayRef<Value> values,
                          ArrayRef<MatmulOp> products) {
  Operation *first = products.front();
  BackwardSliceOptions options;
  options.inclusive = true;
  options.filter = [&](Operation *op) {
    return op->getBlock() == first->getBlock() && !op->isBeforeInBlock(first);
  };
  SetVector<Operation *> slice;
  for (Value value : values)
    if (failed(getBackwardSlice(value, &slice, options)))
      return false;
  auto isProduct = [&](Operation *op) {
    return isa<MatmulOp>(op) &&
           llvm::is_contained(products, cast<MatmulOp>(op));
  };
  return llvm::none_of(slice, isProduct) &&
         succeeded(moveValueDefinitions(rewriter, values, first));
}

/// The units of products that read the same activations.
static SmallVector<ProductUnit> findUnits(RewriterBase &rewriter,
                                          ArrayRef<MatmulOp> products) {
  llvm::MapVector<Operation *, ProductUnit> units;
  for (MatmulOp product : products) {
    linalg::GenericOp epilogue = findEpilogue(product);
    auto known = units.find(epilogue);
    if (epilogue && known != units.end()) {
      known->second.products.push_back(product);
      continue;
    }
    SmallVector<Value> others;
    bool isOurs = bool(epilogue);
    for (Value operand : isOurs ? epilogue->getOperands() : ValueRange()) {
      MatmulOp read = findProduct(operand);
      if (!read)
        others.push_back(operand);
      else
        isOurs &= llvm::is_contained(products, read) &&
                  read.getWeightPacking() == product.getWeightPacking() &&
                  findEpilogue(read) == epilogue;
    }
    if (isOurs && makeAvailable(rewriter, others, products))
      units[epilogue] = {{product}, epilogue};
    else
      units[product] = {{product}, {}};
  }
  SmallVector<ProductUnit> result;
  for (auto &[key, unit] : units)
    result.push_back(unit);
  return result;
}

SmallVector<SmallVector<ProductUnit>>
bitnet::collectProducts(RewriterBase &rewriter, Operation *root) {
  // A product with weights that are no constant stays where it is, alone.
  using Key = std::tuple<Block *, Value, Attribute, Operation *>;
  llvm::MapVector<Key, SmallVector<MatmulOp>> groups;
  root->walk([&](MatmulOp op) {
    if (!op.getWeightPacking() || !op.getKernels())
      return;
    bool movable = matchPattern(op.getWeights(), m_Constant());
    groups[{op->getBlock(), op.getActivations(), op.getKernelsAttr(),
            movable ? nullptr : op.getOperation()}]
        .push_back(op);
  });
  SmallVector<SmallVector<ProductUnit>> result;
  for (auto &[key, products] : groups) {
    Operation *first = products.front();
    for (MatmulOp op : llvm::drop_begin(products)) {
      Operation *weights = op.getWeights().getDefiningOp();
      if (weights->getBlock() == first->getBlock() &&
          !weights->isBeforeInBlock(first))
        rewriter.moveOpBefore(weights, first);
    }
    result.push_back(findUnits(rewriter, products));
  }
  return result;
}
