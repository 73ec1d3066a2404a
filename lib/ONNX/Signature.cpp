//===- Signature.cpp - Arguments, constants and results of a graph --------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The graph's outside: symbols from the arguments' dimensions, constants, and
// the checks of the results against what the file declares for them.
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "dialects/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bitnet::onnx;
using namespace bitnet::model;

//===----------------------------------------------------------------------===//
// Arguments and constants
//===----------------------------------------------------------------------===//

AffineExpr Graph::getSymbol(StringRef name) const {
  for (auto [number, known] : llvm::enumerate(symbolNames))
    if (known == name)
      return getAffineSymbolExpr(number, builder.getContext());
  return nullptr;
}

std::optional<StringRef> Graph::getDeclaredName(ValueAttr value,
                                                int64_t dim) const {
  auto symbol = dyn_cast<AffineSymbolExpr>(value.getShape().getResult(dim));
  if (!symbol)
    return std::nullopt;
  auto names = function->getAttrOfType<ArrayAttr>(ModelDialect::kSymbols);
  return cast<StringAttr>(names[symbol.getPosition()]).getValue();
}

LogicalResult Graph::readArguments() {
  Block &body = function.front();
  builder.setInsertionPointToStart(&body);
  SmallVector<Type> types;
  for (BlockArgument argument : body.getArguments()) {
    unsigned number = argument.getArgNumber();
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      return function.emitError()
             << "input " << number << " has type " << argument.getType()
             << ", expected a ranked tensor";
    if (!isa<FloatType, IntegerType>(type.getElementType()))
      return function.emitError()
             << "input " << number << " has element type "
             << type.getElementType() << ", which is not supported";
    auto stated =
        function.getArgAttrOfType<ValueAttr>(number, ModelDialect::kInput);
    std::string name =
        stated ? stated.getName().str() : "arg" + std::to_string(number);

    Tensor tensor;
    tensor.elementType = getSignless(type.getElementType());
    tensor.isUnsigned = type.getElementType().isUnsignedInteger();
    tensor.value = argument;
    for (int64_t i = 0, e = type.getRank(); i < e; ++i) {
      if (!type.isDynamicDim(i)) {
        tensor.shape.push_back(constant(type.getDimSize(i)));
        continue;
      }
      std::string symbol = name + "_dim" + std::to_string(i);
      if (stated) {
        std::optional<StringRef> declared = getDeclaredName(stated, i);
        if (!declared)
          return function.emitError()
                 << "input '" << name << "': dimension " << i
                 << " is an expression, expected a symbol of its own";
        symbol = declared->str();
      }
      if (!getSymbol(symbol)) {
        symbolNames.push_back(symbol);
        symbols.push_back(
            tensor::DimOp::create(builder, argument.getLoc(), argument, i));
      }
      tensor.shape.push_back(getSymbol(symbol));
    }
    argument.setType(type.clone(tensor.elementType));
    types.push_back(argument.getType());
    inputNames.push_back(std::move(name));
    set(argument, std::move(tensor));
  }
  function.setFunctionType(
      builder.getFunctionType(types, function.getResultTypes()));
  return success();
}

Tensor Graph::getConstant(Location loc, ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  Tensor tensor;
  tensor.elementType = getSignless(type.getElementType());
  tensor.isUnsigned = type.getElementType().isUnsignedInteger();
  tensor.shape = llvm::map_to_vector(
      type.getShape(), [&](int64_t size) { return constant(size); });

  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (tensor.elementType != type.getElementType()) {
    if (dense)
      value = dense = dense.bitcast(tensor.elementType);
    else if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
      value = DenseResourceElementsAttr::get(type.clone(tensor.elementType),
                                             resource.getRawHandle());
  }
  tensor.value = arith::ConstantOp::create(builder, loc, value);
  if (dense && isa<IntegerType>(tensor.elementType) && tensor.rank() <= 1 &&
      type.getNumElements() <= kMaxListSize) {
    tensor.elements.emplace();
    bool isSigned = !tensor.isUnsigned && !tensor.elementType.isInteger(1);
    for (APInt element : dense.getValues<APInt>())
      tensor.elements->push_back(
          constant(isSigned ? element.getSExtValue() : element.getZExtValue()));
  }
  return tensor;
}

LogicalResult Graph::readConstant(Operation *op) {
  ElementsAttr value;
  if (!matchPattern(op, m_Constant(&value)) ||
      !isa<RankedTensorType>(value.getType()))
    return op->emitOpError() << "is not expected in an ONNX graph";
  builder.setInsertionPoint(op);
  if (!isa<FloatType, IntegerType>(value.getElementType()))
    return op->emitError() << "a constant has element type "
                           << value.getElementType()
                           << ", which is not supported";
  set(op->getResult(0), getConstant(op->getLoc(), value));
  return success();
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

FailureOr<Value> Graph::declareResult(Location loc, unsigned number,
                                      Tensor &tensor) {
  auto stated =
      function.getResultAttrOfType<ValueAttr>(number, ModelDialect::kOutput);
  std::string name =
      stated ? stated.getName().str() : "result" + std::to_string(number);
  auto type = dyn_cast<RankedTensorType>(function.getResultTypes()[number]);
  auto error = [&]() {
    return mlir::emitError(loc) << "output '" << name << "' ";
  };
  if (!type)
    return error() << "has type " << function.getResultTypes()[number]
                   << ", expected a ranked tensor";
  if (getSignless(type.getElementType()) != tensor.elementType ||
      type.getElementType().isUnsignedInteger() != tensor.isUnsigned)
    return error() << "is declared with element type " << type.getElementType()
                   << ", but is computed with "
                   << (tensor.isUnsigned ? "unsigned " : "")
                   << tensor.elementType;
  if (type.getRank() != tensor.rank())
    return error() << "is declared with rank " << type.getRank()
                   << ", but is computed with shape " << print(tensor.shape);

  for (auto [i, dim] : llvm::enumerate(tensor.shape)) {
    AffineExpr declared;
    if (!type.isDynamicDim(i))
      declared = constant(type.getDimSize(i));
    else if (stated && stated.getShape())
      if (std::optional<StringRef> symbol = getDeclaredName(stated, i))
        declared = getSymbol(*symbol);
    if (declared && failed(constrainEqual(loc, dim, declared)))
      return error() << "is declared with " << print(declared)
                     << " in dimension " << i << ", but is computed with "
                     << print(dim);
  }
  results.push_back({std::move(name), &tensor});

  // The function gets the inferred type: a cast to the declared one would lose
  // static sizes, and one-shot-bufferize casts strided views wrongly.
  return materialize(loc, tensor);
}

ValueAttr Graph::describe(StringRef name, const Tensor &tensor) const {
  MLIRContext *context = builder.getContext();
  return ValueAttr::get(
      context, name, getWithSign(tensor.elementType, tensor.isUnsigned),
      AffineMap::get(0, symbols.size(), tensor.shape, context));
}

void Graph::writeAttributes() {
  MLIRContext *context = builder.getContext();
  SmallVector<Attribute> rows;
  for (const Constraint &constraint : constraints)
    rows.push_back(ConstraintAttr::get(
        context, constraint.kind,
        AffineMap::get(0, symbols.size(), constraint.expr), constraint.node));
  function->setAttr(ModelDialect::kSymbols,
                    builder.getStrArrayAttr(getSymbolNames()));
  function->setAttr(ModelDialect::kChecks,
                    builder.getStrArrayAttr(
                        SmallVector<StringRef>(checks.begin(), checks.end())));
  function->setAttr(ModelDialect::kConstraints, builder.getArrayAttr(rows));
  for (BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    function.setArgAttr(number, ModelDialect::kInput,
                        describe(inputNames[number], get(argument)));
  }
  for (auto [number, result] : llvm::enumerate(results))
    function.setResultAttr(number, ModelDialect::kOutput,
                           describe(result.first, *result.second));
}
