//===- Casts.cpp - Conversions between element types ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace bitnet::onnx;

namespace {
struct ElementType {
  Type type;
  bool isUnsigned;
};
} // namespace

/// The element type with the number `code` in ONNX's enumeration.
static std::optional<ElementType> getElementType(Builder &b, int64_t code) {
  switch (code) {
  case 1:
    return ElementType{b.getF32Type(), false};
  case 2:
    return ElementType{b.getI8Type(), true};
  case 3:
    return ElementType{b.getI8Type(), false};
  case 4:
    return ElementType{b.getI16Type(), true};
  case 5:
    return ElementType{b.getI16Type(), false};
  case 6:
    return ElementType{b.getI32Type(), false};
  case 7:
    return ElementType{b.getI64Type(), false};
  case 9:
    return ElementType{b.getI1Type(), false};
  case 10:
    return ElementType{b.getF16Type(), false};
  case 11:
    return ElementType{b.getF64Type(), false};
  case 12:
    return ElementType{b.getI32Type(), true};
  case 13:
    return ElementType{b.getI64Type(), true};
  case 16:
    return ElementType{b.getBF16Type(), false};
  default:
    return std::nullopt;
  }
}

/// A float to an integer, towards zero. ONNX leaves a float out of range open;
/// here narrow types take the low bits of an i32, as ONNX Runtime does.
static Value castToInteger(OpBuilder &b, Location loc, Value value, Type to,
                           bool toUnsigned) {
  if (to.getIntOrFloatBitWidth() < 32) {
    Value wide = arith::FPToSIOp::create(b, loc, b.getI32Type(), value);
    return arith::TruncIOp::create(b, loc, to, wide);
  }
  if (toUnsigned)
    return arith::FPToUIOp::create(b, loc, to, value);
  return arith::FPToSIOp::create(b, loc, to, value);
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
static LogicalResult lowerTo(Node &node, ElementType to) {
  Tensor &input = node.input(0);
  if (input.elementType == to.type) {
    Tensor result = input;
    result.isUnsigned = to.isUnsigned;
    if (result.isUnsigned != input.isUnsigned)
      result.elements.reset(), result.value = node.value(0);
    node.setResult(0, std::move(result));
    return success();
  }
  bool isBoolean = to.type.isInteger(1);
  if (input.elements && isa<IntegerType>(to.type) &&
      (isBoolean || to.type.getIntOrFloatBitWidth() >= 32)) {
    Tensor result = input;
    result.elementType = to.type;
    result.isUnsigned = to.isUnsigned;
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
      node, &input, input.shape, to.type,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        return castScalar(b, loc, in[0], fromUnsigned, to.type, to.isUnsigned);
      });
  return node.setResult(result, input.shape, to.isUnsigned);
}

static LogicalResult lowerCast(Node &node) {
  if (failed(node.expectInputs(1, 1)))
    return failure();
  FailureOr<int64_t> code = node.integer("to");
  // Only casts to 8-bit floats, which are refused, know saturation.
  if (failed(code) || failed(node.integer("saturate", 1)))
    return failure();
  std::optional<ElementType> to = getElementType(node.builder(), *code);
  if (!to)
    return node.error() << "attribute 'to' is " << *code
                        << ", which is no supported element type";
  return lowerTo(node, *to);
}

static LogicalResult lowerCastLike(Node &node) {
  if (failed(node.expectInputs(2, 2)) || failed(node.integer("saturate", 1)))
    return failure();
  return lowerTo(node, {node.input(1).elementType, node.input(1).isUnsigned});
}

void bitnet::onnx::addCasts(Operators &operators) {
  operators["Cast"] = lowerCast;
  operators["CastLike"] = lowerCastLike;
}
