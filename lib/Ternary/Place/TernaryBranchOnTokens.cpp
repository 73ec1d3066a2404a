//===- TernaryBranchOnTokens.cpp - One kernel for each product ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Products.h"
#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYBRANCHONTOKENS
#include "bitnet/Passes/KernelStage.h.inc"
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

/// The products with kernel number `index` alone, since the branch has decided.
static SmallVector<Value>
emitProducts(OpBuilder &builder, ArrayRef<ProductOp> products, unsigned index) {
  SmallVector<Value> results;
  for (ProductOp op : products) {
    auto product = cast<ProductOp>(builder.clone(*op));
    product.setKernelsAttr(builder.getArrayAttr({(*op.getKernels())[index]}));
    results.push_back(product.getResult());
  }
  return results;
}

/// Branches over the kernels from number `index` on.
static SmallVector<Value> emitBranch(OpBuilder &builder,
                                     ArrayRef<ProductOp> products, Value tokens,
                                     unsigned index) {
  ProductOp first = products.front();
  ArrayAttr kernels = *first.getKernels();
  if (index + 1 == kernels.size())
    return emitProducts(builder, products, index);
  Location loc = first.getLoc();
  Value limit = arith::ConstantIndexOp::create(
      builder, loc, cast<KernelAttr>(kernels[index]).getMaxTokens());
  Value few = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                    tokens, limit);
  SmallVector<Type> types = llvm::map_to_vector(
      products, [](ProductOp op) -> Type { return op.getType(); });
  auto branch = scf::IfOp::create(builder, loc, types, few, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, emitProducts(builder, products, index));
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc,
                       emitBranch(builder, products, tokens, index + 1));
  return SmallVector<Value>(branch.getResults());
}

void TernaryBranchOnTokens::runOnOperation() {
  IRRewriter rewriter(&getContext());
  auto hasChoice = [](ArrayAttr kernels) { return kernels.size() > 1; };
  for (ArrayRef<ProductOp> products : findSiblings(getOperation(), hasChoice)) {
    ProductOp first = products.front();
    rewriter.setInsertionPoint(first);
    Value tokens = rewriter.createOrFold<tensor::DimOp>(
        first.getLoc(), first.getActivations(), 0);
    SmallVector<Value> results = emitBranch(rewriter, products, tokens, 0);
    for (auto [product, result] : llvm::zip_equal(products, results))
      rewriter.replaceOp(product, result);
  }
}
