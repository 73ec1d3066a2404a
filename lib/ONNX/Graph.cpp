//===- Graph.cpp - An ONNX graph while it is converted --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "bitnet/Runtime/DimExpression.h"
#include "bitnet/Support/Locations.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;
using namespace bitnet::onnx;

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

std::optional<SmallVector<int64_t>> Tensor::constants() const {
  if (!elements)
    return std::nullopt;
  SmallVector<int64_t> result;
  for (AffineExpr element : *elements) {
    auto constant = dyn_cast<AffineConstantExpr>(element);
    if (!constant)
      return std::nullopt;
    result.push_back(constant.getValue());
  }
  return result;
}

/// max(x, 0), in the form that is printed so.
static AffineExpr getPositivePart(AffineExpr x) {
  return x * (x.floorDiv(runtime::kMoreThanAnySize) + 1);
}

/// The x of an expression that is max(x, 0); null for another one.
static AffineExpr matchPositivePart(AffineExpr expr) {
  auto product = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!product || expr.getKind() != AffineExprKind::Mul)
    return nullptr;
  AffineExpr x = product.getLHS();
  return expr == getPositivePart(x) ? x : nullptr;
}

/// Of a - max(a - c, 0), which is min(a, c), with a constant c.
static std::optional<int64_t> getLowerBoundOfMinimum(AffineBinaryOpExpr sum) {
  auto negated = dyn_cast<AffineBinaryOpExpr>(sum.getRHS());
  if (!negated || negated.getKind() != AffineExprKind::Mul ||
      negated.getRHS() != getAffineConstantExpr(-1, sum.getContext()))
    return std::nullopt;
  AffineExpr x = matchPositivePart(negated.getLHS());
  auto limit = x ? dyn_cast<AffineConstantExpr>(
                       simplifyAffineExpr(sum.getLHS() - x, 0, kMaxListSize))
                 : AffineConstantExpr();
  std::optional<int64_t> least = getLowerBound(sum.getLHS());
  if (!limit || !least)
    return std::nullopt;
  return std::min(*least, limit.getValue());
}

std::optional<int64_t> bitnet::onnx::getLowerBound(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (AffineExpr x = matchPositivePart(expr))
    return std::max<int64_t>(getLowerBound(x).value_or(0), 0);
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return 0; // a symbol
  std::optional<int64_t> lhs = getLowerBound(binary.getLHS());
  std::optional<int64_t> rhs = getLowerBound(binary.getRHS());
  auto divisor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  bool isDivided = divisor && divisor.getValue() > 0;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    if (lhs && rhs)
      return *lhs + *rhs;
    return getLowerBoundOfMinimum(binary);
  case AffineExprKind::Mul:
    if (lhs && rhs && *rhs >= 0 && (*lhs >= 0 || isDivided))
      return *lhs * *rhs;
    return std::nullopt;
  case AffineExprKind::FloorDiv:
    if (lhs && isDivided)
      return llvm::divideFloorSigned(*lhs, divisor.getValue());
    return std::nullopt;
  case AffineExprKind::CeilDiv:
    if (lhs && isDivided)
      return llvm::divideCeilSigned(*lhs, divisor.getValue());
    return std::nullopt;
  case AffineExprKind::Mod:
    if (isDivided)
      return 0;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

Graph::Graph(func::FuncOp function)
    : builder(function.getContext()), function(function) {}

AffineExpr Graph::constant(int64_t value) const {
  return getAffineConstantExpr(value, builder.getContext());
}

AffineExpr Graph::simplify(AffineExpr expr) const {
  return simplifyAffineExpr(expr, 0, symbols.size());
}

AffineExpr Graph::product(ArrayRef<AffineExpr> factors) const {
  AffineExpr result = constant(1);
  for (AffineExpr factor : factors)
    result = result * factor;
  return simplify(result);
}

AffineExpr Graph::positivePart(AffineExpr expr) const {
  expr = simplify(expr);
  if (getLowerBound(expr).value_or(-1) >= 0)
    return expr;
  if (getLowerBound(simplify(-expr)).value_or(-1) >= 0)
    return constant(0);
  return simplify(getPositivePart(expr));
}

AffineExpr Graph::minimum(AffineExpr a, AffineExpr b) const {
  return simplify(a - positivePart(a - b));
}

OpFoldResult Graph::fold(Location loc, AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return builder.getIndexAttr(constant.getValue());
  return index(loc, expr);
}

SmallVector<OpFoldResult> Graph::fold(Location loc,
                                      ArrayRef<AffineExpr> exprs) {
  return llvm::map_to_vector(exprs,
                             [&](AffineExpr expr) { return fold(loc, expr); });
}

Value Graph::index(Location loc, AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return arith::ConstantIndexOp::create(builder, loc, constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  Value &known = indices[expr];
  if (!known) {
    auto map = AffineMap::get(0, symbols.size(), expr);
    SmallVector<Value> operands = symbols;
    affine::canonicalizeMapAndOperands(&map, &operands);
    known = affine::AffineApplyOp::create(builder, loc, map, operands);
  }
  return known;
}

LogicalResult Graph::constrainEqual(Location loc, AffineExpr a, AffineExpr b) {
  AffineExpr difference = simplify(a - b), opposite = simplify(b - a);
  if (auto constant = dyn_cast<AffineConstantExpr>(difference))
    return success(constant.getValue() == 0);
  if (getLowerBound(difference).value_or(0) > 0 ||
      getLowerBound(opposite).value_or(0) > 0)
    return failure();
  for (const Constraint &known : constraints)
    if (known.kind == ConstraintKind::Zero &&
        (known.expr == difference || known.expr == opposite))
      return success();
  constraints.push_back(
      {ConstraintKind::Zero, difference, nodeName(loc).str()});
  return success();
}

LogicalResult Graph::constrainNonNegative(Location loc, AffineExpr expr) {
  expr = simplify(expr);
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return success(constant.getValue() >= 0);
  if (getLowerBound(expr).value_or(-1) >= 0)
    return success();
  auto isKnown = [&](const Constraint &known) {
    return known.kind == ConstraintKind::NonNegative && known.expr == expr;
  };
  if (llvm::none_of(constraints, isKnown))
    constraints.push_back(
        {ConstraintKind::NonNegative, expr, nodeName(loc).str()});
  return success();
}

SmallVector<StringRef> Graph::getSymbolNames() const {
  return {symbolNames.begin(), symbolNames.end()};
}

std::string Graph::print(AffineExpr expr) const {
  return printDimension(expr, getSymbolNames());
}

std::string Graph::print(ArrayRef<AffineExpr> shape) const {
  return printShape(shape, getSymbolNames());
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Tensor &Graph::get(Value value) { return *values.find(value)->second; }

void Graph::set(Value value, Tensor tensor) {
  values[value] = std::make_unique<Tensor>(std::move(tensor));
}

RankedTensorType Graph::getType(ArrayRef<AffineExpr> shape,
                                Type elementType) const {
  SmallVector<int64_t> sizes;
  for (AffineExpr dim : shape) {
    auto constant = dyn_cast<AffineConstantExpr>(dim);
    sizes.push_back(constant ? constant.getValue() : ShapedType::kDynamic);
  }
  return RankedTensorType::get(sizes, elementType);
}

Value Graph::empty(Location loc, ArrayRef<AffineExpr> shape, Type elementType) {
  return tensor::EmptyOp::create(builder, loc, fold(loc, shape), elementType);
}

Value Graph::filled(Location loc, ArrayRef<AffineExpr> shape,
                    TypedAttr scalar) {
  Value value = arith::ConstantOp::create(builder, loc, scalar);
  Value destination = empty(loc, shape, scalar.getType());
  return linalg::FillOp::create(builder, loc, value, destination).getResult(0);
}

Value Graph::materialize(Location loc, Tensor &tensor) {
  if (tensor.value)
    return tensor.value;
  RankedTensorType type = getType(tensor.shape, tensor.elementType);
  if (std::optional<SmallVector<int64_t>> constants = tensor.constants()) {
    unsigned width = tensor.elementType.getIntOrFloatBitWidth();
    auto bits = llvm::map_to_vector(*constants, [&](int64_t value) {
      return APInt(width, value, /*isSigned=*/true, /*implicitTrunc=*/true);
    });
    tensor.value = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, bits));
    return tensor.value;
  }
  auto scalars = llvm::map_to_vector(*tensor.elements, [&](AffineExpr expr) {
    return arith::IndexCastOp::create(builder, loc, tensor.elementType,
                                      index(loc, expr))
        .getResult();
  });
  tensor.value =
      tensor::FromElementsOp::create(builder, loc, type, scalars).getResult();
  return tensor.value;
}

int64_t Graph::addCheck(std::string message) {
  checks.push_back(std::move(message));
  return checks.size();
}
