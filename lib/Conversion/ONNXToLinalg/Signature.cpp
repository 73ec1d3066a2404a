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

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bitnet::onnx;
using bitnet::ternary::TernaryDialect;

Type bitnet::onnx::getSignless(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.isSignless())
    return type;
  return IntegerType::get(type.getContext(), integer.getWidth());
}

/// The names of a value's dimensions, as many as it has.
static SmallVector<StringRef> getDimNames(ArrayAttr names, int64_t rank) {
  SmallVector<StringRef> result(rank);
  if (!names)
    return result;
  for (auto [name, attr] : llvm::zip(result, names))
    if (auto string = dyn_cast<StringAttr>(attr))
      name = string.getValue();
  return result;
}

static std::string getName(StringAttr name, StringRef kind, unsigned number) {
  return name ? name.getValue().str() : (kind + Twine(number)).str();
}

//===----------------------------------------------------------------------===//
// Arguments and constants
//===----------------------------------------------------------------------===//

AffineExpr Graph::getSymbol(StringRef name) const {
  for (auto [number, known] : llvm::enumerate(symbolNames))
    if (known == name)
      return getAffineSymbolExpr(number, builder.getContext());
  return nullptr;
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
    std::string name = getName(
        function.getArgAttrOfType<StringAttr>(number, TernaryDialect::kName),
        "arg", number);
    SmallVector<StringRef> dims = getDimNames(
        function.getArgAttrOfType<ArrayAttr>(number, TernaryDialect::kDims),
        type.getRank());

    Tensor tensor;
    tensor.elementType = getSignless(type.getElementType());
    tensor.isUnsigned = type.getElementType().isUnsignedInteger();
    tensor.value = argument;
    for (int64_t i = 0, e = type.getRank(); i < e; ++i) {
      if (!type.isDynamicDim(i)) {
        tensor.shape.push_back(constant(type.getDimSize(i)));
        continue;
      }
      std::string symbol =
          dims[i].empty() ? (name + "_dim" + Twine(i)).str() : dims[i].str();
      if (!getSymbol(symbol)) {
        symbolNames.push_back(symbol);
        symbols.push_back(
            tensor::DimOp::create(builder, argument.getLoc(), argument, i));
      }
      tensor.shape.push_back(getSymbol(symbol));
    }
    argument.setType(type.clone(tensor.elementType));
    types.push_back(argument.getType());
    if (tensor.isUnsigned)
      function.setArgAttr(number, TernaryDialect::kUnsigned,
                          builder.getUnitAttr());
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
  std::string name = getName(
      function.getResultAttrOfType<StringAttr>(number, TernaryDialect::kName),
      "", number);
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

  SmallVector<StringRef> dims = getDimNames(
      function.getResultAttrOfType<ArrayAttr>(number, TernaryDialect::kDims),
      type.getRank());
  for (auto [i, dim] : llvm::enumerate(tensor.shape)) {
    AffineExpr declared = type.isDynamicDim(i) ? getSymbol(dims[i])
                                               : constant(type.getDimSize(i));
    if (declared && failed(constrainEqual(loc, dim, declared)))
      return error() << "is declared with " << print(declared)
                     << " in dimension " << i << ", but is computed with "
                     << print(dim);
  }
  if (tensor.isUnsigned)
    function.setResultAttr(number, TernaryDialect::kUnsigned,
                           builder.getUnitAttr());
  resultShapes.push_back(tensor.shape);

  // The function gets the inferred type: a cast to the declared one would lose
  // static sizes, and one-shot-bufferize casts strided views wrongly.
  return materialize(loc, tensor);
}

AffineMapAttr Graph::getShapeAttribute(ArrayRef<AffineExpr> shape) {
  return AffineMapAttr::get(
      AffineMap::get(0, symbols.size(), shape, builder.getContext()));
}

void Graph::writeAttributes() {
  auto toStrings = [](const std::string &text) { return StringRef(text); };
  auto getStrings = [&](ArrayRef<std::string> texts) {
    return builder.getStrArrayAttr(llvm::map_to_vector(texts, toStrings));
  };
  function->setAttr(TernaryDialect::kSymbols, getStrings(symbolNames));
  function->setAttr(TernaryDialect::kChecks, getStrings(checks));
  SmallVector<Attribute> dictionaries;
  for (auto &[expr, name] : constraints)
    dictionaries.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("expr", getShapeAttribute(expr)),
         builder.getNamedAttr("name", builder.getStringAttr(name))}));
  function->setAttr(TernaryDialect::kConstraints,
                    builder.getArrayAttr(dictionaries));
  for (BlockArgument argument : function.getArguments())
    function.setArgAttr(argument.getArgNumber(), TernaryDialect::kShape,
                        getShapeAttribute(get(argument).shape));
  for (auto [number, shape] : llvm::enumerate(resultShapes))
    function.setResultAttr(number, TernaryDialect::kShape,
                           getShapeAttribute(shape));
}
