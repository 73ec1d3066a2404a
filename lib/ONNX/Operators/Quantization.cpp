//===- Quantization.cpp - Quantisation and its inverse --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "dialects/ONNX/ElementTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet::onnx;

Value bitnet::onnx::quantizeScalar(OpBuilder &b, Location loc, Value value,
                                   Value zeroPoint, bool isUnsigned, Type to) {
  Type type = value.getType();
  unsigned width = to.getIntOrFloatBitWidth();
  double low = isUnsigned ? 0 : -std::ldexp(1, width - 1);
  double high = std::ldexp(1, isUnsigned ? width : width - 1) - 1;
  value = math::RoundEvenOp::create(b, loc, value);
  if (zeroPoint) {
    zeroPoint = castScalar(b, loc, zeroPoint, isUnsigned, type, false);
    value = arith::AddFOp::create(b, loc, value, zeroPoint);
  }
  // A NaN becomes the smallest code.
  value = arith::MaxNumFOp::create(b, loc, value, getScalar(b, loc, type, low));
  value =
      arith::MinNumFOp::create(b, loc, value, getScalar(b, loc, type, high));
  return castScalar(b, loc, value, false, to, isUnsigned);
}

//===----------------------------------------------------------------------===//
// Granularity
//===----------------------------------------------------------------------===//

namespace {
/// The tensors of QuantizeLinear and DequantizeLinear in shapes that broadcast.
struct Operands {
  SmallVector<AffineExpr> shape;
  Tensor x, scale;
  std::optional<Tensor> zeroPoint;
};
} // namespace

/// Whether the last block of an axis is known to be shorter than the others.
static bool isRagged(AffineExpr size, int64_t block) {
  auto extent = dyn_cast<AffineConstantExpr>(size);
  return extent && extent.getValue() % block != 0;
}

/// A scale or zero point for each block of `axis`, repeated for each index of
/// the axis, whose last block is shorter than the others.
static FailureOr<Tensor> repeatBlocks(Node &node, unsigned number, int64_t axis,
                                      int64_t block) {
  Graph &graph = node.graph;
  Tensor scale = node.input(number);
  SmallVector<AffineExpr> shape = scale.shape;
  shape.insert(shape.begin() + axis + 1, graph.constant(1));
  FailureOr<Tensor> single = node.reshape(scale, shape);
  if (failed(single))
    return failure();
  shape[axis + 1] = graph.constant(block);
  Tensor repeated = *single;
  repeated.shape = shape;
  repeated.value =
      elementwise(node, &*single, shape, scale.elementType,
                  [](OpBuilder &, Location, ValueRange in) { return in[0]; });
  shape.erase(shape.begin() + axis);
  shape[axis] = graph.simplify(scale.shape[axis] * block);
  FailureOr<Tensor> joined = node.reshape(repeated, shape);
  if (failed(joined))
    return failure();
  scale.shape[axis] = node.input(0).shape[axis];
  SmallVector<OpFoldResult> zeros(shape.size(), node.builder().getIndexAttr(0));
  SmallVector<OpFoldResult> ones(shape.size(), node.builder().getIndexAttr(1));
  scale.value = tensor::ExtractSliceOp::create(
      node.builder(), node.loc(), graph.getType(scale.shape, scale.elementType),
      joined->value, zeros, graph.fold(node.loc(), scale.shape), ones);
  return scale;
}

/// Gives a scale or zero point the shape in which it broadcasts: one for all,
/// one for each index of `axis`, or one for each block along it.
static FailureOr<Tensor> alignScale(Node &node, unsigned number, int64_t axis,
                                    int64_t block) {
  Graph &graph = node.graph;
  Tensor &x = node.input(0), &scale = node.input(number);
  AffineExpr one = graph.constant(1);
  if (block) {
    SmallVector<AffineExpr> shape = scale.shape;
    if (scale.rank() != x.rank())
      return node.error() << "input " << number << " has rank " << scale.rank()
                          << ", expected that of input 0, " << x.rank();
    for (int64_t i = 0; i < x.rank(); ++i) {
      AffineExpr size =
          i == axis ? graph.simplify(x.shape[i].ceilDiv(block)) : x.shape[i];
      if (failed(node.expectEqual(size, scale.shape[i],
                                  "the number of blocks and of scales")))
        return failure();
    }
    if (isRagged(x.shape[axis], block))
      return repeatBlocks(node, number, axis, block);
    shape.insert(shape.begin() + axis + 1, one);
    return node.reshape(scale, shape);
  }
  if (graph.product(scale.shape) == one && scale.rank() <= 1)
    return node.reshape(scale, {});
  if (scale.rank() != 1)
    return node.error() << "input " << number << " has shape "
                        << graph.print(scale.shape)
                        << ", expected a scalar or a vector";
  FailureOr<int64_t> normal = node.normalize(axis, x.rank());
  if (failed(normal) ||
      failed(node.expectEqual(x.shape[*normal], scale.shape[0],
                              "the size of the axis and of the scales")))
    return failure();
  SmallVector<AffineExpr> shape = {scale.shape[0]};
  shape.append(x.rank() - *normal - 1, one);
  return node.reshape(scale, shape);
}

static FailureOr<Operands> getOperands(Node &node) {
  Graph &graph = node.graph;
  FailureOr<int64_t> axis = node.integer("axis");
  int64_t block = node.integer("block_size");
  if (block < 0)
    return node.error() << "attribute 'block_size' is " << block;
  Operands operands;
  operands.x = node.input(0);
  operands.shape = operands.x.shape;
  if (block) {
    axis = node.normalize(*axis, operands.x.rank());
    if (failed(axis))
      return failure();
    AffineExpr size = operands.shape[*axis];
    if (!isRagged(size, block)) {
      (void)graph.constrainEqual(node.loc(), size % block, graph.constant(0));
      operands.shape[*axis] = graph.simplify(size.floorDiv(block));
      operands.shape.insert(operands.shape.begin() + *axis + 1,
                            graph.constant(block));
      FailureOr<Tensor> x = node.reshape(node.input(0), operands.shape);
      if (failed(x))
        return failure();
      operands.x = *x;
    }
  }
  FailureOr<Tensor> scale = alignScale(node, 1, *axis, block);
  if (failed(scale))
    return failure();
  operands.scale = *scale;
  if (!node.has(2))
    return operands;
  FailureOr<Tensor> zeroPoint = alignScale(node, 2, *axis, block);
  if (failed(zeroPoint))
    return failure();
  operands.zeroPoint = *zeroPoint;
  return operands;
}

static LogicalResult setQuantized(Node &node, Operands &operands, Type type,
                                  bool isUnsigned, ScalarBody body) {
  SmallVector<Tensor *> inputs = {&operands.x, &operands.scale};
  if (operands.zeroPoint)
    inputs.push_back(&*operands.zeroPoint);
  Value value = elementwise(node, inputs, operands.shape, type, body);
  ArrayRef<AffineExpr> shape = node.input(0).shape;
  FailureOr<Value> result = node.reshape(value, operands.shape, shape);
  if (failed(result))
    return failure();
  return node.setResult(*result, shape, isUnsigned);
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

static LogicalResult lowerQuantizeLinear(Node &node) {
  int64_t code = node.integer("output_dtype");
  // Without a zero point and a type the codes are unsigned bytes.
  Type type = node.builder().getI8Type();
  bool isUnsigned = code != 3;
  if (code != 0 && code != 2 && code != 3)
    return node.error() << "attribute 'output_dtype' is " << code
                        << ", expected 2 (uint8) or 3 (int8)";
  if (node.has(2)) {
    type = node.input(2).elementType;
    isUnsigned = node.input(2).isUnsigned;
    if (type.getIntOrFloatBitWidth() > 16)
      return node.error() << "input 2 has element type " << type
                          << ", expected at most 16 bits";
  }
  FailureOr<Operands> operands = getOperands(node);
  if (failed(operands))
    return failure();
  return setQuantized(
      node, *operands, type, isUnsigned,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Value ratio = arith::DivFOp::create(b, loc, in[0], in[1]);
        return quantizeScalar(b, loc, ratio, in.size() > 2 ? in[2] : Value(),
                              isUnsigned, type);
      });
}

static LogicalResult lowerDequantizeLinear(Node &node) {
  FailureOr<Operands> operands = getOperands(node);
  if (failed(operands))
    return failure();
  bool isUnsigned = node.input(0).isUnsigned;
  Type type = node.input(1).elementType, to = type;
  if (int64_t code = node.integer("output_dtype")) {
    to = getElementType(code, type.getContext()).type;
    if (!isa_and_nonnull<FloatType>(to))
      return node.error() << "attribute 'output_dtype' is " << code
                          << ", expected a float type";
  }
  return setQuantized(
      node, *operands, to, false,
      [=](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Type i32 = b.getI32Type();
        Value code = castScalar(b, loc, in[0], isUnsigned, i32, false);
        if (in.size() > 2) {
          Value zeroPoint = castScalar(b, loc, in[2], isUnsigned, i32, false);
          code = arith::SubIOp::create(b, loc, code, zeroPoint);
        }
        Value number = castScalar(b, loc, code, false, type, false);
        Value product = arith::MulFOp::create(b, loc, number, in[1]);
        return castScalar(b, loc, product, false, to, false);
      });
}

static LogicalResult lowerDynamicQuantizeLinear(Node &node) {
  Tensor &x = node.input(0);
  if (!x.elementType.isF32())
    return node.error() << "input 0 has element type " << x.elementType
                        << ", expected f32";
  Type f32 = x.elementType, i8 = node.builder().getI8Type();
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, x.rank()));
  auto getExtreme = [&](Reduction kind) {
    Tensor tensor;
    tensor.elementType = f32;
    tensor.value = reduce(node, node.value(0), false, x.shape, axes, kind);
    return tensor;
  };
  Tensor low = getExtreme(Reduction::Min), high = getExtreme(Reduction::Max);
  Tensor scale, zeroPoint, y;
  // The range always holds 0; a range of 0 alone gets scale 1.
  scale.elementType = f32;
  scale.value =
      elementwise(node, {&low, &high}, {}, f32,
                  [](OpBuilder &b, Location loc, ValueRange in) -> Value {
                    Value zero = getScalar(b, loc, in[0].getType(), 0);
                    Value low = arith::MinimumFOp::create(b, loc, in[0], zero);
                    Value high = arith::MaximumFOp::create(b, loc, in[1], zero);
                    Value range = arith::SubFOp::create(b, loc, high, low);
                    Value step = arith::DivFOp::create(
                        b, loc, range, getScalar(b, loc, in[0].getType(), 255));
                    Value isZero = arith::CmpFOp::create(
                        b, loc, arith::CmpFPredicate::OEQ, step, zero);
                    Value one = getScalar(b, loc, in[0].getType(), 1);
                    return arith::SelectOp::create(b, loc, isZero, one, step);
                  });
  zeroPoint.elementType = i8;
  zeroPoint.isUnsigned = true;
  zeroPoint.value =
      elementwise(node, {&low, &scale}, {}, i8,
                  [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
                    Value zero = getScalar(b, loc, f32, 0);
                    Value low = arith::MinimumFOp::create(b, loc, in[0], zero);
                    Value ratio = arith::DivFOp::create(b, loc, low, in[1]);
                    Value offset = arith::SubFOp::create(b, loc, zero, ratio);
                    return quantizeScalar(b, loc, offset, nullptr, true, i8);
                  });
  y.elementType = i8;
  y.isUnsigned = true;
  y.shape = x.shape;
  y.value =
      elementwise(node, {&x, &scale, &zeroPoint}, x.shape, i8,
                  [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
                    Value ratio = arith::DivFOp::create(b, loc, in[0], in[1]);
                    return quantizeScalar(b, loc, ratio, in[2], true, i8);
                  });
  node.setResult(0, std::move(y));
  node.setResult(1, std::move(scale));
  node.setResult(2, std::move(zeroPoint));
  return success();
}

void bitnet::onnx::addQuantization(OperatorTable &table) {
  table.add("DequantizeLinear", lowerDequantizeLinear)
      .since(10)
      .inputs(2, 3)
      .isInteger(0)
      .isFloat(1)
      .haveSameType(0, 2)
      .integer("axis", 1, from(13))
      .integer("block_size", 0, from(21))
      .integer("output_dtype", 0, from(23))
      .onNarrow(Operator::Narrow::Read);
  table.add("DynamicQuantizeLinear", lowerDynamicQuantizeLinear)
      .since(11)
      .inputs(1)
      .outputs(3, 3);
  table.add("QuantizeLinear", lowerQuantizeLinear)
      .since(10)
      .inputs(2, 3)
      .isFloat(0)
      .isInteger(2)
      .haveSameType(0, 1)
      .integer("axis", 1, from(13))
      .integer("block_size", 0, from(21))
      .integer("output_dtype", 0, from(21))
      .fixed("saturate", 1, from(19))
      .fixed("precision", 0, from(23))
      .note("to at most 16 bits");
}
