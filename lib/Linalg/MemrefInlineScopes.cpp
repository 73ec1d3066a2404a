//===- MemrefInlineScopes.cpp - Drop scopes without stack memory ----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace bitnet {
#define GEN_PASS_DEF_MEMREFINLINESCOPES
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct MemrefInlineScopes
    : bitnet::impl::MemrefInlineScopesBase<MemrefInlineScopes> {
  using MemrefInlineScopesBase::MemrefInlineScopesBase;
  void runOnOperation() override;
};
} // namespace

/// Whether the op itself may put something on the stack of its function. What a
/// called function puts there is gone when it returns.
static bool allocatesOnStack(Operation *op) {
  if (isa<CallOpInterface>(op) || op->hasTrait<OpTrait::IsTerminator>() ||
      op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
    return false;
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  if (!effects)
    return true;
  SmallVector<MemoryEffects::EffectInstance> found;
  effects.getEffects(found);
  return llvm::any_of(found, [](const MemoryEffects::EffectInstance &effect) {
    return isa<MemoryEffects::Allocate>(effect.getEffect()) &&
           isa<SideEffects::AutomaticAllocationScopeResource>(
               effect.getResource());
  });
}

/// Whether the scope may free something. Scopes inside of it free their own.
static bool isNeeded(memref::AllocaScopeOp scope) {
  return scope.getBodyRegion()
      .walk<WalkOrder::PreOrder>([](Operation *op) {
        if (op->hasTrait<OpTrait::AutomaticAllocationScope>())
          return WalkResult::skip();
        return allocatesOnStack(op) ? WalkResult::interrupt()
                                    : WalkResult::advance();
      })
      .wasInterrupted();
}

void MemrefInlineScopes::runOnOperation() {
  SmallVector<memref::AllocaScopeOp> scopes;
  getOperation().walk([&](memref::AllocaScopeOp scope) {
    if (!isNeeded(scope))
      scopes.push_back(scope);
  });
  IRRewriter rewriter(&getContext());
  for (memref::AllocaScopeOp scope : scopes) {
    Block &body = scope.getBodyRegion().front();
    Operation *terminator = body.getTerminator();
    SmallVector<Value> results(terminator->getOperands());
    rewriter.eraseOp(terminator);
    rewriter.inlineBlockBefore(&body, scope);
    rewriter.replaceOp(scope, results);
  }
}
