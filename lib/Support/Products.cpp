//===- Products.cpp - Products and what follows them ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Products.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

Value ProductUnit::getResult() const {
  linalg::GenericOp op = epilogue;
  return op ? op->getResult(0) : Value(MatmulOp(products.front()).getResult());
}

bool ProductUnit::isSliced() const {
  return sums.front().getDefiningOp<tensor::ExtractSliceOp>() != nullptr;
}

void bitnet::replaceUnit(RewriterBase &rewriter, const ProductUnit &unit,
                         Value result) {
  rewriter.replaceAllUsesWith(unit.getResult(), result);
  if (linalg::GenericOp epilogue = unit.epilogue)
    rewriter.eraseOp(epilogue);
  for (auto [product, sums] : llvm::zip(unit.products, unit.sums)) {
    if (sums.getDefiningOp() != product)
      rewriter.eraseOp(sums.getDefiningOp());
    rewriter.eraseOp(product);
  }
}

Value bitnet::createAccumulator(OpBuilder &builder, MatmulOp op) {
  Location loc = op.getLoc();
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  OpFoldResult columns = affine::makeComposedFoldedAffineApply(
      builder, loc, s0 * op.getWeightPacking().getRows(),
      {tensor::getMixedSize(builder, loc, op.getWeights(), 0)});
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(builder, loc, op.getActivations(), 0), columns};
  return tensor::EmptyOp::create(builder, loc, sizes, builder.getI32Type());
}

//===----------------------------------------------------------------------===//
// Epilogues
//===----------------------------------------------------------------------===//

Operation *bitnet::findOnlyReader(Value value) {
  if (value.use_empty() || !llvm::all_equal(value.getUsers()))
    return nullptr;
  return *value.getUsers().begin();
}

/// Whether the slice is of the logical columns of all tokens of a product.
static bool isLogicalPart(tensor::ExtractSliceOp slice, MatmulOp product) {
  PackingAttr packing = product.getWeightPacking();
  if (slice.getType().getRank() != 2 || !slice.hasZeroOffset() ||
      !slice.hasUnitStride() ||
      slice.getStaticSizes()[1] != packing.getLogicalRows() ||
      product.getWeights().getType() != packing.getStorageType())
    return false;
  FailureOr<bool> hasAllTokens = ValueBoundsConstraintSet::areEqual(
      {slice.getResult(), 0}, {product.getAcc(), 0});
  return succeeded(hasAllTokens) && *hasAllTokens;
}

/// What others read of a product: itself, or a slice of the logical columns.
static Value findSums(MatmulOp product) {
  auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(
      findOnlyReader(product.getResult()));
  if (slice && isLogicalPart(slice, product))
    return slice.getResult();
  return product.getResult();
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
    return operand.get() == sums
               ? map.isIdentity()
               : map.isProjectedPermutation(/*allowZeroInResults=*/true);
  });
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

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
        return isa<MatmulOp>(op) || !isPure(op);
      }))
    return false;
  SmallVector<Operation *> ops = slice.takeVector();
  llvm::sort(ops,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : ops)
    rewriter.moveOpBefore(op, first);
  return true;
}

/// Whether the products are alike and in one block with the epilogue, which
/// does the same to each element.
static bool isUniform(const ProductUnit &unit) {
  MatmulOp first = unit.products.front();
  linalg::GenericOp epilogue = unit.epilogue;
  bool isSliced = unit.isSliced();
  return epilogue->getBlock() == first->getBlock() &&
         llvm::all_of(llvm::zip(unit.products, unit.sums), [&](auto pair) {
           auto [product, sums] = pair;
           MatmulOp op = product;
           return op.getWeights().getType() == first.getWeights().getType() &&
                  isSliced == (sums != op.getResult()) &&
                  isElementwise(epilogue, sums);
         });
}

/// What the unit needs besides its products.
static SmallVector<Value> findOthers(const ProductUnit &unit) {
  linalg::GenericOp epilogue = unit.epilogue;
  SetVector<Value> others(epilogue->operand_begin(), epilogue->operand_end());
  for (Value sums : unit.sums) {
    others.remove(sums);
    if (auto slice = sums.getDefiningOp<tensor::ExtractSliceOp>())
      others.insert(slice.getSizes().begin(), slice.getSizes().end());
  }
  getUsedValuesDefinedAbove(epilogue->getRegions(), others);
  return others.takeVector();
}

/// The units of products that read the same activations.
static SmallVector<ProductUnit> findUnits(RewriterBase &rewriter,
                                          ArrayRef<MatmulOp> products) {
  llvm::MapVector<Operation *, ProductUnit> byReader;
  for (MatmulOp product : products) {
    Value sums = findSums(product);
    auto epilogue = dyn_cast_or_null<linalg::GenericOp>(findOnlyReader(sums));
    ProductUnit &unit = byReader[epilogue ? epilogue : product.getOperation()];
    unit.products.push_back(product);
    unit.sums.push_back(sums);
    unit.epilogue = epilogue;
  }
  SmallVector<ProductUnit> units;
  for (auto &[reader, unit] : byReader) {
    if (unit.epilogue && isUniform(unit) &&
        makeAvailable(rewriter, findOthers(unit), products.front()))
      units.push_back(unit);
    else
      for (MatmulOp product : unit.products)
        units.push_back({{product}, {product.getResult()}, {}});
  }
  return units;
}

SmallVector<SmallVector<ProductUnit>>
bitnet::collectProducts(RewriterBase &rewriter, Operation *root,
                        function_ref<bool(MatmulOp)> filter) {
  // A product with weights that are no constant stays where it is, alone.
  using Key = std::tuple<Block *, Value, Attribute, Operation *>;
  llvm::MapVector<Key, SmallVector<MatmulOp>> groups;
  root->walk([&](MatmulOp op) {
    if (!op.getWeightPacking() || !op.getKernels() || !filter(op))
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
