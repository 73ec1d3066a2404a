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

/// Sees to it that all that `op` reads is known before `first`. Only constants
/// are moved; fails, moving nothing, if that is not enough.
static LogicalResult makeReady(ProductOp op, Operation *first) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  SetVector<Operation *> late;
  for (Value value : values)
    if (Operation *definition = value.getDefiningOp();
        definition && definition->getBlock() == first->getBlock() &&
        !definition->isBeforeInBlock(first))
      late.insert(definition);
  if (!llvm::all_of(late, [](Operation *definition) {
        return definition->hasTrait<OpTrait::ConstantLike>();
      }))
    return failure();
  for (Operation *constant : late)
    constant->moveBefore(first);
  return success();
}

SmallVector<SmallVector<ProductOp>>
bitnet::findSiblings(Operation *root,
                     function_ref<bool(ArrayAttr kernels)> filter) {
  using Key = std::tuple<Block *, Value, Attribute>;
  llvm::MapVector<Key, SmallVector<SmallVector<ProductOp>>> sets;
  root->walk([&](ProductOp op) {
    if (!op.getWeightPacking() || !op.getKernels() ||
        !filter(op.getKernelsAttr()))
      return;
    auto &known =
        sets[{op->getBlock(), op.getActivations(), op.getKernelsAttr()}];
    if (known.empty() || failed(makeReady(op, known.back().front())))
      known.emplace_back();
    known.back().push_back(op);
  });
  SmallVector<SmallVector<ProductOp>> result;
  for (auto &[key, known] : sets)
    llvm::append_range(result, known);
  return result;
}
