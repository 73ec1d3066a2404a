//===- Reductions.cpp - Reductions ----------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace bitnet::onnx;

/// The value that changes no result.
static TypedAttr getNeutral(Builder &b, Type type, bool isUnsigned,
                            Reduction kind) {
  bool isExtreme = kind == Reduction::Max || kind == Reduction::Min;
  bool isMax = kind == Reduction::Max;
  if (auto floats = dyn_cast<FloatType>(type)) {
    if (isExtreme)
      return b.getFloatAttr(type,
                            APFloat::getInf(floats.getFloatSemantics(), isMax));
    return b.getFloatAttr(type, kind == Reduction::Prod ? 1 : 0);
  }
  unsigned width = type.getIntOrFloatBitWidth();
  if (isExtreme && isUnsigned)
    return b.getIntegerAttr(type, isMax ? APInt::getZero(width)
                                        : APInt::getMaxValue(width));
  if (isExtreme)
    return b.getIntegerAttr(type, isMax ? APInt::getSignedMinValue(width)
                                        : APInt::getSignedMaxValue(width));
  return b.getIntegerAttr(type, kind == Reduction::Prod ? 1 : 0);
}

static Value combine(OpBuilder &b, Location loc, Value x, Value sum,
                     bool isUnsigned, Reduction kind) {
  bool isFloat = isa<FloatType>(x.getType());
  switch (kind) {
  case Reduction::Max:
    if (isFloat)
      return arith::MaximumFOp::create(b, loc, x, sum);
    if (isUnsigned)
      return arith::MaxUIOp::create(b, loc, x, sum);
    return arith::MaxSIOp::create(b, loc, x, sum);
  case Reduction::Min:
    if (isFloat)
      return arith::MinimumFOp::create(b, loc, x, sum);
    if (isUnsigned)
      return arith::MinUIOp::create(b, loc, x, sum);
    return arith::MinSIOp::create(b, loc, x, sum);
  case Reduction::Prod:
    if (isFloat)
      return arith::MulFOp::create(b, loc, x, sum);
    return arith::MulIOp::create(b, loc, x, sum);
  case Reduction::SumSquare:
    if (isFloat)
      x = arith::MulFOp::create(b, loc, x, x);
    else
      x = arith::MulIOp::create(b, loc, x, x);
    [[fallthrough]];
  case Reduction::Sum:
  case Reduction::Mean:
    if (isFloat)
      return arith::AddFOp::create(b, loc, x, sum);
    return arith::AddIOp::create(b, loc, x, sum);
  }
  llvm_unreachable("a reduction kind");
}

/// Divides the sums by the number of elements that each is the sum of.
static Value divideByCount(Node &node, Value sums, bool isUnsigned,
                           ArrayRef<AffineExpr> shape, AffineExpr size) {
  Tensor tensor, count;
  tensor.value = sums;
  tensor.shape.assign(shape.begin(), shape.end());
  Type type = cast<RankedTensorType>(sums.getType()).getElementType();
  OpBuilder &builder = node.builder();
  Value number =
      arith::IndexCastOp::create(builder, node.loc(), builder.getI64Type(),
                                 node.graph.index(node.loc(), size));
  return elementwise(
      node, &tensor, shape, type,
      [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        auto constant = dyn_cast<AffineConstantExpr>(size);
        if (!isa<FloatType>(type)) {
          Value by = castScalar(b, loc, number, false, type, false);
          if (isUnsigned)
            return arith::DivUIOp::create(b, loc, in[0], by);
          return arith::DivSIOp::create(b, loc, in[0], by);
        }
        Value by = constant ? getScalar(b, loc, type, constant.getValue())
                            : castScalar(b, loc, number, false, type, false);
        return arith::DivFOp::create(b, loc, in[0], by);
      });
}

Value bitnet::onnx::reduce(Node &node, Value value, bool isUnsigned,
                           ArrayRef<AffineExpr> shape, ArrayRef<int64_t> axes,
                           Reduction kind) {
  OpBuilder &builder = node.builder();
  Type type = cast<RankedTensorType>(value.getType()).getElementType();
  SmallVector<AffineExpr> kept, dims, reduced;
  SmallVector<utils::IteratorType> iterators;
  for (auto [i, dim] : llvm::enumerate(shape)) {
    bool isReduced = llvm::is_contained(axes, static_cast<int64_t>(i));
    iterators.push_back(isReduced ? utils::IteratorType::reduction
                                  : utils::IteratorType::parallel);
    if (isReduced) {
      reduced.push_back(dim);
      continue;
    }
    kept.push_back(dim);
    dims.push_back(builder.getAffineDimExpr(i));
  }
  Value start = node.graph.filled(node.loc(), kept,
                                  getNeutral(builder, type, isUnsigned, kind));
  AffineMap maps[] = {
      builder.getMultiDimIdentityMap(shape.size()),
      AffineMap::get(shape.size(), 0, dims, builder.getContext())};
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), start.getType(), value, start, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange in) {
        linalg::YieldOp::create(
            b, loc, combine(b, loc, in[0], in[1], isUnsigned, kind));
      });
  Value result = generic.getResult(0);
  if (kind == Reduction::Mean)
    result = divideByCount(node, result, isUnsigned, kept,
                           node.graph.product(reduced));
  return result;
}

template <Reduction kind>
static LogicalResult lowerReduce(Node &node) {
  Tensor &input = node.input(0);
  if (input.elementType.isInteger(1))
    return node.error() << "a reduction of booleans is not supported";
  auto axes = node.constants("axes", 1);
  if (failed(axes))
    return failure();
  SmallVector<int64_t> which = axes->value_or(SmallVector<int64_t>());
  if (which.empty() && node.integer("noop_with_empty_axes")) {
    node.setResult(0, input);
    return success();
  }
  if (which.empty())
    which = llvm::to_vector(llvm::seq<int64_t>(0, input.rank()));
  FailureOr<SmallVector<int64_t>> normal = node.normalize(which, input.rank());
  if (failed(normal))
    return failure();

  Value result =
      reduce(node, node.value(0), input.isUnsigned, input.shape, *normal, kind);
  SmallVector<AffineExpr> kept, full;
  for (auto [i, dim] : llvm::enumerate(input.shape)) {
    bool isReduced = llvm::is_contained(*normal, static_cast<int64_t>(i));
    full.push_back(isReduced ? node.graph.constant(1) : dim);
    if (!isReduced)
      kept.push_back(dim);
  }
  if (!node.integer("keepdims"))
    return node.setResult(result, kept, input.isUnsigned);
  FailureOr<Value> expanded = node.reshape(result, kept, full);
  if (failed(expanded))
    return failure();
  return node.setResult(*expanded, full, input.isUnsigned);
}

void bitnet::onnx::addReductions(OperatorTable &table) {
  auto add = [&](StringRef name, Lowering lower, int64_t axesAreInput) {
    table.add(name, lower)
        .inputs(1, until(axesAreInput - 1))
        .inputs(1, 2, from(axesAreInput))
        .integers("axes", until(axesAreInput - 1))
        .integer("keepdims", 1)
        .integer("noop_with_empty_axes", 0, from(axesAreInput))
        .note("constant axes");
  };
  add("ReduceMax", lowerReduce<Reduction::Max>, 18);
  add("ReduceMean", lowerReduce<Reduction::Mean>, 18);
  add("ReduceMin", lowerReduce<Reduction::Min>, 18);
  add("ReduceProd", lowerReduce<Reduction::Prod>, 18);
  add("ReduceSum", lowerReduce<Reduction::Sum>, 13);
  add("ReduceSumSquare", lowerReduce<Reduction::SumSquare>, 18);
}
