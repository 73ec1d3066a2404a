//===- BitnetDescribeModel.cpp - What the object must know ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace bitnet {
#define GEN_PASS_DEF_BITNETDESCRIBEMODEL
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct BitnetDescribeModel
    : bitnet::impl::BitnetDescribeModelBase<BitnetDescribeModel> {
  using BitnetDescribeModelBase::BitnetDescribeModelBase;
  void runOnOperation() override;
};
} // namespace

/// The row of one argument or result, or null if it lacks a name or shape.
static Attribute describeValue(Builder &builder, Type type, Attribute name,
                               DictionaryAttr attributes) {
  Attribute shape = attributes.get(TernaryDialect::kShape);
  if (!name || !shape)
    return nullptr;
  SmallVector<NamedAttribute> row = {
      builder.getNamedAttr("name", name), builder.getNamedAttr("shape", shape),
      builder.getNamedAttr("type", TypeAttr::get(type))};
  if (attributes.contains(TernaryDialect::kUnsigned))
    row.push_back(builder.getNamedAttr("unsigned", builder.getUnitAttr()));
  return builder.getDictionaryAttr(row);
}

/// The function attribute, or an empty array.
static Attribute getList(Builder &builder, func::FuncOp function,
                         StringRef name) {
  auto list = function->getAttrOfType<ArrayAttr>(name);
  return list ? list : builder.getArrayAttr({});
}

static FailureOr<DictionaryAttr> describe(func::FuncOp function) {
  Builder builder(function.getContext());
  SmallVector<Attribute> inputs, outputs, caches;
  SmallVector<NamedAttribute> model;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    DictionaryAttr attributes = function.getArgAttrDict(i);
    if (!attributes)
      attributes = builder.getDictionaryAttr({});
    if (Attribute symbol = attributes.get(TernaryDialect::kPosition)) {
      model.push_back(builder.getNamedAttr("position", symbol));
      if (Attribute sequence = attributes.get(TernaryDialect::kSequence))
        model.push_back(builder.getNamedAttr("sequence", sequence));
      continue;
    }
    Attribute cache = attributes.get(TernaryDialect::kCache);
    Attribute row = describeValue(
        builder, function.getArgument(i).getType(),
        cache ? cache : attributes.get(TernaryDialect::kName), attributes);
    if (!row)
      return function.emitError()
             << "argument " << i << " has no name or no shape";
    (cache ? caches : inputs).push_back(row);
  }
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    DictionaryAttr attributes = function.getResultAttrDict(i);
    // A result without attributes is a cache, returned in its own argument.
    if (!attributes || attributes.empty())
      continue;
    // The runtime passes it behind the outputs.
    if (attributes.contains(TernaryDialect::kStatus)) {
      if (i + 1 != function.getNumResults())
        return function.emitError()
               << "result " << i
               << " is the status, expected it to be the last";
      continue;
    }
    Attribute row =
        describeValue(builder, function.getResultTypes()[i],
                      attributes.get(TernaryDialect::kName), attributes);
    if (!row)
      return function.emitError()
             << "result " << i << " has no name or no shape";
    outputs.push_back(row);
  }
  for (auto [key, name] :
       {std::pair("symbols", TernaryDialect::kSymbols),
        std::pair("constraints", TernaryDialect::kConstraints),
        std::pair("checks", TernaryDialect::kChecks)})
    model.push_back(
        builder.getNamedAttr(key, getList(builder, function, name)));
  model.push_back(builder.getNamedAttr("inputs", builder.getArrayAttr(inputs)));
  model.push_back(
      builder.getNamedAttr("outputs", builder.getArrayAttr(outputs)));
  model.push_back(builder.getNamedAttr("caches", builder.getArrayAttr(caches)));
  if (Attribute context = function->getAttr(TernaryDialect::kMaxContext))
    model.push_back(builder.getNamedAttr("max_context", context));
  return builder.getDictionaryAttr(model);
}

void BitnetDescribeModel::runOnOperation() {
  ModuleOp module = getOperation();
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal()) {
    module.emitError("expected a function @main, the model");
    return signalPassFailure();
  }
  FailureOr<DictionaryAttr> model = describe(main);
  if (failed(model))
    return signalPassFailure();
  module->setAttr(TernaryDialect::kModel, *model);
  main.removeArgAttrsAttr();
  main.removeResAttrsAttr();
  // Only the object's entry point calls it. Upstream's bufferization treats the
  // results of public functions as new buffers, and would copy the caches.
  main.setPrivate();
  main->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                UnitAttr::get(&getContext()));
}
