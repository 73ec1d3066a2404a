//===- Casts.cpp - Conversions between element types ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "dialects/ONNX/ElementTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace bitnet::onnx;

/// A float to an integer, towards zero. ONNX leaves a float out of range open;
/// here narrow types take the low bits of an i32, as ONNX Runtime does, and u32
/// those of an i64.
static Value castToInteger(OpBuilder &b, Location loc, Value value, Type to,
                           bool toUnsigned) {
  unsigned width = to.getIntOrFloatBitWidth();
  if (width < 32 || (toUnsigned && width == 32)) {
    Type wide = b.getIntegerType(width < 32 ? 32 : 64);
    value = arith::FPToSIOp::create(b, loc, wide, value);
    return arith::TruncIOp::create(b, loc, to, value);
  }
  if (!toUnsigned)
    return arith::FPToSIOp::create(b, loc, to, value);
  // Half of the numbers have the upper bit, which is put in afterwards.
  Value half = getScalar(b, loc, value.getType(), std::ldexp(1, width - 1));
  Value isUpper =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, value, half);
  Value rest = arith::SubFOp::create(b, loc, value, half);
  value = arith::SelectOp::create(b, loc, isUpper, rest, value);
  value = arith::FPToSIOp::create(b, loc, to, value);
  Value bit = arith::ConstantOp::create(
      b, loc, b.getIntegerAttr(to, APInt::getSignMask(width)));
  Value upper = arith::XOrIOp::create(b, loc, value, bit);
  return arith::SelectOp::create(b, loc, isUpper, upper, value);
}

Value bitnet::onnx::castScalar(OpBuilder &b, Location loc, Value value,
                               bool fromUnsigned, Type to, bool toUnsigned) {
  Type from = value.getType();
  if (from == to)
    return value;
  unsigned width = from.getIntOrFloatBitWidth();
  unsigned toWidth = to.getIntOrFloatBitWidth();
  bool isFloat = isa<FloatType>(from), toFloat = isa<FloatType>(to);
  if (to.isInteger(1)) {
    Value zero = getScalar(b, loc, from, 0);
    if (isFloat)
      return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, value,
                                   zero);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, value, zero);
  }
  if (isFloat && toFloat) {
    if (toWidth > width)
      return arith::ExtFOp::create(b, loc, to, value);
    if (toWidth < width)
      return arith::TruncFOp::create(b, loc, to, value);
    value = arith::ExtFOp::create(b, loc, b.getF32Type(), value);
    return arith::TruncFOp::create(b, loc, to, value);
  }
  if (isFloat)
    return castToInteger(b, loc, value, to, toUnsigned);
  bool isUnsigned = fromUnsigned || from.isInteger(1);
  if (toFloat && isUnsigned)
    return arith::UIToFPOp::create(b, loc, to, value);
  if (toFloat)
    return arith::SIToFPOp::create(b, loc, to, value);
  if (toWidth < width)
    return arith::TruncIOp::create(b, loc, to, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, loc, to, value);
  return arith::ExtSIOp::create(b, loc, to, value);
}

/// Casts to a known element type, sharing the input where nothing changes.
static LogicalResult lowerTo(Node &node, Type to, bool toUnsigned) {
  Tensor &input = node.input(0);
  if (input.elementType == to) {
    Tensor result = input;
    result.isUnsigned = toUnsigned;
    if (result.isUnsigned != input.isUnsigned)
      result.elements.reset(), result.value = node.value(0);
    node.setResult(0, std::move(result));
    return success();
  }
  bool isBoolean = to.isInteger(1);
  if (input.elements && isa<IntegerType>(to) &&
      (isBoolean || to.getIntOrFloatBitWidth() >= 32)) {
    Tensor result = input;
    result.elementType = to;
    result.isUnsigned = toUnsigned;
    result.value = nullptr;
    bool isKnown = true;
    for (AffineExpr &element : *result.elements) {
      if (!isBoolean)
        continue;
      auto number = dyn_cast<AffineConstantExpr>(element);
      isKnown &= number || getLowerBound(element).value_or(0) > 0;
      element = node.graph.constant(number ? number.getValue() != 0 : 1);
    }
    if (isKnown) {
      node.setResult(0, std::move(result));
      return success();
    }
  }
  bool fromUnsigned = input.isUnsigned;
  Value result = elementwise(
      node, &input, input.shape, to,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        return castScalar(b, loc, in[0], fromUnsigned, to, toUnsigned);
      });
  return node.setResult(result, input.shape, toUnsigned);
}

static LogicalResult lowerCast(Node &node) {
  int64_t code = node.integer("to");
  ElementType to = getElementType(code, node.builder().getContext());
  if (!to.type || to.isWidened())
    return node.error() << "attribute 'to' is " << code << " (" << to.name
                        << "), which is no supported element type";
  return lowerTo(node, getSignless(to.type), to.type.isUnsignedInteger());
}

static LogicalResult lowerCastLike(Node &node) {
  return lowerTo(node, node.input(1).elementType, node.input(1).isUnsigned);
}

void bitnet::onnx::addCasts(OperatorTable &table) {
  // Only casts to 8-bit floats, which are refused, know saturation.
  table.add("Cast", lowerCast)
      .inputs(1)
      .requiredInteger("to")
      .integer("saturate", 1, from(19))
      .onNarrow(Operator::Narrow::Read);
  table.add("CastLike", lowerCastLike)
      .since(15)
      .inputs(2)
      .integer("saturate", 1, from(19));
}
