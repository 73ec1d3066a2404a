//===- Generators.cpp - Constants, shapes, ranges and joins ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet::onnx;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static LogicalResult lowerConstant(Node &node) {
  if (failed(node.expectInputs(0, 0)))
    return failure();
  Builder &b = node.builder();
  // Exactly one attribute says what the value is.
  ElementsAttr value;
  if (Attribute attr = node.attribute("value")) {
    value = dyn_cast<ElementsAttr>(attr);
    if (!value || !isa<RankedTensorType>(value.getType()) ||
        !isa<FloatType, IntegerType>(value.getElementType()))
      return node.error() << "attribute 'value' is " << attr
                          << ", expected a tensor";
  } else if (node.hasAttr("value_int")) {
    FailureOr<int64_t> number = node.integer("value_int");
    if (failed(number))
      return failure();
    value = DenseElementsAttr::get(RankedTensorType::get({}, b.getI64Type()),
                                   *number);
  } else if (node.hasAttr("value_ints")) {
    FailureOr<SmallVector<int64_t>> numbers = node.integers("value_ints");
    if (failed(numbers))
      return failure();
    value = b.getI64TensorAttr(*numbers);
  } else if (node.hasAttr("value_float")) {
    FailureOr<double> number = node.real("value_float", 0);
    if (failed(number))
      return failure();
    value = DenseElementsAttr::get(RankedTensorType::get({}, b.getF32Type()),
                                   static_cast<float>(*number));
  } else if (auto floats =
                 dyn_cast_or_null<ArrayAttr>(node.attribute("value_floats"))) {
    SmallVector<float> numbers;
    for (Attribute element : floats) {
      auto number = dyn_cast<FloatAttr>(element);
      if (!number)
        return node.error() << "attribute 'value_floats' is " << floats
                            << ", expected a list of floats";
      numbers.push_back(number.getValueAsDouble());
    }
    int64_t size = numbers.size();
    value = DenseElementsAttr::get(
        RankedTensorType::get({size}, b.getF32Type()), ArrayRef(numbers));
  } else {
    return node.error() << "has no supported value attribute";
  }
  node.setResult(0, node.graph.getConstant(node.loc(), value));
  return success();
}

static LogicalResult lowerConstantOfShape(Node &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  Graph &graph = node.graph;
  FailureOr<SmallVector<AffineExpr>> shape = node.list(0);
  if (failed(shape))
    return failure();
  auto value = dyn_cast_or_null<DenseElementsAttr>(node.attribute("value"));
  if (node.hasAttr("value") && (!value || value.getNumElements() != 1))
    return node.error() << "attribute 'value' must be a tensor of one element";
  Type type = node.builder().getF32Type();
  bool isUnsigned = false;
  TypedAttr scalar = node.builder().getF32FloatAttr(0);
  if (value) {
    Tensor constant = graph.getConstant(node.loc(), value);
    type = constant.elementType;
    isUnsigned = constant.isUnsigned;
    scalar = getSplat(constant);
  }
  for (AffineExpr dim : *shape)
    if (failed(graph.constrainNonNegative(node.loc(), dim)))
      return node.error() << "the shape " << graph.print(*shape)
                          << " has a negative size";
  auto size = dyn_cast<AffineConstantExpr>(graph.product(*shape));
  auto integer = dyn_cast<IntegerAttr>(scalar);
  if (integer && shape->size() <= 1 && size &&
      size.getValue() <= kMaxListSize) {
    int64_t number = type.isInteger(1) ? integer.getValue().getZExtValue()
                                       : integer.getValue().getSExtValue();
    SmallVector<AffineExpr> elements(size.getValue(), graph.constant(number));
    return node.setList(elements, *shape, type, isUnsigned);
  }
  return node.setResult(graph.filled(node.loc(), *shape, scalar), *shape,
                        isUnsigned);
}

//===----------------------------------------------------------------------===//
// Shape, Size, Range
//===----------------------------------------------------------------------===//

static LogicalResult lowerShape(Node &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  ArrayRef<AffineExpr> shape = node.input(0).shape;
  int64_t rank = shape.size();
  FailureOr<int64_t> start = node.integer("start", 0);
  FailureOr<int64_t> end = node.integer("end", rank);
  if (failed(start) || failed(end))
    return failure();
  auto clamp = [&](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0,
                               rank);
  };
  int64_t first = clamp(*start), last = std::max(clamp(*end), first);
  return node.setList(shape.slice(first, last - first),
                      node.graph.constant(last - first),
                      node.builder().getI64Type());
}

static LogicalResult lowerSize(Node &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  return node.setList(node.graph.product(node.input(0).shape), {},
                      node.builder().getI64Type());
}

static LogicalResult lowerRange(Node &node) {
  if (failed(node.expectInputs(3, 3)) || failed(node.expectInteger(0)) ||
      failed(node.expectSameType(0, 1)) || failed(node.expectSameType(0, 2)))
    return failure();
  Graph &graph = node.graph;
  FailureOr<SmallVector<AffineExpr>> start = node.list(0), limit = node.list(1);
  FailureOr<SmallVector<int64_t>> delta = node.constants(2);
  if (failed(start) || failed(limit) || failed(delta))
    return failure();
  for (unsigned i = 0; i < 3; ++i)
    if (graph.product(node.input(i).shape) != graph.constant(1))
      return node.error() << "input " << i << " has shape "
                          << graph.print(node.input(i).shape)
                          << ", expected a scalar";
  int64_t step = delta->front();
  if (step == 0)
    return node.error() << "input 2 is 0";
  AffineExpr first = start->front();
  AffineExpr distance = graph.simplify(step > 0 ? limit->front() - first
                                                : first - limit->front());
  if (failed(graph.constrainNonNegative(node.loc(), distance)))
    distance = graph.constant(0);
  AffineExpr size = graph.simplify(distance.ceilDiv(std::abs(step)));
  Type type = node.input(0).elementType;
  auto length = dyn_cast<AffineConstantExpr>(size);
  if (length && length.getValue() <= kMaxListSize) {
    SmallVector<AffineExpr> elements;
    for (int64_t i = 0; i < length.getValue(); ++i)
      elements.push_back(first + i * step);
    return node.setList(elements, size, type);
  }
  Value offset = graph.index(node.loc(), first);
  Value empty = graph.empty(node.loc(), size, type);
  OpBuilder &builder = node.builder();
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), empty.getType(), ValueRange(), empty,
      builder.getMultiDimIdentityMap(1), utils::IteratorType::parallel,
      [&](OpBuilder &b, Location loc, ValueRange) {
        Value index = linalg::IndexOp::create(b, loc, 0);
        Value by = arith::ConstantIndexOp::create(b, loc, step);
        Value distance = arith::MulIOp::create(b, loc, index, by);
        Value sum = arith::AddIOp::create(b, loc, offset, distance);
        Value element = arith::IndexCastOp::create(b, loc, type, sum);
        linalg::YieldOp::create(b, loc, element);
      });
  return node.setResult(generic.getResult(0), size);
}

//===----------------------------------------------------------------------===//
// Concat, Trilu
//===----------------------------------------------------------------------===//

static LogicalResult lowerConcat(Node &node) {
  if (failed(node.expectInputs(1, node.size())))
    return failure();
  Graph &graph = node.graph;
  Tensor &first = node.input(0);
  FailureOr<int64_t> axis = node.axis("axis", std::nullopt, first.rank());
  if (failed(axis))
    return failure();
  SmallVector<AffineExpr> shape = first.shape, elements;
  bool isList = true;
  shape[*axis] = graph.constant(0);
  for (unsigned i = 0; i < node.size(); ++i) {
    if (!node.has(i))
      return node.error() << "input " << i << " is missing";
    Tensor &input = node.input(i);
    if (failed(node.expectSameType(0, i)))
      return failure();
    if (input.rank() != first.rank())
      return node.error() << "input " << i << " has rank " << input.rank()
                          << ", but input 0 has rank " << first.rank();
    for (auto [number, dim] : llvm::enumerate(input.shape))
      if (static_cast<int64_t>(number) != *axis &&
          failed(node.expectEqual(
              first.shape[number], dim,
              ("dimensions " + Twine(number) + " of inputs 0 and " + Twine(i))
                  .str())))
        return failure();
    shape[*axis] = graph.simplify(shape[*axis] + input.shape[*axis]);
    isList &= input.elements.has_value();
    if (isList)
      elements.append(*input.elements);
  }
  if (isList)
    return node.setList(elements, shape, first.elementType, first.isUnsigned);

  OpBuilder &builder = node.builder();
  Value result = graph.empty(node.loc(), shape, first.elementType);
  SmallVector<AffineExpr> offsets(shape.size(), graph.constant(0));
  SmallVector<OpFoldResult> strides(shape.size(), builder.getIndexAttr(1));
  for (unsigned i = 0; i < node.size(); ++i) {
    Tensor &input = node.input(i);
    // Nothing has no place behind the end.
    if (input.shape[*axis] == graph.constant(0))
      continue;
    result = tensor::InsertSliceOp::create(
        builder, node.loc(), node.value(i), result,
        graph.fold(node.loc(), offsets), graph.fold(node.loc(), input.shape),
        strides);
    offsets[*axis] = graph.simplify(offsets[*axis] + input.shape[*axis]);
  }
  return node.setResult(result, shape, first.isUnsigned);
}

static LogicalResult lowerTrilu(Node &node) {
  if (failed(node.expectInputs(1, 2)))
    return failure();
  Graph &graph = node.graph;
  Tensor &input = node.input(0);
  FailureOr<int64_t> upper = node.integer("upper", 1);
  AffineExpr diagonal = graph.constant(0);
  if (node.has(1)) {
    FailureOr<SmallVector<AffineExpr>> list = node.list(1);
    if (failed(list))
      return failure();
    if (list->size() != 1)
      return node.error() << "input 1 has " << list->size()
                          << " elements, expected 1";
    diagonal = list->front();
  }
  if (failed(upper))
    return failure();
  int64_t rank = input.rank();
  if (rank < 2)
    return node.error() << "input 0 has rank " << rank
                        << ", expected 2 or more";
  Value by = graph.index(node.loc(), diagonal);
  bool isUpper = *upper != 0;
  Value result = elementwise(
      node, &input, input.shape, input.elementType,
      [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value row = linalg::IndexOp::create(b, loc, rank - 2);
        Value column = linalg::IndexOp::create(b, loc, rank - 1);
        Value border = arith::AddIOp::create(b, loc, row, by);
        Value isKept = arith::CmpIOp::create(
            b, loc,
            isUpper ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle,
            column, border);
        Value zero = getScalar(b, loc, in[0].getType(), 0);
        return arith::SelectOp::create(b, loc, isKept, in[0], zero);
      });
  return node.setResult(result, input.shape, input.isUnsigned);
}

void bitnet::onnx::addGenerators(Operators &operators) {
  operators["Concat"] = lowerConcat;
  operators["Constant"] = lowerConstant;
  operators["ConstantOfShape"] = lowerConstantOfShape;
  operators["Range"] = lowerRange;
  operators["Shape"] = lowerShape;
  operators["Size"] = lowerSize;
  operators["Trilu"] = lowerTrilu;
}
