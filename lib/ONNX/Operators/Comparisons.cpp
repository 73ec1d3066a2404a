//===- Comparisons.cpp - Comparisons, logic and choices -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace bitnet::onnx;

static std::optional<AffineExpr> getTruth(MLIRContext *context, bool truth) {
  return getAffineConstantExpr(truth, context);
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// What is known of the sign of `a - b` for all values of the symbols.
static std::optional<AffineExpr> compareExprs(Graph &graph,
                                              arith::CmpIPredicate predicate,
                                              AffineExpr a, AffineExpr b) {
  AffineExpr difference = graph.simplify(a - b);
  std::optional<int64_t> low = getLowerBound(difference);
  std::optional<int64_t> high = getLowerBound(graph.simplify(b - a));
  auto decide = [&](bool whenLess, bool whenEqual,
                    bool whenGreater) -> std::optional<AffineExpr> {
    MLIRContext *context = a.getContext();
    bool mayBeLess = !low || *low < 0, mayBeGreater = !high || *high < 0;
    bool mayBeEqual = !(low && *low > 0) && !(high && *high > 0);
    auto isKnown = [&](bool value) {
      return (!mayBeLess || whenLess == value) &&
             (!mayBeEqual || whenEqual == value) &&
             (!mayBeGreater || whenGreater == value);
    };
    if (isKnown(true))
      return getTruth(context, true);
    if (isKnown(false))
      return getTruth(context, false);
    return std::nullopt;
  };
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return decide(false, true, false);
  case arith::CmpIPredicate::slt:
    return decide(true, false, false);
  case arith::CmpIPredicate::sle:
    return decide(true, true, false);
  case arith::CmpIPredicate::sgt:
    return decide(false, false, true);
  default:
    return decide(false, true, true);
  }
}

template <arith::CmpFPredicate floats, arith::CmpIPredicate integers,
          arith::CmpIPredicate unsignedIntegers>
static LogicalResult lowerCompare(Node &node) {
  Type i1 = node.builder().getI1Type();
  if (lowerList(node, i1, [&](ArrayRef<AffineExpr> in) {
        return compareExprs(node.graph, integers, in[0], in[1]);
      }))
    return success();
  // The order of booleans is that of unsigned numbers.
  bool isUnsigned =
      node.input(0).isUnsigned || node.input(0).elementType.isInteger(1);
  return lowerElementwise(
      node, i1, false, [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isa<FloatType>(in[0].getType()))
          return arith::CmpFOp::create(b, loc, floats, in[0], in[1]);
        return arith::CmpIOp::create(
            b, loc, isUnsigned ? unsignedIntegers : integers, in[0], in[1]);
      });
}

//===----------------------------------------------------------------------===//
// Logic and bits
//===----------------------------------------------------------------------===//

/// The operation on what is known of two elements: on constants, and on a truth
/// that decides alone.
template <typename OpTy>
static std::optional<AffineExpr> combineExprs(ArrayRef<AffineExpr> in,
                                              bool onBooleans) {
  auto a = dyn_cast<AffineConstantExpr>(in[0]);
  auto b = dyn_cast<AffineConstantExpr>(in[1]);
  if (!a && !b)
    return std::nullopt;
  constexpr bool isAnd = std::is_same_v<OpTy, arith::AndIOp>;
  constexpr bool isOr = std::is_same_v<OpTy, arith::OrIOp>;
  for (AffineConstantExpr known : {a, b}) {
    if (!known)
      continue;
    AffineExpr other = known == in[0] ? in[1] : in[0];
    int64_t value = known.getValue(),
            neutral = isAnd ? (onBooleans ? 1 : -1) : 0;
    if (value == neutral)
      return other;
    if ((isAnd && value == 0) || (isOr && onBooleans && value == 1))
      return known;
  }
  if (!a || !b)
    return std::nullopt;
  int64_t x = a.getValue(), y = b.getValue();
  return getAffineConstantExpr(isAnd  ? x & y
                               : isOr ? x | y
                                      : x ^ y,
                               in[0].getContext());
}

/// `OpTy` on booleans (And, Or, Xor), or on integers (BitwiseAnd, …).
template <typename OpTy, bool onBooleans>
static LogicalResult lowerLogic(Node &node) {
  Type type = node.input(0).elementType;
  if (type.isInteger(1) != onBooleans)
    return node.error() << "input 0 has element type " << type << ", expected "
                        << (onBooleans ? "booleans" : "an integer type");
  if (lowerList(node, type, [](ArrayRef<AffineExpr> in) {
        return combineExprs<OpTy>(in, onBooleans);
      }))
    return success();
  return lowerElementwise(
      node, type, node.input(0).isUnsigned,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        return OpTy::create(b, loc, in[0], in[1]);
      });
}

static LogicalResult lowerNot(Node &node) {
  Type type = node.input(0).elementType;
  bool isBoolean = type.isInteger(1);
  if (isBoolean != (node.type() == "Not"))
    return node.error() << "input 0 has element type " << type << ", expected "
                        << (isBoolean ? "an integer type" : "booleans");
  if (isBoolean && lowerList(node, type, [](ArrayRef<AffineExpr> in) {
        return std::optional<AffineExpr>(1 - in[0]);
      }))
    return success();
  return lowerElementwise(
      node, type, node.input(0).isUnsigned,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value ones = getScalar(b, loc, in[0].getType(), -1);
        return arith::XOrIOp::create(b, loc, in[0], ones);
      });
}

static LogicalResult lowerBitShift(Node &node) {
  StringRef direction = node.text("direction");
  if (direction != "LEFT" && direction != "RIGHT")
    return node.error() << "attribute 'direction' is '" << direction
                        << "', expected 'LEFT' or 'RIGHT'";
  Type type = node.input(0).elementType;
  bool isLeft = direction == "LEFT";
  int64_t width = type.getIntOrFloatBitWidth();
  return lowerElementwise(
      node, type, node.input(0).isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        // A shift by the width or more leaves nothing.
        Value zero = getScalar(b, loc, type, 0);
        Value inside = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::ult, in[1],
            getScalar(b, loc, type, static_cast<double>(width)));
        Value by = arith::SelectOp::create(b, loc, inside, in[1], zero);
        Value shifted =
            isLeft ? arith::ShLIOp::create(b, loc, in[0], by).getResult()
                   : arith::ShRUIOp::create(b, loc, in[0], by);
        return arith::SelectOp::create(b, loc, inside, shifted, zero);
      });
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

static LogicalResult lowerWhere(Node &node) {
  if (!node.input(0).elementType.isInteger(1))
    return node.error() << "input 0 has element type "
                        << node.input(0).elementType << ", expected booleans";
  Type type = node.input(1).elementType;
  auto list = [](ArrayRef<AffineExpr> in) -> std::optional<AffineExpr> {
    auto condition = dyn_cast<AffineConstantExpr>(in[0]);
    if (!condition)
      return std::nullopt;
    return condition.getValue() ? in[1] : in[2];
  };
  if (lowerList(node, type, list))
    return success();
  return lowerElementwise(
      node, type, node.input(1).isUnsigned,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        return arith::SelectOp::create(b, loc, in[0], in[1], in[2]);
      });
}

/// The larger or smaller of two scalars; a NaN among floats wins.
static Value getExtreme(OpBuilder &b, Location loc, Value x, Value y,
                        bool isUnsigned, bool isMax) {
  if (isa<FloatType>(x.getType())) {
    if (isMax)
      return arith::MaximumFOp::create(b, loc, x, y);
    return arith::MinimumFOp::create(b, loc, x, y);
  }
  // True is more than false.
  isUnsigned |= x.getType().isInteger(1);
  if (isUnsigned && isMax)
    return arith::MaxUIOp::create(b, loc, x, y);
  if (isUnsigned)
    return arith::MinUIOp::create(b, loc, x, y);
  if (isMax)
    return arith::MaxSIOp::create(b, loc, x, y);
  return arith::MinSIOp::create(b, loc, x, y);
}

static LogicalResult lowerMinMax(Node &node) {
  for (unsigned i = 1; i < node.size(); ++i)
    if (failed(node.expectSameType(0, i)))
      return failure();
  Type type = node.input(0).elementType;
  bool isUnsigned = node.input(0).isUnsigned, isMax = node.type() == "Max";
  auto list = [&](ArrayRef<AffineExpr> in) -> std::optional<AffineExpr> {
    AffineExpr result = in[0];
    for (AffineExpr other : in.drop_front()) {
      std::optional<AffineExpr> less =
          compareExprs(node.graph, arith::CmpIPredicate::sle, result, other);
      if (!less)
        return std::nullopt;
      bool isLess = cast<AffineConstantExpr>(*less).getValue();
      result = isLess == isMax ? other : result;
    }
    return result;
  };
  if (lowerList(node, type, list))
    return success();
  return lowerElementwise(
      node, type, isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value result = in[0];
        for (Value other : in.drop_front())
          result = getExtreme(b, loc, result, other, isUnsigned, isMax);
        return result;
      });
}

/// Until opset 10 the bounds are attributes, floats.
static LogicalResult lowerClipByAttributes(Node &node) {
  if (failed(node.expectFloat(0)))
    return failure();
  constexpr double most = std::numeric_limits<float>::max();
  double low = node.findReal("min").value_or(-most);
  double high = node.findReal("max").value_or(most);
  return lowerElementwise(
      node, node.input(0).elementType, false,
      [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Type type = in[0].getType();
        Value atLeast = getExtreme(b, loc, in[0], getScalar(b, loc, type, low),
                                   false, true);
        return getExtreme(b, loc, atLeast, getScalar(b, loc, type, high), false,
                          false);
      });
}

static LogicalResult lowerClip(Node &node) {
  if (node.opset < 11)
    return lowerClipByAttributes(node);
  bool hasMin = node.has(1), hasMax = node.has(2);
  SmallVector<Tensor *> inputs = {&node.input(0)};
  for (unsigned i = 1; i < 3; ++i) {
    if (!node.has(i))
      continue;
    if (failed(node.expectSameType(0, i)))
      return failure();
    if (node.graph.product(node.input(i).shape) != node.graph.constant(1) ||
        node.input(i).rank() > node.input(0).rank())
      return node.error() << "input " << i << " has shape "
                          << node.graph.print(node.input(i).shape)
                          << ", expected a scalar";
    inputs.push_back(&node.input(i));
  }
  bool isUnsigned = node.input(0).isUnsigned;
  ArrayRef<AffineExpr> shape = node.input(0).shape;
  Value result = elementwise(
      node, inputs, shape, node.input(0).elementType,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value value = in[0];
        if (hasMin)
          value = getExtreme(b, loc, value, in[1], isUnsigned, true);
        if (hasMax)
          value = getExtreme(b, loc, value, in.back(), isUnsigned, false);
        return value;
      });
  return node.setResult(result, shape, isUnsigned);
}

void bitnet::onnx::addComparisons(OperatorTable &table) {
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  table.add("Equal", lowerCompare<F::OEQ, I::eq, I::eq>)
      .inputs(2)
      .haveSameType(0, 1);
  table.add("Greater", lowerCompare<F::OGT, I::sgt, I::ugt>)
      .inputs(2)
      .haveSameType(0, 1);
  table.add("GreaterOrEqual", lowerCompare<F::OGE, I::sge, I::uge>)
      .since(12)
      .inputs(2)
      .haveSameType(0, 1);
  table.add("Less", lowerCompare<F::OLT, I::slt, I::ult>)
      .inputs(2)
      .haveSameType(0, 1);
  table.add("LessOrEqual", lowerCompare<F::OLE, I::sle, I::ule>)
      .since(12)
      .inputs(2)
      .haveSameType(0, 1);
  table.add("And", lowerLogic<arith::AndIOp, true>)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("Or", lowerLogic<arith::OrIOp, true>)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("Xor", lowerLogic<arith::XOrIOp, true>)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("Not", lowerNot).inputs(1).isInteger(0);
  table.add("BitwiseAnd", lowerLogic<arith::AndIOp, false>)
      .since(18)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("BitwiseOr", lowerLogic<arith::OrIOp, false>)
      .since(18)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("BitwiseXor", lowerLogic<arith::XOrIOp, false>)
      .since(18)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1);
  table.add("BitwiseNot", lowerNot).since(18).inputs(1).isInteger(0);
  table.add("BitShift", lowerBitShift)
      .since(11)
      .inputs(2)
      .isInteger(0)
      .haveSameType(0, 1)
      .text("direction");
  table.add("Clip", lowerClip)
      .inputs(1, until(10))
      .inputs(1, 3, from(11))
      .optionalReal("min", until(10))
      .optionalReal("max", until(10));
  table.add("Max", lowerMinMax).anyInputs();
  table.add("Min", lowerMinMax).anyInputs();
  table.add("Where", lowerWhere).since(9).inputs(3).haveSameType(1, 2);
}
