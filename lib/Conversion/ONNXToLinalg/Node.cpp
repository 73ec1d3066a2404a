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

LogicalResult Node::expectInputs(unsigned minimum, unsigned maximum) {
  if (size() > maximum)
    return error() << "has " << size() << " inputs, expected at most "
                   << maximum;
  for (unsigned i = 0; i < minimum; ++i)
    if (!has(i))
      return error() << "input " << i << " is missing";
  return success();
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

Attribute Node::attribute(StringRef name) {
  used.insert(builder().getStringAttr(name));
  return op.getNodeAttrs().get(name);
}

bool Node::hasAttr(StringRef name) { return op.getNodeAttrs().contains(name); }

FailureOr<int64_t> Node::integer(StringRef name,
                                 std::optional<int64_t> standard) {
  Attribute attr = attribute(name);
  if (!attr && standard)
    return *standard;
  if (!attr)
    return error() << "attribute '" << name << "' is missing";
  auto value = dyn_cast<IntegerAttr>(attr);
  if (!value || !value.getType().isSignlessInteger(64))
    return error() << "attribute '" << name << "' is " << attr
                   << ", expected an integer";
  return value.getInt();
}

FailureOr<double> Node::real(StringRef name, double standard) {
  Attribute attr = attribute(name);
  if (!attr)
    return standard;
  auto value = dyn_cast<FloatAttr>(attr);
  if (!value)
    return error() << "attribute '" << name << "' is " << attr
                   << ", expected a float";
  return value.getValueAsDouble();
}

FailureOr<StringRef> Node::string(StringRef name, StringRef standard) {
  Attribute attr = attribute(name);
  if (!attr)
    return standard;
  auto value = dyn_cast<StringAttr>(attr);
  if (!value)
    return error() << "attribute '" << name << "' is " << attr
                   << ", expected a string";
  return value.getValue();
}

FailureOr<SmallVector<int64_t>> Node::integers(StringRef name) {
  Attribute attr = attribute(name);
  auto error = [&]() {
    return this->error() << "attribute '" << name << "' is " << attr
                         << ", expected a list of integers";
  };
  if (!attr)
    return this->error() << "attribute '" << name << "' is missing";
  auto array = dyn_cast<ArrayAttr>(attr);
  if (!array)
    return error();
  SmallVector<int64_t> result;
  for (Attribute element : array) {
    auto value = dyn_cast<IntegerAttr>(element);
    if (!value || !value.getType().isSignlessInteger(64))
      return error();
    result.push_back(value.getInt());
  }
  return result;
}

LogicalResult Node::expectAttr(StringRef name, int64_t value) {
  FailureOr<int64_t> actual = integer(name, value);
  if (failed(actual))
    return failure();
  if (*actual != value)
    return error() << "attribute '" << name << "' is " << *actual
                   << ", expected " << value;
  return success();
}

FailureOr<int64_t> Node::normalize(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return error() << "axis " << axis << " is out of range for rank " << rank;
  return axis < 0 ? axis + rank : axis;
}

FailureOr<int64_t> Node::axis(StringRef name, std::optional<int64_t> standard,
                              int64_t rank) {
  FailureOr<int64_t> axis = integer(name, standard);
  if (failed(axis))
    return failure();
  return normalize(*axis, rank);
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

FailureOr<SmallVector<AffineExpr>> Node::list(StringRef name, unsigned number,
                                              int64_t since) {
  if (opset >= since)
    return list(number);
  FailureOr<SmallVector<int64_t>> values = integers(name);
  if (failed(values))
    return failure();
  return llvm::map_to_vector(
      *values, [&](int64_t value) { return graph.constant(value); });
}

FailureOr<std::optional<SmallVector<int64_t>>>
Node::constants(StringRef name, unsigned number, int64_t since) {
  bool isAttr = opset < since;
  if (isAttr ? !hasAttr(name) : !has(number))
    return std::optional<SmallVector<int64_t>>();
  FailureOr<SmallVector<int64_t>> values =
      isAttr ? integers(name) : constants(number);
  if (failed(values))
    return failure();
  return std::optional<SmallVector<int64_t>>(*values);
}

LogicalResult Node::finish() {
  for (NamedAttribute attr : op.getNodeAttrs())
    if (!used.contains(attr.getName()))
      return error() << "attribute '" << attr.getName().strref()
                     << "' is not supported";
  for (auto [number, output] : llvm::enumerate(op.getOutputs()))
    if (!graph.contains(output))
      return error() << "output " << number << " is not supported";
  return success();
}
