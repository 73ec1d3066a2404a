//===- Products.cpp - Products that are computed together -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace bitnet;
using ternary::ProductOp;

Operation *bitnet::findOnlyReader(Value value) {
  if (value.use_empty() || !llvm::all_equal(value.getUsers()))
    return nullptr;
  return *value.getUsers().begin();
}

/// Sees to it that all that `op` reads is known before `first`; fails, moving
/// nothing, if that cannot be. Only pure operations are moved, and no product,
/// which may be the first of other siblings, is one.
static LogicalResult makeReady(RewriterBase &rewriter, ProductOp op,
                               Operation *first) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  values.remove_if([&](Value value) {
    Operation *definition = value.getDefiningOp();
    return !definition || definition->getBlock() != first->getBlock();
  });
  return moveValueDefinitions(rewriter, values.getArrayRef(), first);
}

SmallVector<SmallVector<ProductOp>>
bitnet::findSiblings(Operation *root,
                     function_ref<bool(ArrayAttr kernels)> filter) {
  using Key = std::tuple<Block *, Value, Attribute>;
  llvm::MapVector<Key, SmallVector<SmallVector<ProductOp>>> sets;
  IRRewriter rewriter(root->getContext());
  root->walk([&](ProductOp op) {
    if (!op.getWeightPacking() || !op.getKernels() ||
        !filter(op.getKernelsAttr()))
      return;
    auto &known =
        sets[{op->getBlock(), op.getActivations(), op.getKernelsAttr()}];
    if (known.empty() || failed(makeReady(rewriter, op, known.back().front())))
      known.emplace_back();
    known.back().push_back(op);
  });
  SmallVector<SmallVector<ProductOp>> result;
  for (auto &[key, known] : sets)
    llvm::append_range(result, known);
  return result;
}
