//===- Arithmetic.cpp - Arithmetic operators ------------------------------===//
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

//===----------------------------------------------------------------------===//
// One input
//===----------------------------------------------------------------------===//

/// An operator that is one op of arith or math on floats.
template <typename OpTy>
static LogicalResult lowerFloat(Node &node) {
  return lowerElementwise(
      node, node.input(0).elementType, false,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        return OpTy::create(b, loc, in[0]);
      });
}

static LogicalResult lowerIdentity(Node &node) {
  node.setResult(0, node.input(0));
  return success();
}

static LogicalResult lowerNeg(Node &node) {
  Tensor &input = node.input(0);
  if (lowerList(node, input.elementType,
                [](ArrayRef<AffineExpr> in) { return -in[0]; }))
    return success();
  return lowerElementwise(
      node, input.elementType, input.isUnsigned,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isa<FloatType>(in[0].getType()))
          return arith::NegFOp::create(b, loc, in[0]);
        Value zero = getScalar(b, loc, in[0].getType(), 0);
        return arith::SubIOp::create(b, loc, zero, in[0]);
      });
}

static LogicalResult lowerAbs(Node &node) {
  Tensor &input = node.input(0);
  if (input.isUnsigned)
    return lowerIdentity(node);
  return lowerElementwise(
      node, input.elementType, false,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isa<FloatType>(in[0].getType()))
          return math::AbsFOp::create(b, loc, in[0]);
        return math::AbsIOp::create(b, loc, in[0]);
      });
}

static LogicalResult lowerReciprocal(Node &node) {
  return lowerElementwise(
      node, node.input(0).elementType, false,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value one = getScalar(b, loc, in[0].getType(), 1);
        return arith::DivFOp::create(b, loc, one, in[0]);
      });
}

static LogicalResult lowerRelu(Node &node) {
  bool isUnsigned = node.input(0).isUnsigned;
  return lowerElementwise(
      node, node.input(0).elementType, isUnsigned,
      [isUnsigned](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value zero = getScalar(b, loc, in[0].getType(), 0);
        if (isa<FloatType>(in[0].getType()))
          return arith::MaximumFOp::create(b, loc, in[0], zero);
        if (isUnsigned)
          return in[0];
        return arith::MaxSIOp::create(b, loc, in[0], zero);
      });
}

static LogicalResult lowerSigmoid(Node &node) {
  return lowerElementwise(
      node, node.input(0).elementType, false,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value one = getScalar(b, loc, in[0].getType(), 1);
        Value opposite = arith::NegFOp::create(b, loc, in[0]);
        Value power = math::ExpOp::create(b, loc, opposite);
        Value sum = arith::AddFOp::create(b, loc, one, power);
        return arith::DivFOp::create(b, loc, one, sum);
      });
}

/// 1, 0 or -1: is above 0 less is below 0. A NaN is neither.
static LogicalResult lowerSign(Node &node) {
  bool isUnsigned = node.input(0).isUnsigned;
  return lowerElementwise(
      node, node.input(0).elementType, isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Type type = in[0].getType();
        Value zero = getScalar(b, loc, type, 0);
        if (isa<FloatType>(type)) {
          auto compare = [&](arith::CmpFPredicate predicate) -> Value {
            Value bit = arith::CmpFOp::create(b, loc, predicate, in[0], zero);
            return arith::UIToFPOp::create(b, loc, type, bit);
          };
          Value above = compare(arith::CmpFPredicate::OGT);
          Value below = compare(arith::CmpFPredicate::OLT);
          return arith::SubFOp::create(b, loc, above, below);
        }
        auto compare = [&](arith::CmpIPredicate predicate) -> Value {
          Value bit = arith::CmpIOp::create(b, loc, predicate, in[0], zero);
          return castScalar(b, loc, bit, true, type, true);
        };
        if (isUnsigned)
          return compare(arith::CmpIPredicate::ne);
        Value above = compare(arith::CmpIPredicate::sgt);
        Value below = compare(arith::CmpIPredicate::slt);
        return arith::SubIOp::create(b, loc, above, below);
      });
}

//===----------------------------------------------------------------------===//
// Two inputs
//===----------------------------------------------------------------------===//

/// A binary operator with one op on floats and one on integers, and what it
/// does to lists.
template <typename FloatOp, typename IntegerOp>
static LogicalResult lowerBinary(Node &node, ListBody list) {
  Tensor &input = node.input(0);
  if (lowerList(node, input.elementType, list))
    return success();
  return lowerElementwise(
      node, input.elementType, input.isUnsigned,
      [](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isa<FloatType>(in[0].getType()))
          return FloatOp::create(b, loc, in[0], in[1]);
        return IntegerOp::create(b, loc, in[0], in[1]);
      });
}

static LogicalResult lowerAdd(Node &node) {
  return lowerBinary<arith::AddFOp, arith::AddIOp>(
      node, [](ArrayRef<AffineExpr> in) { return in[0] + in[1]; });
}

static LogicalResult lowerSub(Node &node) {
  return lowerBinary<arith::SubFOp, arith::SubIOp>(
      node, [](ArrayRef<AffineExpr> in) { return in[0] - in[1]; });
}

static LogicalResult lowerMul(Node &node) {
  return lowerBinary<arith::MulFOp, arith::MulIOp>(
      node, [](ArrayRef<AffineExpr> in) { return in[0] * in[1]; });
}

/// Integer division or remainder by `b`, which must not stop the program: a
/// division by 0 gives 0 and the overflow of the smallest number by -1 wraps.
template <typename SignedOp, typename UnsignedOp>
static Value divide(OpBuilder &b, Location loc, ValueRange in,
                    bool isUnsigned) {
  Type type = in[0].getType();
  Value zero = getScalar(b, loc, type, 0), one = getScalar(b, loc, type, 1);
  Value isZero =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, in[1], zero);
  Value divisor = arith::SelectOp::create(b, loc, isZero, one, in[1]);
  Value result;
  if (isUnsigned) {
    result = UnsignedOp::create(b, loc, in[0], divisor);
    return arith::SelectOp::create(b, loc, isZero, zero, result);
  }
  Value isMinusOne = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                           in[1], getScalar(b, loc, type, -1));
  divisor = arith::SelectOp::create(b, loc, isMinusOne, one, divisor);
  result = SignedOp::create(b, loc, in[0], divisor);
  Value opposite = arith::SubIOp::create(b, loc, zero, result);
  result = arith::SelectOp::create(b, loc, isMinusOne, opposite, result);
  return arith::SelectOp::create(b, loc, isZero, zero, result);
}

static LogicalResult lowerDiv(Node &node) {
  Tensor &input = node.input(0);
  bool isUnsigned = input.isUnsigned;
  auto list = [](ArrayRef<AffineExpr> in) -> std::optional<AffineExpr> {
    auto divisor = dyn_cast<AffineConstantExpr>(in[1]);
    if (!divisor || divisor.getValue() == 0)
      return std::nullopt;
    if (divisor.getValue() == -1)
      return -in[0];
    if (auto number = dyn_cast<AffineConstantExpr>(in[0]))
      return getAffineConstantExpr(number.getValue() / divisor.getValue(),
                                   in[0].getContext());
    if (divisor.getValue() > 0 && getLowerBound(in[0]).value_or(-1) >= 0)
      return in[0].floorDiv(divisor);
    return std::nullopt;
  };
  if (lowerList(node, input.elementType, list))
    return success();
  return lowerElementwise(
      node, input.elementType, isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isa<FloatType>(in[0].getType()))
          return arith::DivFOp::create(b, loc, in[0], in[1]);
        return divide<arith::DivSIOp, arith::DivUIOp>(b, loc, in, isUnsigned);
      });
}

static LogicalResult lowerMod(Node &node) {
  Tensor &input = node.input(0);
  int64_t fmod = node.integer("fmod");
  bool isFloat = isa<FloatType>(input.elementType);
  if (isFloat && fmod == 0)
    return node.error() << "attribute 'fmod' is 0, expected 1 for floats";
  auto list = [&](ArrayRef<AffineExpr> in) -> std::optional<AffineExpr> {
    auto divisor = dyn_cast<AffineConstantExpr>(in[1]);
    if (!divisor || divisor.getValue() <= 0 ||
        (fmod && getLowerBound(in[0]).value_or(-1) < 0))
      return std::nullopt;
    return in[0] % divisor;
  };
  if (lowerList(node, input.elementType, list))
    return success();
  bool isUnsigned = input.isUnsigned, followsDivisor = fmod == 0;
  return lowerElementwise(
      node, input.elementType, isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (isFloat)
          return arith::RemFOp::create(b, loc, in[0], in[1]);
        Value rest =
            divide<arith::RemSIOp, arith::RemUIOp>(b, loc, in, isUnsigned);
        if (isUnsigned || !followsDivisor)
          return rest;
        // A rest of the other sign than the divisor moves by one divisor.
        Value zero = getScalar(b, loc, in[0].getType(), 0);
        auto less = [&](Value value) -> Value {
          return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, value,
                                       zero);
        };
        Value differ = arith::XOrIOp::create(b, loc, less(rest), less(in[1]));
        Value isRest =
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, zero);
        Value moves = arith::AndIOp::create(b, loc, differ, isRest);
        Value moved = arith::AddIOp::create(b, loc, rest, in[1]);
        return arith::SelectOp::create(b, loc, moves, moved, rest);
      });
}

//===----------------------------------------------------------------------===//
// Pow
//===----------------------------------------------------------------------===//

/// x to a constant power that needs no pow, or null.
static Value expandPower(OpBuilder &b, Location loc, Value x, double power) {
  auto multiply = [&](Value a) -> Value {
    if (isa<FloatType>(x.getType()))
      return arith::MulFOp::create(b, loc, a, x);
    return arith::MulIOp::create(b, loc, a, x);
  };
  if (power == 1)
    return x;
  if (power == 2)
    return multiply(x);
  if (power == 3)
    return multiply(multiply(x));
  if (power == 0.5 && isa<FloatType>(x.getType()))
    return math::SqrtOp::create(b, loc, x);
  return nullptr;
}

static LogicalResult lowerPow(Node &node) {
  Tensor &base = node.input(0), &exponent = node.input(1);
  bool isFloat = isa<FloatType>(base.elementType);
  bool fromUnsigned = exponent.isUnsigned;
  std::optional<double> power;
  if (TypedAttr splat = getSplat(exponent)) {
    if (auto number = dyn_cast<FloatAttr>(splat))
      power = number.getValueAsDouble();
    else
      power = cast<IntegerAttr>(splat).getValue().getSExtValue();
  }
  bool expands = power && (*power == 1 || *power == 2 || *power == 3 ||
                           (*power == 0.5 && isFloat));
  // Of integers a power with an exponent that may have a fraction is what is
  // left of it in double precision.
  bool isFraction =
      !expands && !isFloat && isa<FloatType>(exponent.elementType);
  bool isUnsigned = base.isUnsigned;
  return lowerElementwise(
      node, base.elementType, base.isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        if (expands)
          return expandPower(b, loc, in[0], *power);
        Type type = in[0].getType(), f64 = b.getF64Type();
        if (isFraction) {
          Value x = castScalar(b, loc, in[0], isUnsigned, f64, false);
          Value y = castScalar(b, loc, in[1], false, f64, false);
          Value power = math::PowFOp::create(b, loc, x, y);
          return castScalar(b, loc, power, false, type, isUnsigned);
        }
        Value by = castScalar(b, loc, in[1], fromUnsigned, type, false);
        if (isFloat)
          return math::PowFOp::create(b, loc, in[0], by);
        return math::IPowIOp::create(b, loc, in[0], by);
      });
}

void bitnet::onnx::addArithmetic(OperatorTable &table) {
  struct Row {
    StringRef name;
    Lowering lower;
    int64_t since = 1;
  };
  for (Row row : {Row{"Ceil", lowerFloat<math::CeilOp>},
                  {"Cos", lowerFloat<math::CosOp>},
                  {"Erf", lowerFloat<math::ErfOp>, 9},
                  {"Exp", lowerFloat<math::ExpOp>},
                  {"Floor", lowerFloat<math::FloorOp>},
                  {"Log", lowerFloat<math::LogOp>},
                  {"Reciprocal", lowerReciprocal},
                  {"Round", lowerFloat<math::RoundEvenOp>, 11},
                  {"Sigmoid", lowerSigmoid},
                  {"Sin", lowerFloat<math::SinOp>},
                  {"Sqrt", lowerFloat<math::SqrtOp>},
                  {"Tanh", lowerFloat<math::TanhOp>}})
    table.add(row.name, row.lower).since(row.since).inputs(1).isFloat(0);
  for (Row row : {Row{"Abs", lowerAbs},
                  {"Neg", lowerNeg},
                  {"Relu", lowerRelu},
                  {"Sign", lowerSign, 9}})
    table.add(row.name, row.lower).since(row.since).inputs(1);
  for (Row row : {Row{"Add", lowerAdd},
                  {"Div", lowerDiv},
                  {"Mul", lowerMul},
                  {"Sub", lowerSub}})
    table.add(row.name, row.lower).inputs(2).haveSameType(0, 1);
  table.add("Identity", lowerIdentity)
      .inputs(1)
      .onNarrow(Operator::Narrow::Move);
  table.add("Mod", lowerMod)
      .since(10)
      .inputs(2)
      .haveSameType(0, 1)
      .integer("fmod", 0)
      .note("floats need `fmod` = 1");
  table.add("Pow", lowerPow).inputs(2);
}
