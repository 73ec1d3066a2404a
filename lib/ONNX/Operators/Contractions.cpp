//===- Contractions.cpp - Matrix products ---------------------------------===//
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

using Shape = ArrayRef<AffineExpr>;

/// Rows of any shape times one matrix: the rows are flattened, so that the
/// product is one linalg.matmul.
static FailureOr<Matrix> multiplyRows(Node &node, const Matrix &a,
                                      const Matrix &b, Type sum) {
  Graph &graph = node.graph;
  Shape leading = Shape(a.shape).drop_back();
  AffineExpr depth = a.shape.back(), columns = b.shape.back();
  AffineExpr rows = graph.product(leading);
  FailureOr<Value> flat = node.reshape(a.value, a.shape, {rows, depth});
  if (failed(flat))
    return failure();
  Value start = graph.filled(node.loc(), {rows, columns},
                             node.builder().getZeroAttr(sum));
  Value product = linalg::MatmulOp::create(node.builder(), node.loc(),
                                           ValueRange{*flat, b.value}, start)
                      .getResult(0);
  Matrix result;
  result.shape.assign(leading.begin(), leading.end());
  result.shape.push_back(columns);
  FailureOr<Value> value = node.reshape(product, {rows, columns}, result.shape);
  if (failed(value))
    return failure();
  result.value = *value;
  return result;
}

/// Pairs of matrices: the batch dimensions are flattened into one.
static FailureOr<Matrix> multiplyPairs(Node &node, const Matrix &a,
                                       const Matrix &b, Type sum) {
  Graph &graph = node.graph;
  Shape batch = Shape(a.shape).drop_back(2);
  AffineExpr count = graph.product(batch);
  auto flatten = [&](const Matrix &matrix) {
    size_t rank = matrix.shape.size();
    return node.reshape(
        matrix.value, matrix.shape,
        {count, matrix.shape[rank - 2], matrix.shape[rank - 1]});
  };
  FailureOr<Value> x = flatten(a), y = flatten(b);
  if (failed(x) || failed(y))
    return failure();
  AffineExpr rows = a.shape[batch.size()], columns = b.shape.back();
  SmallVector<AffineExpr> flat = {count, rows, columns};
  Value start = graph.filled(node.loc(), flat, node.builder().getZeroAttr(sum));
  Value product = linalg::BatchMatmulOp::create(node.builder(), node.loc(),
                                                ValueRange{*x, *y}, start)
                      .getResult(0);
  Matrix result;
  result.shape.assign(batch.begin(), batch.end());
  result.shape.append({rows, columns});
  FailureOr<Value> value = node.reshape(product, flat, result.shape);
  if (failed(value))
    return failure();
  result.value = *value;
  return result;
}

/// The general case: batch dimensions that broadcast.
static FailureOr<Matrix> multiplyBroadcast(Node &node, const Matrix &a,
                                           const Matrix &b, Shape batch,
                                           Type sum) {
  OpBuilder &builder = node.builder();
  Matrix result;
  result.shape.assign(batch.begin(), batch.end());
  result.shape.append({a.shape[a.shape.size() - 2], b.shape.back()});
  unsigned rank = batch.size() + 3;
  AffineExpr row = builder.getAffineDimExpr(rank - 3);
  AffineExpr column = builder.getAffineDimExpr(rank - 2);
  AffineExpr depth = builder.getAffineDimExpr(rank - 1);
  auto getMap = [&](Shape shape, AffineExpr first, AffineExpr second) {
    SmallVector<AffineExpr> dims;
    size_t size = shape.size() - 2;
    for (size_t i = 0; i < size; ++i) {
      size_t position = i + batch.size() - size;
      bool isBroadcast = shape[i] != batch[position] &&
                         shape[i] == builder.getAffineConstantExpr(1);
      dims.push_back(isBroadcast ? builder.getAffineConstantExpr(0)
                                 : builder.getAffineDimExpr(position));
    }
    dims.append({first, second});
    return AffineMap::get(rank, 0, dims, builder.getContext());
  };
  AffineMap maps[] = {getMap(a.shape, row, depth),
                      getMap(b.shape, depth, column),
                      getMap(result.shape, row, column)};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators.back() = utils::IteratorType::reduction;
  Value start =
      node.graph.filled(node.loc(), result.shape, builder.getZeroAttr(sum));
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), start.getType(), ValueRange{a.value, b.value}, start,
      maps, iterators, [&](OpBuilder &nested, Location loc, ValueRange in) {
        Value x = castScalar(nested, loc, in[0], false, sum, false);
        Value y = castScalar(nested, loc, in[1], false, sum, false);
        Value next;
        if (isa<FloatType>(sum)) {
          Value product = arith::MulFOp::create(nested, loc, x, y);
          next = arith::AddFOp::create(nested, loc, in[2], product);
        } else {
          Value product = arith::MulIOp::create(nested, loc, x, y);
          next = arith::AddIOp::create(nested, loc, in[2], product);
        }
        linalg::YieldOp::create(nested, loc, next);
      });
  result.value = generic.getResult(0);
  return result;
}

FailureOr<Matrix> bitnet::onnx::multiply(Node &node, Matrix a, Matrix b,
                                         Type sum) {
  if (a.shape.empty() || b.shape.empty())
    return node.error() << "a factor is a scalar, expected rank 1 or more";
  AffineExpr one = node.graph.constant(1);
  bool isRow = a.shape.size() == 1, isColumn = b.shape.size() == 1;
  if (isColumn) {
    FailureOr<Value> column = node.reshape(b.value, b.shape, {b.shape[0], one});
    if (failed(column))
      return failure();
    b = {*column, {b.shape[0], one}};
  }
  size_t bRank = b.shape.size();
  if (failed(node.expectEqual(a.shape.back(), b.shape[bRank - 2],
                              "the depths of the factors")))
    return failure();

  FailureOr<Matrix> result;
  if (bRank == 2) {
    result = multiplyRows(node, a, b, sum);
  } else {
    if (isRow) {
      FailureOr<Value> row = node.reshape(a.value, a.shape, {one, a.shape[0]});
      if (failed(row))
        return failure();
      a = {*row, {one, a.shape[0]}};
    }
    Shape aBatch = Shape(a.shape).drop_back(2);
    Shape bBatch = Shape(b.shape).drop_back(2);
    FailureOr<SmallVector<AffineExpr>> batch = node.broadcast(aBatch, bBatch);
    if (failed(batch))
      return failure();
    result = aBatch == bBatch ? multiplyPairs(node, a, b, sum)
                              : multiplyBroadcast(node, a, b, *batch, sum);
  }
  if (failed(result))
    return failure();
  // Vectors became matrices with one row or one column; undo that.
  SmallVector<AffineExpr> shape = result->shape;
  if (isColumn)
    shape.pop_back();
  if (isRow && bRank > 2)
    shape.erase(shape.end() - (isColumn ? 1 : 2));
  FailureOr<Value> value = node.reshape(result->value, result->shape, shape);
  if (failed(value))
    return failure();
  return Matrix{*value, shape};
}

static LogicalResult lowerMatMul(Node &node) {
  Tensor &a = node.input(0), &b = node.input(1);
  FailureOr<Matrix> result = multiply(node, {node.value(0), a.shape},
                                      {node.value(1), b.shape}, a.elementType);
  if (failed(result))
    return failure();
  return node.setResult(result->value, result->shape, a.isUnsigned);
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

static Matrix getFactor(Node &node, unsigned number, bool isTransposed) {
  Tensor &input = node.input(number);
  Matrix matrix = {node.value(number), input.shape};
  if (!isTransposed)
    return matrix;
  std::reverse(matrix.shape.begin(), matrix.shape.end());
  matrix.value =
      linalg::TransposeOp::create(
          node.builder(), node.loc(), matrix.value,
          node.graph.empty(node.loc(), matrix.shape, input.elementType),
          ArrayRef<int64_t>{1, 0})
          ->getResult(0);
  return matrix;
}

static LogicalResult lowerGemm(Node &node) {
  double alpha = node.real("alpha"), beta = node.real("beta");
  for (unsigned i = 0; i < 2; ++i)
    if (node.input(i).rank() != 2)
      return node.error() << "input " << i << " has rank "
                          << node.input(i).rank() << ", expected 2";
  Type type = node.input(0).elementType;
  FailureOr<Matrix> product =
      multiply(node, getFactor(node, 0, node.integer("transA")),
               getFactor(node, 1, node.integer("transB")), type);
  if (failed(product))
    return failure();

  Tensor sum;
  sum.elementType = type;
  sum.shape = product->shape;
  sum.value = product->value;
  SmallVector<Tensor *> inputs = {&sum};
  bool hasBias = node.has(2);
  if (hasBias) {
    Tensor &bias = node.input(2);
    FailureOr<SmallVector<AffineExpr>> shape =
        node.broadcast(sum.shape, bias.shape);
    if (failed(shape))
      return failure();
    if (*shape != sum.shape)
      return node.error() << "input 2 has shape "
                          << node.graph.print(bias.shape)
                          << ", which does not broadcast to "
                          << node.graph.print(sum.shape);
    inputs.push_back(&bias);
  }
  if (!hasBias && alpha == 1)
    return node.setResult(sum.value, sum.shape);
  Value result = elementwise(
      node, inputs, sum.shape, type,
      [&](OpBuilder &b, Location loc, ValueRange in) {
        auto scale = [&](Value value, double factor) -> Value {
          if (factor == 1)
            return value;
          return arith::MulFOp::create(b, loc, value,
                                       getScalar(b, loc, type, factor));
        };
        Value value = scale(in[0], alpha);
        if (hasBias)
          value = arith::AddFOp::create(b, loc, value, scale(in[1], beta));
        return value;
      });
  return node.setResult(result, sum.shape);
}

void bitnet::onnx::addContractions(OperatorTable &table) {
  table.add("Gemm", lowerGemm)
      .inputs(2, 3)
      .isFloat(0)
      .haveSameType(0, 1)
      .haveSameType(0, 2)
      .real("alpha", 1)
      .real("beta", 1)
      .integer("transA", 0)
      .integer("transB", 0)
      .note("floats only");
  table.add("MatMul", lowerMatMul).inputs(2).haveSameType(0, 1);
}
