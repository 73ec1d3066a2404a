//===- Operator.cpp - The row of an operator ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

using namespace bitnet::onnx;
using llvm::StringRef;

Operator &Operator::since(int64_t opset) {
  firstOpset = opset;
  return *this;
}

Operator &Operator::inputs(unsigned minimum, unsigned maximum, Opsets opsets) {
  arities.push_back({minimum, maximum, opsets});
  return *this;
}

Operator &Operator::anyInputs() { return inputs(1, kAny); }

Operator &Operator::isFloat(unsigned number) {
  floats.push_back(number);
  return *this;
}

Operator &Operator::isInteger(unsigned number) {
  integral.push_back(number);
  return *this;
}

Operator &Operator::haveSameType(unsigned a, unsigned b) {
  same.emplace_back(a, b);
  return *this;
}

Operator &Operator::outputs(unsigned minimum, unsigned maximum) {
  leastOutputs = minimum;
  mostOutputs = maximum;
  return *this;
}

Operator &Operator::add(AttributeRow row) {
  attributes.push_back(row);
  return *this;
}

Operator &Operator::integer(StringRef name, int64_t standard, Opsets opsets) {
  return add({name, AttributeRow::Integer, opsets, standard});
}

Operator &Operator::requiredInteger(StringRef name) {
  return add({name, AttributeRow::Integer, {}, {}, /*isRequired=*/true});
}

Operator &Operator::optionalInteger(StringRef name, Opsets opsets) {
  return add({name, AttributeRow::Integer, opsets, {}});
}

Operator &Operator::fixed(StringRef name, int64_t value, Opsets opsets) {
  return add({name, AttributeRow::Integer, opsets, value, false,
              /*isFixed=*/true});
}

Operator &Operator::real(StringRef name, double standard, Opsets opsets) {
  return add({name, AttributeRow::Real, opsets, standard});
}

Operator &Operator::optionalReal(StringRef name, Opsets opsets) {
  return add({name, AttributeRow::Real, opsets, {}});
}

Operator &Operator::integers(StringRef name, Opsets opsets) {
  return add({name, AttributeRow::Integers, opsets, {}});
}

Operator &Operator::requiredIntegers(StringRef name, Opsets opsets) {
  return add({name, AttributeRow::Integers, opsets, {}, /*isRequired=*/true});
}

Operator &Operator::reals(StringRef name, Opsets opsets) {
  return add({name, AttributeRow::Reals, opsets, {}});
}

Operator &Operator::text(StringRef name) {
  return add({name, AttributeRow::Text, {}, {}, /*isRequired=*/true});
}

Operator &Operator::tensor(StringRef name) {
  return add({name, AttributeRow::Tensor, {}, {}});
}

Operator &Operator::note(StringRef text) {
  notes = text.str();
  return *this;
}

Operator &Operator::readsShapes() {
  isOnShapes = true;
  return *this;
}

Operator &Operator::onNarrow(Narrow what) {
  narrow = what;
  return *this;
}

const Operator::Arity &Operator::getArity(int64_t opset) const {
  for (const Arity &arity : arities)
    if (arity.opsets.contains(opset))
      return arity;
  llvm_unreachable("an operator without a number of inputs");
}

const AttributeRow *Operator::getAttribute(StringRef name,
                                           int64_t opset) const {
  for (const AttributeRow &row : attributes)
    if (row.name == name && row.opsets.contains(opset))
      return &row;
  return nullptr;
}

Operator &OperatorTable::add(StringRef name, Lowering lower) {
  return rows.try_emplace(name.str(), Operator(name, lower)).first->second;
}

const Operator *OperatorTable::find(StringRef name) const {
  auto found = rows.find(name);
  return found == rows.end() ? nullptr : &found->second;
}

const OperatorTable &OperatorTable::get() {
  static const OperatorTable table = [] {
    OperatorTable operators;
    addArithmetic(operators);
    addCasts(operators);
    addComparisons(operators);
    addContractions(operators);
    addGenerators(operators);
    addIndexing(operators);
    addIntegerContractions(operators);
    addNormalizations(operators);
    addQuantization(operators);
    addReductions(operators);
    addReshapes(operators);
    addSlices(operators);
    return operators;
  }();
  return table;
}
