//===- Functions.cpp - Kernel functions -----------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Kernels.h"

#include "Isa.h"

#include "bitnet/Support/Functions.h"
#include "dialects/Model/Model.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using model::ModelDialect;
using ternary::AlgorithmAttrInterface;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::PackingAttr;
using ternary::TernaryDialect;

/// Has the object refuse processors without what the kernel needs.
static void demandFeatures(ModuleOp module, const Isa &isa) {
  Builder b(module.getContext());
  auto known = module->getAttrOfType<ArrayAttr>(ModelDialect::kFeatures);
  llvm::SetVector<Attribute> features;
  if (known)
    features.insert_range(known);
  for (StringRef feature : isa.features())
    features.insert(b.getStringAttr(feature));
  if (!features.empty())
    module->setAttr(ModelDialect::kFeatures,
                    b.getArrayAttr(features.getArrayRef()));
}

FailureOr<func::FuncOp> kernels::getOrCreateFunction(ModuleOp module,
                                                     KernelOpInterface op) {
  KernelAttr kernel = op.getFunctionKernel();
  PackingAttr packing = op.getFunctionPacking();
  AlgorithmAttrInterface algorithm = op.getKernel().getAlgorithm();
  auto types = llvm::to_vector_of<Type>(algorithm.getArgumentTypes(op));
  llvm::append_range(types, algorithm.getScratchTypes(op));
  auto type = FunctionType::get(op->getContext(), types, {});
  // Kernels of the same shape that differ otherwise are told apart by a number.
  std::string base = op.getFunctionName(), name = base;
  auto accumulate = dyn_cast<ternary::LutAccumulateOp>(op.getOperation());
  bool accumulates = accumulate && accumulate.getAccumulates();
  for (unsigned number = 1;; ++number) {
    Operation *existing = SymbolTable::lookupSymbolIn(module, name);
    if (!existing)
      break;
    auto function = dyn_cast<func::FuncOp>(existing);
    if (!function || !function->hasAttr(TernaryDialect::kKernel)) {
      InFlightDiagnostic diag = op->emitOpError("needs the symbol @")
                                << name << ", which is something else";
      diag.attachNote(existing->getLoc()) << "defined here";
      return diag;
    }
    if (function.getFunctionType() == type &&
        function->hasAttr(kAccumulates) == accumulates &&
        function->getAttr(TernaryDialect::kKernel) == kernel &&
        function->getAttr(TernaryDialect::kPacking) == packing)
      return function;
    name = base + "_" + std::to_string(number);
  }
  demandFeatures(module, *findIsa(kernel.getIsa()));
  func::FuncOp function = createLocalFunction(module, name, type);
  if (accumulates)
    function->setAttr(kAccumulates, UnitAttr::get(op->getContext()));
  function->setAttr(TernaryDialect::kKernel, kernel);
  function->setAttr(TernaryDialect::kPacking, packing);
  Block *entry = function.addEntryBlock();
  auto builder = OpBuilder::atBlockBegin(entry);
  algorithm.emitBody(builder, op, entry->getArguments());
  builder.setInsertionPointToEnd(entry);
  func::ReturnOp::create(builder, op->getLoc());
  return function;
}
