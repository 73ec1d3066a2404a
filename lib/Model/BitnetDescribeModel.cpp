//===- BitnetDescribeModel.cpp - What the object must know ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/TernaryStage.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace bitnet {
#define GEN_PASS_DEF_BITNETDESCRIBEMODEL
#include "bitnet/Passes/TernaryStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

namespace {
struct BitnetDescribeModel
    : bitnet::impl::BitnetDescribeModelBase<BitnetDescribeModel> {
  using BitnetDescribeModelBase::BitnetDescribeModelBase;
  void runOnOperation() override;
};
} // namespace

/// Whether every argument and result is part of the contract.
static LogicalResult checkWhole(func::FuncOp function) {
  auto check = [&](DictionaryAttr attributes, StringRef place, unsigned number,
                   ArrayRef<StringRef> kinds) -> LogicalResult {
    for (StringRef kind : kinds)
      if (attributes && attributes.contains(kind))
        return success();
    InFlightDiagnostic error = function.emitError()
                               << place << " " << number
                               << " is no part of the model: expected it to "
                                  "have one of ";
    llvm::interleaveComma(kinds, error);
    return error;
  };
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (failed(check(function.getArgAttrDict(i), "argument", i,
                     {ModelDialect::kInput, ModelDialect::kPosition,
                      ModelDialect::kCache})))
      return failure();
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (failed(check(function.getResultAttrDict(i), "result", i,
                     {ModelDialect::kOutput, ModelDialect::kCache,
                      ModelDialect::kStatus})))
      return failure();
  return success();
}

static ContractAttr describe(func::FuncOp function) {
  if (failed(checkWhole(function)))
    return nullptr;
  FailureOr<Signature> signature = readSignature(function);
  if (failed(signature))
    return nullptr;
  Builder builder(function.getContext());
  return ContractAttr::getChecked(
      [&] { return function.emitError(); }, function.getContext(),
      signature->symbols, builder.getArrayAttr(signature->inputs),
      builder.getArrayAttr(signature->outputs),
      builder.getArrayAttr(signature->caches), signature->position,
      signature->constraints, signature->checks);
}

void BitnetDescribeModel::runOnOperation() {
  ModuleOp module = getOperation();
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal()) {
    module.emitError("expected a function @main, the model");
    return signalPassFailure();
  }
  ContractAttr contract = describe(main);
  if (!contract)
    return signalPassFailure();
  module->setAttr(ModelDialect::kContract, contract);
  main.removeArgAttrsAttr();
  main.removeResAttrsAttr();
  for (StringRef name : {ModelDialect::kSymbols, ModelDialect::kConstraints,
                         ModelDialect::kChecks})
    main->removeAttr(name);
  // Only the object's entry point calls it. Upstream's bufferization treats the
  // results of public functions as new buffers, and would copy the caches.
  main.setPrivate();
  main->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                UnitAttr::get(&getContext()));
}
