//===- TernaryBranchOnTokens.cpp - One kernel for each product ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Products.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYBRANCHONTOKENS
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryBranchOnTokens
    : bitnet::impl::TernaryBranchOnTokensBase<TernaryBranchOnTokens> {
  using TernaryBranchOnTokensBase::TernaryBranchOnTokensBase;
  void runOnOperation() override;
};
} // namespace

/// The products with kernel number `index` alone, since the branch has decided,
/// and what follows them.
static SmallVector<Value>
emitUnits(OpBuilder &builder, ArrayRef<ProductUnit> units, unsigned index) {
  SmallVector<Value> results;
  for (const ProductUnit &unit : units) {
    IRMapping mapping;
    for (auto [product, sums] : llvm::zip(unit.products, unit.sums)) {
      MatmulOp op = product;
      Value acc = createAccumulator(builder, op);
      auto kernel = builder.getArrayAttr({(*op.getKernels())[index]});
      Value result = MatmulOp::create(builder, op.getLoc(), acc.getType(),
                                      op.getActivations(), op.getWeights(), acc,
                                      kernel, PackingAttr());
      if (result.getType() != op.getType())
        result =
            tensor::CastOp::create(builder, op.getLoc(), op.getType(), result);
      mapping.map(op.getResult(), result);
      if (unit.isSliced())
        builder.clone(*sums.getDefiningOp(), mapping);
    }
    if (linalg::GenericOp epilogue = unit.epilogue)
      builder.clone(*epilogue, mapping);
    results.push_back(mapping.lookup(unit.getResult()));
  }
  return results;
}

/// Branches over the kernels from number `index` on.
static SmallVector<Value> emitBranch(OpBuilder &builder,
                                     ArrayRef<ProductUnit> units, Value tokens,
                                     unsigned index) {
  MatmulOp first = units.front().products.front();
  ArrayAttr kernels = *first.getKernels();
  if (index + 1 == kernels.size())
    return emitUnits(builder, units, index);
  Location loc = first.getLoc();
  Value limit = arith::ConstantIndexOp::create(
      builder, loc, cast<KernelAttr>(kernels[index]).getMaxTokens());
  Value few = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                    tokens, limit);
  SmallVector<Type> types;
  for (const ProductUnit &unit : units)
    types.push_back(unit.getResult().getType());
  auto branch = scf::IfOp::create(builder, loc, types, few, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, emitUnits(builder, units, index));
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc,
                       emitBranch(builder, units, tokens, index + 1));
  return SmallVector<Value>(branch.getResults());
}

void TernaryBranchOnTokens::runOnOperation() {
  IRRewriter rewriter(&getContext());
  auto hasChoice = [](MatmulOp op) { return op.getKernels()->size() > 1; };
  for (ArrayRef<ProductUnit> units :
       collectProducts(rewriter, getOperation(), hasChoice)) {
    MatmulOp first = units.front().products.front();
    rewriter.setInsertionPoint(first);
    Value tokens = rewriter.createOrFold<tensor::DimOp>(
        first.getLoc(), first.getActivations(), 0);
    SmallVector<Value> results = emitBranch(rewriter, units, tokens, 0);
    for (auto [unit, result] : llvm::zip(units, results))
      replaceUnit(rewriter, unit, result);
  }
}
