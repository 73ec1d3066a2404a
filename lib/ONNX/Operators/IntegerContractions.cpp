//===- IntegerContractions.cpp - Integer matrix products ------------------===//
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

/// A zero point in a shape that broadcasts with its factor: one for all, one
/// for each row of the left factor, or one for each column of the right one.
static FailureOr<Tensor> alignZeroPoint(Node &node, unsigned factor,
                                        unsigned number, bool isLeft) {
  Graph &graph = node.graph;
  Tensor &x = node.input(factor), &zeroPoint = node.input(number);
  SmallVector<AffineExpr> shape = zeroPoint.shape;
  AffineExpr one = graph.constant(1);
  if (graph.product(shape) == one)
    shape.clear();
  else if (isLeft && shape.size() == 1)
    shape.push_back(one);
  FailureOr<SmallVector<AffineExpr>> joint = node.broadcast(x.shape, shape);
  if (failed(joint))
    return failure();
  if (joint->size() != x.shape.size())
    return node.error() << "input " << number << " has shape "
                        << graph.print(zeroPoint.shape)
                        << ", which does not broadcast to "
                        << graph.print(x.shape);
  return node.reshape(zeroPoint, shape);
}

/// A factor less its zero point. Signed bytes without one stay bytes; all else
/// becomes i32.
static FailureOr<Matrix> getFactor(Node &node, unsigned factor, unsigned number,
                                   bool isLeft) {
  Tensor &x = node.input(factor);
  if (!x.elementType.isInteger(8))
    return node.error() << "input " << factor << " has element type "
                        << x.elementType << ", expected 8-bit integers";
  bool hasZeroPoint = node.has(number);
  if (hasZeroPoint) {
    if (failed(node.expectSameType(factor, number)))
      return failure();
    auto splat = dyn_cast_or_null<IntegerAttr>(getSplat(node.input(number)));
    hasZeroPoint = !splat || !splat.getValue().isZero();
  }
  if (!hasZeroPoint && !x.isUnsigned)
    return Matrix{node.value(factor), x.shape};

  SmallVector<Tensor *> inputs = {&x};
  FailureOr<Tensor> zeroPoint;
  if (hasZeroPoint) {
    zeroPoint = alignZeroPoint(node, factor, number, isLeft);
    if (failed(zeroPoint))
      return failure();
    inputs.push_back(&*zeroPoint);
  }
  Type i32 = node.builder().getI32Type();
  bool isUnsigned = x.isUnsigned;
  Value value = elementwise(
      node, inputs, x.shape, i32,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value code = castScalar(b, loc, in[0], isUnsigned, i32, false);
        if (in.size() < 2)
          return code;
        Value offset = castScalar(b, loc, in[1], isUnsigned, i32, false);
        return arith::SubIOp::create(b, loc, code, offset);
      });
  return Matrix{value, x.shape};
}

/// The integer product of two factors with zero points.
static FailureOr<Matrix> multiplyCodes(Node &node, unsigned a, unsigned aZero,
                                       unsigned b, unsigned bZero) {
  FailureOr<Matrix> x = getFactor(node, a, aZero, true);
  if (failed(x))
    return failure();
  FailureOr<Matrix> y = getFactor(node, b, bZero, false);
  if (failed(y))
    return failure();
  return multiply(node, *x, *y, node.builder().getI32Type());
}

static LogicalResult lowerMatMulInteger(Node &node) {
  FailureOr<Matrix> product = multiplyCodes(node, 0, 2, 1, 3);
  if (failed(product))
    return failure();
  return node.setResult(product->value, product->shape);
}

static LogicalResult lowerQLinearMatMul(Node &node) {
  for (unsigned number : {1, 4, 6})
    if (!node.input(number).elementType.isF32())
      return node.error() << "input " << number << " has element type "
                          << node.input(number).elementType << ", expected f32";
  Tensor &zeroPoint = node.input(7);
  if (!zeroPoint.elementType.isInteger(8))
    return node.error() << "input 7 has element type " << zeroPoint.elementType
                        << ", expected 8-bit integers";
  FailureOr<Matrix> product = multiplyCodes(node, 0, 2, 3, 5);
  if (failed(product))
    return failure();

  Tensor sums;
  sums.elementType = node.builder().getI32Type();
  sums.shape = product->shape;
  sums.value = product->value;
  // A scale for each row of the left factor stands in a column.
  AffineExpr one = node.graph.constant(1);
  SmallVector<AffineExpr> column = node.input(1).shape;
  if (column.size() == 1 && column[0] != one)
    column.push_back(one);
  FailureOr<Tensor> left = node.reshape(node.input(1), column);
  if (failed(left))
    return failure();
  SmallVector<Tensor *> inputs = {&sums, &*left, &node.input(4), &node.input(6),
                                  &zeroPoint};
  for (Tensor *input : inputs) {
    // A vector of one element is a scalar.
    FailureOr<SmallVector<AffineExpr>> joint =
        node.broadcast(sums.shape, input->shape);
    if (failed(joint))
      return failure();
    if (*joint != sums.shape)
      return node.error() << "a scale or zero point of shape "
                          << node.graph.print(input->shape)
                          << " does not broadcast to "
                          << node.graph.print(sums.shape);
  }
  Type type = zeroPoint.elementType;
  bool isUnsigned = zeroPoint.isUnsigned;
  Value result = elementwise(
      node, inputs, sums.shape, type,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value sum = castScalar(b, loc, in[0], false, b.getF32Type(), false);
        Value scale = arith::MulFOp::create(b, loc, in[1], in[2]);
        scale = arith::DivFOp::create(b, loc, scale, in[3]);
        Value scaled = arith::MulFOp::create(b, loc, sum, scale);
        return quantizeScalar(b, loc, scaled, in[4], isUnsigned, type);
      });
  return node.setResult(result, sums.shape, isUnsigned);
}

void bitnet::onnx::addIntegerContractions(OperatorTable &table) {
  table.add("MatMulInteger", lowerMatMulInteger).since(10).inputs(2, 4);
  table.add("QLinearMatMul", lowerQLinearMatMul)
      .since(10)
      .inputs(8)
      .note("f32 scales");
}
