//===- Normalizations.cpp - Softmax and norms -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace bitnet::onnx;

static LogicalResult lowerSoftmax(Node &node) {
  Tensor &input = node.input(0);
  FailureOr<int64_t> axis = node.axis(input.rank());
  if (failed(axis))
    return failure();
  // Until opset 12 the axes from `axis` on are one; the last one is the same.
  if (node.opset < 13 && *axis != input.rank() - 1)
    return node.error() << "attribute 'axis' is " << *axis
                        << ", which before opset 13 must be the last axis";
  Value empty = node.graph.empty(node.loc(), input.shape, input.elementType);
  Value result =
      linalg::SoftmaxOp::create(node.builder(), node.loc(), empty.getType(),
                                node.value(0), empty, *axis)
          ->getResult(0);
  return node.setResult(result, input.shape);
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

/// RMSNormalization, its older contrib form SimplifiedLayerNormalization, and
/// LayerNormalization: x (less its mean) by the root of the mean of its
/// squares over the axes from `axis` on, times the scale, plus the bias.
static LogicalResult lowerNorm(Node &node) {
  bool isLayerNorm = node.type() == "LayerNormalization";
  if (!node.input(0).elementType.isF32())
    return node.error() << "input 0 has element type "
                        << node.input(0).elementType << ", expected f32";
  Tensor &input = node.input(0);
  FailureOr<int64_t> axis = node.axis(input.rank());
  double epsilon = node.real("epsilon");
  if (failed(axis))
    return failure();
  Type f32 = input.elementType;
  ArrayRef<AffineExpr> shape = input.shape;
  auto axes = llvm::to_vector(llvm::seq<int64_t>(*axis, input.rank()));
  SmallVector<AffineExpr> kept(shape.begin(), shape.begin() + *axis);
  SmallVector<AffineExpr> full = kept;
  full.append(axes.size(), node.graph.constant(1));
  for (unsigned i = 1; i < node.size(); ++i) {
    if (!node.has(i))
      continue;
    FailureOr<SmallVector<AffineExpr>> joint =
        node.broadcast(shape, node.input(i).shape);
    if (failed(joint))
      return failure();
    if (node.input(i).rank() > input.rank())
      return node.error() << "input " << i << " has rank "
                          << node.input(i).rank() << ", expected at most "
                          << input.rank();
  }

  auto mean = [&](Value value) -> FailureOr<Value> {
    Value result = reduce(node, value, false, shape, axes, Reduction::Mean);
    return node.reshape(result, kept, full);
  };
  auto getTensor = [&](Value value, ArrayRef<AffineExpr> dims) {
    Tensor tensor;
    tensor.elementType = f32;
    tensor.shape.assign(dims.begin(), dims.end());
    tensor.value = value;
    return tensor;
  };
  Tensor x = input, center;
  if (isLayerNorm) {
    FailureOr<Value> average = mean(node.value(0));
    if (failed(average))
      return failure();
    center = getTensor(*average, full);
    x = getTensor(
        elementwise(node, {&input, &center}, shape, f32,
                    [](OpBuilder &b, Location loc, ValueRange in) -> Value {
                      return arith::SubFOp::create(b, loc, in[0], in[1]);
                    }),
        shape);
  }
  Value squares =
      elementwise(node, &x, shape, f32,
                  [](OpBuilder &b, Location loc, ValueRange in) -> Value {
                    return arith::MulFOp::create(b, loc, in[0], in[0]);
                  });
  FailureOr<Value> square = mean(squares);
  if (failed(square))
    return failure();
  Tensor variance = getTensor(*square, full);
  auto getRoot = [&](OpBuilder &b, Location loc, Value variance) -> Value {
    Value bias = getScalar(b, loc, f32, epsilon);
    return math::SqrtOp::create(b, loc,
                                arith::AddFOp::create(b, loc, variance, bias));
  };
  SmallVector<Tensor *> inputs = {&x, &variance, &node.input(1)};
  if (node.has(2))
    inputs.push_back(&node.input(2));
  Value result =
      elementwise(node, inputs, shape, f32,
                  [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
                    Value root = getRoot(b, loc, in[1]);
                    Value normal = arith::DivFOp::create(b, loc, in[0], root);
                    Value scaled = arith::MulFOp::create(b, loc, normal, in[2]);
                    if (in.size() < 4)
                      return scaled;
                    return arith::AddFOp::create(b, loc, scaled, in[3]);
                  });
  // The other outputs: what was subtracted, and one over what divided.
  if (isLayerNorm && node.op.getOutputs().size() > 1)
    node.setResult(1, center);
  if (isLayerNorm && node.op.getOutputs().size() > 2) {
    Value inverse = elementwise(
        node, &variance, full, f32,
        [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
          Value one = getScalar(b, loc, f32, 1);
          return arith::DivFOp::create(b, loc, one, getRoot(b, loc, in[0]));
        });
    node.setResult(2, getTensor(inverse, full));
  }
  return node.setResult(result, shape);
}

void bitnet::onnx::addNormalizations(OperatorTable &table) {
  auto addNorm = [&](StringRef name) -> Operator & {
    return table.add(name, lowerNorm)
        .haveSameType(0, 1)
        .integer("axis", -1)
        .real("epsilon", 1e-5)
        .fixed("stash_type", 1)
        .note("f32 only");
  };
  addNorm("LayerNormalization").since(17).inputs(2, 3).outputs(1, 3);
  addNorm("RMSNormalization").since(23).inputs(2);
  // ONNX Runtime's, which it puts into the standard domain.
  addNorm("SimplifiedLayerNormalization").inputs(2);
  table.add("Softmax", lowerSoftmax)
      .inputs(1)
      .isFloat(0)
      .integer("axis", 1, until(12))
      .integer("axis", -1, from(13))
      .note("before opset 13 over the last axis only");
}
