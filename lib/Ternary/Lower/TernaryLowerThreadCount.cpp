//===- TernaryLowerThreadCount.cpp - Ask for the threads ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"
#include "bitnet/Support/TargetFacts.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYLOWERTHREADCOUNT
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryLowerThreadCount
    : bitnet::impl::TernaryLowerThreadCountBase<TernaryLowerThreadCount> {
  using TernaryLowerThreadCountBase::TernaryLowerThreadCountBase;
  void runOnOperation() override;
};
} // namespace

static constexpr StringLiteral kThreadsFunction = "omp_get_max_threads";

/// OpenMP's function, declared where it is not yet.
static FailureOr<func::FuncOp> declare(ModuleOp module, Operation *user) {
  auto type = FunctionType::get(module.getContext(), {},
                                IntegerType::get(module.getContext(), 32));
  if (Operation *existing =
          SymbolTable::lookupSymbolIn(module, kThreadsFunction)) {
    auto function = dyn_cast<func::FuncOp>(existing);
    if (function && function.getFunctionType() == type)
      return function;
    InFlightDiagnostic diag = user->emitOpError("needs the symbol @")
                              << kThreadsFunction
                              << ", which is something else";
    diag.attachNote(existing->getLoc()) << "defined here";
    return diag;
  }
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  auto function =
      func::FuncOp::create(builder, module.getLoc(), kThreadsFunction, type);
  function.setPrivate();
  return function;
}

void TernaryLowerThreadCount::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<TargetFacts> facts = readTargetFacts(module);
  if (failed(facts))
    return signalPassFailure();
  SmallVector<ThreadCountOp> ops;
  module.walk([&](ThreadCountOp op) { ops.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (ThreadCountOp op : ops) {
    rewriter.setInsertionPoint(op);
    if (facts->threads > 0) {
      rewriter.replaceOpWithNewOp<arith::ConstantIndexOp>(op, facts->threads);
      continue;
    }
    FailureOr<func::FuncOp> function = declare(module, op);
    if (failed(function))
      return signalPassFailure();
    Value count =
        func::CallOp::create(rewriter, op.getLoc(), *function).getResult(0);
    rewriter.replaceOpWithNewOp<arith::IndexCastOp>(op, rewriter.getIndexType(),
                                                    count);
  }
}
