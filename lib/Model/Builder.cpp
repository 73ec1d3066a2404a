//===- Builder.cpp - How an importer begins a model -----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Model/Builder.h"

using namespace mlir;
using namespace bitnet::model;

ModelBuilder::ModelBuilder(Location loc) : module(ModuleOp::create(loc)) {
  loc->getContext()->loadDialect<func::FuncDialect, ModelDialect>();
}

AffineExpr ModelBuilder::symbol(StringRef name) {
  auto *known = llvm::find(symbols, name);
  size_t number = known - symbols.begin();
  if (known == symbols.end())
    symbols.push_back(name.str());
  return getAffineSymbolExpr(number, getContext());
}

AffineExpr ModelBuilder::constant(int64_t size) {
  return getAffineConstantExpr(size, getContext());
}

void ModelBuilder::addInput(Location loc, StringRef name, Type element,
                            ArrayRef<AffineExpr> shape, bool keepsSign) {
  inputs.push_back(
      {name.str(), element, llvm::to_vector(shape), keepsSign, loc});
}

void ModelBuilder::addOutput(StringRef name, Type element,
                             std::optional<ArrayRef<AffineExpr>> shape,
                             bool keepsSign) {
  outputs.push_back(
      {name.str(), element, std::nullopt, keepsSign, module->getLoc()});
  if (shape)
    outputs.back().shape = llvm::to_vector(*shape);
}

LogicalResult ModelBuilder::addMetadata(StringRef key, Attribute value) {
  if (key.empty() || metadata.get(key))
    return failure();
  metadata.append(key, value);
  return success();
}

std::pair<ValueAttr, TensorType> ModelBuilder::describe(const Value &value) {
  AffineMap shape;
  if (value.shape)
    shape = AffineMap::get(0, symbols.size(), *value.shape, getContext());
  auto attribute =
      ValueAttr::get(getContext(), value.name, value.element, shape);
  if (!shape)
    return {attribute, UnrankedTensorType::get(value.element)};
  RankedTensorType type = attribute.getTensorType();
  return {attribute, value.keepsSign ? type.clone(value.element) : type};
}

func::FuncOp ModelBuilder::createMain() {
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  SmallVector<Type> inputTypes, outputTypes;
  SmallVector<DictionaryAttr> inputAttrs, outputAttrs;
  auto add = [&](const Value &value, StringRef kind, auto &types, auto &attrs) {
    auto [attribute, type] = describe(value);
    types.push_back(type);
    attrs.push_back(
        builder.getDictionaryAttr(builder.getNamedAttr(kind, attribute)));
  };
  for (const Value &input : inputs)
    add(input, ModelDialect::kInput, inputTypes, inputAttrs);
  for (const Value &output : outputs)
    add(output, ModelDialect::kOutput, outputTypes, outputAttrs);
  auto function =
      func::FuncOp::create(builder, module->getLoc(), "main",
                           builder.getFunctionType(inputTypes, outputTypes));
  function.setAllArgAttrs(inputAttrs);
  function.setAllResultAttrs(outputAttrs);
  function->setAttr(ModelDialect::kSymbols,
                    builder.getStrArrayAttr(SmallVector<StringRef>(
                        symbols.begin(), symbols.end())));
  Block *body = function.addEntryBlock();
  for (auto [argument, input] : llvm::zip_equal(body->getArguments(), inputs))
    argument.setLoc(input.loc);
  if (!metadata.empty())
    (*module)->setAttr(ModelDialect::kMetadata,
                       metadata.getDictionary(getContext()));
  return function;
}
