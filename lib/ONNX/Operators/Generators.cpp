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
  DictionaryAttr attrs = node.op.getNodeAttrs();
  ElementsAttr value =
      attrs.size() == 1 ? getConstantValue(attrs.getValue().front()) : nullptr;
  if (!value)
    return node.error() << "has attributes " << attrs
                        << ", expected one that is a value";
  node.setResult(0, node.graph.getConstant(node.loc(), value));
  return success();
}

static LogicalResult lowerConstantOfShape(Node &node) {
  Graph &graph = node.graph;
  FailureOr<SmallVector<AffineExpr>> shape = node.list(0);
  if (failed(shape))
    return failure();
  Attribute given = node.op.getNodeAttrs().get("value");
  auto value = dyn_cast_or_null<DenseElementsAttr>(given);
  if (given && (!value || value.getNumElements() != 1))
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
  ArrayRef<AffineExpr> shape = node.input(0).shape;
  int64_t rank = shape.size();
  int64_t start = node.integer("start");
  int64_t end = node.findInteger("end").value_or(rank);
  auto clamp = [&](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0,
                               rank);
  };
  int64_t first = clamp(start), last = std::max(clamp(end), first);
  return node.setList(shape.slice(first, last - first),
                      node.graph.constant(last - first),
                      node.builder().getI64Type());
}

static LogicalResult lowerSize(Node &node) {
  return node.setList(node.graph.product(node.input(0).shape), {},
                      node.builder().getI64Type());
}

/// A range of floats: its size has to be known, so all of it is.
static LogicalResult lowerFloatRange(Node &node) {
  SmallVector<double> numbers;
  for (unsigned i = 0; i < 3; ++i) {
    auto number = dyn_cast_or_null<FloatAttr>(getSplat(node.input(i)));
    if (!number)
      return node.error() << "input " << i << " must be a constant";
    numbers.push_back(number.getValueAsDouble());
  }
  double start = numbers[0], step = numbers[2];
  double count = std::ceil((numbers[1] - start) / step);
  if (!(count < std::numeric_limits<int32_t>::max()))
    return node.error() << "has " << count << " elements";
  OpBuilder &builder = node.builder();
  Type type = node.input(0).elementType, f64 = builder.getF64Type();
  AffineExpr size =
      node.graph.constant(static_cast<int64_t>(std::max(count, 0.0)));
  Value result = elementwise(
      node, {}, size, type,
      [=](OpBuilder &b, Location loc, ValueRange) -> Value {
        Value index = linalg::IndexOp::create(b, loc, 0);
        index = arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
        Value number = castScalar(b, loc, index, false, f64, false);
        Value by = getScalar(b, loc, f64, step);
        Value distance = arith::MulFOp::create(b, loc, number, by);
        Value first = getScalar(b, loc, f64, start);
        Value element = arith::AddFOp::create(b, loc, first, distance);
        return castScalar(b, loc, element, false, type, false);
      });
  return node.setResult(result, size);
}

static LogicalResult lowerRange(Node &node) {
  if (isa<FloatType>(node.input(0).elementType))
    return lowerFloatRange(node);
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
  Graph &graph = node.graph;
  Tensor &first = node.input(0);
  FailureOr<int64_t> axis = node.axis(first.rank());
  if (failed(axis))
    return failure();
  SmallVector<AffineExpr> shape = first.shape, elements;
  bool isList = true;
  shape[*axis] = graph.constant(0);
  for (unsigned i = 0; i < node.size(); ++i) {
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
  Graph &graph = node.graph;
  Tensor &input = node.input(0);
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
  int64_t rank = input.rank();
  if (rank < 2)
    return node.error() << "input 0 has rank " << rank
                        << ", expected 2 or more";
  Value by = graph.index(node.loc(), diagonal);
  bool isUpper = node.integer("upper") != 0;
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

void bitnet::onnx::addGenerators(OperatorTable &table) {
  table.add("Concat", lowerConcat)
      .anyInputs()
      .requiredInteger("axis")
      .onNarrow(Operator::Narrow::Move);
  table.add("Constant", lowerConstant)
      .inputs(0)
      .tensor("value")
      .optionalInteger("value_int", from(12))
      .integers("value_ints", from(12))
      .optionalReal("value_float", from(12))
      .reals("value_floats", from(12));
  table.add("ConstantOfShape", lowerConstantOfShape)
      .since(9)
      .inputs(1)
      .tensor("value");
  table.add("Range", lowerRange)
      .since(11)
      .inputs(3)
      .haveSameType(0, 1)
      .haveSameType(0, 2)
      .note("a constant step; floats all constant");
  table.add("Shape", lowerShape)
      .inputs(1)
      .integer("start", 0, from(15))
      .optionalInteger("end", from(15))
      .readsShapes();
  table.add("Size", lowerSize).inputs(1).readsShapes();
  table.add("Trilu", lowerTrilu).since(14).inputs(1, 2).integer("upper", 1);
}
