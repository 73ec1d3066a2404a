//===- Node.cpp - One ONNX node as its lowering reads it ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace bitnet::onnx;

InFlightDiagnostic Node::error() {
  return mlir::emitError(loc())
         << "operator '" << type() << "' (opset " << opset << "): ";
}

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

bool Node::has(unsigned number) {
  return number < size() && !isa<AbsentType>(op.getInputs()[number].getType());
}

Tensor &Node::input(unsigned number) {
  return graph.get(op.getInputs()[number]);
}

LogicalResult Node::expectFloat(unsigned number) {
  if (isa<FloatType>(input(number).elementType))
    return success();
  return error() << "input " << number << " has element type "
                 << input(number).elementType << ", expected a float type";
}

LogicalResult Node::expectInteger(unsigned number) {
  if (isa<IntegerType>(input(number).elementType))
    return success();
  return error() << "input " << number << " has element type "
                 << input(number).elementType << ", expected an integer type";
}

LogicalResult Node::expectSameType(unsigned a, unsigned b) {
  if (input(a).elementType == input(b).elementType &&
      input(a).isUnsigned == input(b).isUnsigned)
    return success();
  auto print = [&](unsigned number) {
    return input(number).isUnsigned ? "unsigned " : "";
  };
  return error() << "inputs " << a << " and " << b << " have element types "
                 << print(a) << input(a).elementType << " and " << print(b)
                 << input(b).elementType << ", expected the same";
}

FailureOr<SmallVector<AffineExpr>> Node::list(unsigned number) {
  if (input(number).elements)
    return *input(number).elements;
  return error() << "input " << number
                 << " must follow from shapes and constants";
}

FailureOr<SmallVector<int64_t>> Node::constants(unsigned number) {
  if (std::optional<SmallVector<int64_t>> values = input(number).constants())
    return *values;
  return error() << "input " << number << " must be a constant";
}

void Node::setResult(unsigned number, Tensor tensor) {
  graph.set(op.getOutputs()[number], std::move(tensor));
}

LogicalResult Node::setResult(Value value, ArrayRef<AffineExpr> shape,
                              bool isUnsigned) {
  Tensor tensor;
  tensor.elementType = cast<RankedTensorType>(value.getType()).getElementType();
  tensor.isUnsigned = isUnsigned;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.value = value;
  setResult(0, std::move(tensor));
  return success();
}

LogicalResult Node::setList(ArrayRef<AffineExpr> elements,
                            ArrayRef<AffineExpr> shape, Type elementType,
                            bool isUnsigned) {
  Tensor tensor;
  tensor.elementType = elementType;
  tensor.isUnsigned = isUnsigned;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.elements.emplace();
  for (AffineExpr element : elements)
    tensor.elements->push_back(graph.simplify(element));
  setResult(0, std::move(tensor));
  return success();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

template <typename T>
static std::optional<T> getDefault(const AttributeRow &row) {
  const T *value = std::get_if<T>(&row.standard);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<int64_t> Node::findInteger(StringRef name) {
  const AttributeRow *known = row.getAttribute(name, opset);
  if (!known)
    return std::nullopt;
  if (auto value = op.getNodeAttrs().getAs<IntegerAttr>(name))
    return value.getInt();
  return getDefault<int64_t>(*known);
}

std::optional<double> Node::findReal(StringRef name) {
  const AttributeRow *known = row.getAttribute(name, opset);
  if (!known)
    return std::nullopt;
  if (auto value = op.getNodeAttrs().getAs<FloatAttr>(name))
    return value.getValueAsDouble();
  return getDefault<double>(*known);
}

std::optional<SmallVector<int64_t>> Node::findIntegers(StringRef name) {
  auto array = op.getNodeAttrs().getAs<ArrayAttr>(name);
  if (!row.getAttribute(name, opset) || !array)
    return std::nullopt;
  return llvm::map_to_vector(
      array, [](Attribute value) { return cast<IntegerAttr>(value).getInt(); });
}

/// The default of the attribute in opsets that have it.
template <typename T>
static T getLaterDefault(const Operator &row, StringRef name) {
  for (const AttributeRow &known : row.attributes)
    if (known.name == name)
      if (std::optional<T> value = getDefault<T>(known))
        return *value;
  llvm_unreachable("an attribute that the row does not have");
}

int64_t Node::integer(StringRef name) {
  std::optional<int64_t> value = findInteger(name);
  return value ? *value : getLaterDefault<int64_t>(row, name);
}

double Node::real(StringRef name) {
  std::optional<double> value = findReal(name);
  return value ? *value : getLaterDefault<double>(row, name);
}

StringRef Node::text(StringRef name) {
  return op.getNodeAttrs().getAs<StringAttr>(name).getValue();
}

FailureOr<int64_t> Node::normalize(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return error() << "axis " << axis << " is out of range for rank " << rank;
  return axis < 0 ? axis + rank : axis;
}

FailureOr<int64_t> Node::axis(int64_t rank) {
  return normalize(integer("axis"), rank);
}

FailureOr<SmallVector<int64_t>> Node::normalize(ArrayRef<int64_t> axes,
                                                int64_t rank) {
  SmallVector<int64_t> result;
  for (int64_t axis : axes) {
    FailureOr<int64_t> normal = normalize(axis, rank);
    if (failed(normal))
      return failure();
    if (llvm::is_contained(result, *normal))
      return error() << "axis " << *normal << " is named twice";
    result.push_back(*normal);
  }
  llvm::sort(result);
  return result;
}

FailureOr<SmallVector<AffineExpr>> Node::list(StringRef name, unsigned number) {
  if (!row.getAttribute(name, opset))
    return list(number);
  std::optional<SmallVector<int64_t>> values = findIntegers(name);
  if (!values)
    return error() << "attribute '" << name << "' is missing";
  return llvm::map_to_vector(
      *values, [&](int64_t value) { return graph.constant(value); });
}

FailureOr<std::optional<SmallVector<int64_t>>>
Node::constants(StringRef name, unsigned number) {
  if (row.getAttribute(name, opset))
    return findIntegers(name);
  if (!has(number))
    return std::optional<SmallVector<int64_t>>();
  FailureOr<SmallVector<int64_t>> values = constants(number);
  if (failed(values))
    return failure();
  return std::optional<SmallVector<int64_t>>(*values);
}

//===----------------------------------------------------------------------===//
// The form of a node
//===----------------------------------------------------------------------===//

LogicalResult Node::checkInputs() {
  const Operator::Arity &arity = row.getArity(opset);
  bool isAny = arity.maximum == Operator::kAny;
  if (!isAny && size() > arity.maximum)
    return error() << "has " << size() << " inputs, expected at most "
                   << arity.maximum;
  unsigned needed = isAny ? std::max(arity.minimum, size()) : arity.minimum;
  for (unsigned i = 0; i < needed; ++i)
    if (!has(i))
      return error() << "input " << i << " is missing";
  return success();
}

LogicalResult Node::checkElementTypes() {
  for (unsigned number : row.floats)
    if (has(number) && failed(expectFloat(number)))
      return failure();
  for (unsigned number : row.integral)
    if (has(number) && failed(expectInteger(number)))
      return failure();
  for (auto [a, b] : row.same)
    if (has(a) && has(b) && failed(expectSameType(a, b)))
      return failure();
  return success();
}

static bool isInteger(Attribute value) {
  auto integer = dyn_cast<IntegerAttr>(value);
  return integer && integer.getType().isSignlessInteger(64);
}

static bool isTensor(Attribute value) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements && isa<RankedTensorType>(elements.getShapedType()) &&
         isa<FloatType, IntegerType>(elements.getElementType());
}

/// Whether `value` is of the kind, and the kind's name for a message.
static std::pair<bool, StringRef> match(Attribute value,
                                        AttributeRow::Kind kind) {
  auto isListOf = [&](auto test) {
    auto array = dyn_cast<ArrayAttr>(value);
    return array && llvm::all_of(array, test);
  };
  switch (kind) {
  case AttributeRow::Integer:
    return {isInteger(value), "an integer"};
  case AttributeRow::Real:
    return {isa<FloatAttr>(value), "a float"};
  case AttributeRow::Integers:
    return {isListOf(isInteger), "a list of integers"};
  case AttributeRow::Reals:
    return {isListOf(llvm::IsaPred<FloatAttr>), "a list of floats"};
  case AttributeRow::Text:
    return {isa<StringAttr>(value), "a string"};
  case AttributeRow::Tensor:
    return {isTensor(value), "a tensor"};
  }
  llvm_unreachable("a kind of attribute");
}

LogicalResult Node::checkAttribute(NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  const AttributeRow *known = row.getAttribute(name, opset);
  if (!known) {
    for (const AttributeRow &other : row.attributes)
      if (other.name == name)
        return error() << "attribute '" << name << "' exists "
                       << (opset < other.opsets.first ? "from opset "
                                                      : "until opset ")
                       << (opset < other.opsets.first ? other.opsets.first
                                                      : other.opsets.last);
    return error() << "attribute '" << name << "' is not supported";
  }
  auto [matches, kind] = match(value, known->kind);
  if (!matches)
    return error() << "attribute '" << name << "' is " << value << ", expected "
                   << kind;
  std::optional<int64_t> only = getDefault<int64_t>(*known);
  if (known->isFixed && cast<IntegerAttr>(value).getInt() != *only)
    return error() << "attribute '" << name << "' is "
                   << cast<IntegerAttr>(value).getInt() << ", expected "
                   << *only;
  return success();
}

LogicalResult Node::checkForm() {
  if (opset < row.firstOpset)
    return error() << "exists from opset " << row.firstOpset;
  if (op.getOutputs().empty())
    return error() << "has no output";
  if (op.getOutputs().size() > row.mostOutputs)
    return error() << "output " << row.mostOutputs << " is not supported";
  if (op.getOutputs().size() < row.leastOutputs)
    return error() << "has " << op.getOutputs().size() << " outputs, expected "
                   << row.leastOutputs;
  if (failed(checkInputs()))
    return failure();
  for (NamedAttribute attribute : op.getNodeAttrs())
    if (failed(checkAttribute(attribute)))
      return failure();
  for (const AttributeRow &known : row.attributes)
    if (known.isRequired && known.opsets.contains(opset) &&
        !op.getNodeAttrs().contains(known.name))
      return error() << "attribute '" << known.name << "' is missing";
  return checkElementTypes();
}

LogicalResult Node::finish() {
  for (auto [number, output] : llvm::enumerate(op.getOutputs()))
    if (!graph.contains(output))
      return error() << "output " << number << " is not supported";
  return success();
}
