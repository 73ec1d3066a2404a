//===- Contract.cpp - What must hold in a contract ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contract.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace bitnet::model;

using EmitError = function_ref<InFlightDiagnostic()>;

namespace {
/// A contract while its rules are checked.
class Checker {
public:
  Checker(EmitError emitError, const Signature &contract, bool isInferred)
      : emitError(emitError), contract(contract), isInferred(isInferred) {}

  LogicalResult check() {
    return success(succeeded(checkKinds()) && succeeded(checkSymbols()) &&
                   succeeded(checkSizes()) && succeeded(checkNames()) &&
                   succeeded(checkPosition()) && succeeded(checkCaches()) &&
                   succeeded(checkBound()));
  }

private:
  LogicalResult checkKinds() const;
  LogicalResult checkSymbols();
  LogicalResult checkSizes() const;
  LogicalResult checkNames() const;
  LogicalResult checkPosition();
  LogicalResult checkCaches();
  LogicalResult checkBound() const;

  LogicalResult checkUses(AffineMap map, const Twine &what) const;
  /// Marks the symbol as one whose value a call knows.
  void bind(AffineExpr dim) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(dim))
      bound.set(symbol.getPosition());
  }

  EmitError emitError;
  const Signature &contract;
  bool isInferred;
  SmallVector<StringRef> symbols;
  llvm::BitVector bound;
};
} // namespace

static auto valuesOf(ArrayRef<Attribute> values) {
  return llvm::map_range(
      values, [](Attribute value) { return cast<ValueAttr>(value); });
}

LogicalResult Checker::checkKinds() const { // contract_c1
  auto check = [&](ArrayRef<Attribute> attributes, StringRef name,
                   auto isOfKind, StringRef expected) -> LogicalResult {
    for (Attribute attribute : attributes)
      if (!isOfKind(attribute))
        return emitError() << name << " have " << attribute << ", expected "
                           << expected;
    return success();
  };
  auto isString = llvm::IsaPred<StringAttr>;
  auto isValue = llvm::IsaPred<ValueAttr>;
  return success(
      succeeded(
          check(contract.symbols.getValue(), "symbols", isString, "names")) &&
      succeeded(
          check(contract.checks.getValue(), "checks", isString, "messages")) &&
      succeeded(check(contract.inputs, "inputs", isValue, "#model.value")) &&
      succeeded(check(contract.outputs, "outputs", isValue, "#model.value")) &&
      succeeded(check(contract.caches, "caches", isValue, "#model.value")) &&
      succeeded(check(contract.constraints.getValue(), "constraints",
                      llvm::IsaPred<ConstraintAttr>, "#model.constraint")));
}

LogicalResult Checker::checkSymbols() {
  symbols = getNames(contract.symbols);
  bound.resize(symbols.size());
  llvm::StringSet<> known;
  for (StringRef symbol : symbols)
    if (symbol.empty() || symbol.contains('\0') ||
        !known.insert(symbol).second) // contract_c2
      return emitError() << "symbol '" << symbol << "' is empty or named twice";
  return success();
}

LogicalResult Checker::checkSizes() const { // contract_c3
  auto checkMap = [&](AffineMap map, const Twine &what) -> LogicalResult {
    if (map && map.getNumSymbols() == symbols.size())
      return success();
    InFlightDiagnostic error = emitError() << what << " has ";
    if (!map)
      return error << "no shape";
    return error << "an expression over " << map.getNumSymbols()
                 << " symbols, expected " << symbols.size();
  };
  for (auto list : {&contract.inputs, &contract.caches})
    for (ValueAttr value : valuesOf(*list))
      if (failed(checkMap(value.getShape(), "'" + value.getName() + "'")))
        return failure();
  for (ValueAttr value : valuesOf(contract.outputs))
    if ((isInferred || value.getShape()) &&
        failed(checkMap(value.getShape(), "'" + value.getName() + "'")))
      return failure();
  for (auto constraint : contract.constraints.getAsRange<ConstraintAttr>())
    if (failed(checkMap(constraint.getMap(),
                        "the constraint of '" + constraint.getNode() + "'")))
      return failure();
  return success();
}

LogicalResult Checker::checkNames() const { // contract_c4
  auto check = [&](StringRef kind, auto... lists) -> LogicalResult {
    llvm::StringSet<> known;
    for (ArrayRef<Attribute> list : {ArrayRef<Attribute>(lists)...})
      for (ValueAttr value : valuesOf(list))
        if (!known.insert(value.getName()).second)
          return emitError() << "two " << kind << " have the name '"
                             << value.getName() << "'";
    return success();
  };
  return success(succeeded(check("inputs", contract.inputs, contract.caches)) &&
                 succeeded(check("outputs", contract.outputs)));
}

/// The number of the name, -1 if it is none of them.
static int64_t findName(ArrayRef<StringRef> names, StringRef name) {
  const auto *found = llvm::find(names, name);
  return found == names.end() ? -1 : found - names.begin();
}

LogicalResult Checker::checkPosition() {
  for (ValueAttr value : valuesOf(contract.inputs))
    llvm::for_each(value.getShape().getResults(),
                   [&](AffineExpr dim) { bind(dim); });
  PositionAttr position = contract.position;
  if (!position) {
    if (contract.caches.empty())
      return success();
    return emitError() << "has caches, but no position"; // contract_c6
  }
  int64_t number = findName(symbols, position.getSymbol());
  if (number < 0)
    return emitError() << "the position is symbol '" << position.getSymbol()
                       << "', which is not named";
  bound.set(number);
  StringAttr appends = position.getAppends();
  if (!appends)
    return success();
  number = findName(symbols, appends);
  if (number < 0 || !bound.test(number))
    return emitError() << "symbol " << appends << ", which the position "
                       << "appends, is no dimension of an input";
  return success();
}

LogicalResult Checker::checkCaches() { // contract_c7
  if (contract.caches.empty())
    return success();
  AffineMap first = cast<ValueAttr>(contract.caches.front()).getShape();
  AffineSymbolExpr batch(nullptr);
  if (first.getNumResults() > 0)
    batch = dyn_cast<AffineSymbolExpr>(first.getResult(0));
  if (batch && symbols[batch.getPosition()] == contract.position.getSymbol())
    return emitError() << "the position '" << symbols[batch.getPosition()]
                       << "' is the batch of the caches, too";
  if (batch)
    bind(batch);
  for (ValueAttr cache : valuesOf(contract.caches))
    for (auto [axis, dim] : llvm::enumerate(cache.getShape().getResults())) {
      bool isKnown = true;
      dim.walk([&](AffineExpr part) {
        isKnown &= !isa<AffineSymbolExpr>(part) || part == batch;
      });
      if (!isKnown)
        return emitError() << "dimension " << axis << " of cache '"
                           << cache.getName() << "' is "
                           << printDimension(dim, symbols)
                           << ", expected a constant or the batch";
    }
  return success();
}

LogicalResult Checker::checkUses(AffineMap map, const Twine &what) const {
  for (AffineExpr dim : map.getResults()) {
    StringRef unknown;
    dim.walk([&](AffineExpr part) {
      auto symbol = dyn_cast<AffineSymbolExpr>(part);
      if (symbol && !bound.test(symbol.getPosition()))
        unknown = symbols[symbol.getPosition()];
    });
    if (!unknown.empty()) // contract_c5
      return emitError() << what << " depends on '" << unknown
                         << "', which is no dimension of an input";
  }
  return success();
}

LogicalResult Checker::checkBound() const {
  for (ValueAttr value : valuesOf(contract.inputs))
    if (failed(checkUses(value.getShape(), "input '" + value.getName() + "'")))
      return failure();
  for (ValueAttr value : valuesOf(contract.outputs))
    if (isInferred &&
        failed(checkUses(value.getShape(), "output '" + value.getName() + "'")))
      return failure();
  for (auto constraint : contract.constraints.getAsRange<ConstraintAttr>())
    if (failed(checkUses(constraint.getMap(),
                         "the constraint of '" + constraint.getNode() + "'")))
      return failure();
  return success();
}

LogicalResult bitnet::model::verifyContract(EmitError emitError,
                                            const Signature &contract,
                                            bool isInferred) {
  return Checker(emitError, contract, isInferred).check();
}

LogicalResult ContractAttr::verify(EmitError emitError, ArrayAttr symbols,
                                   ArrayAttr inputs, ArrayAttr outputs,
                                   ArrayAttr caches, PositionAttr position,
                                   ArrayAttr constraints, ArrayAttr checks) {
  return verifyContract(emitError,
                        {symbols, llvm::to_vector(inputs),
                         llvm::to_vector(outputs), llvm::to_vector(caches),
                         position, constraints, checks},
                        /*isInferred=*/true);
}

int64_t ContractAttr::getSymbolNumber(StringRef name) const {
  return findName(getNames(getSymbols()), name);
}
