//===- Indexing.cpp - Gather ----------------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "bitnet/Support/Locations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet::onnx;

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

/// Counts an index of `value` to `number` in the status if it is not in
/// [-size, size). The first failed check stays.
static void checkIndices(Node &node, Value indices, Value size,
                         int64_t number) {
  OpBuilder &builder = node.builder();
  int64_t rank = cast<RankedTensorType>(indices.getType()).getRank();
  AffineMap maps[] = {builder.getMultiDimIdentityMap(rank),
                      AffineMap::get(rank, 0, builder.getContext())};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  Value status = node.graph.status;
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), status.getType(), indices, status, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange in) {
        Value index =
            arith::IndexCastOp::create(b, loc, b.getIndexType(), in[0]);
        Value moved = arith::AddIOp::create(b, loc, index, size);
        // One unsigned comparison: -size <= index < size.
        Value twice = arith::AddIOp::create(b, loc, size, size);
        Value isOutside = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::uge, moved, twice);
        Value zero = getScalar(b, loc, in[1].getType(), 0);
        Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                              in[1], zero);
        Value fails = arith::AndIOp::create(b, loc, isOutside, isFirst);
        Value code = getScalar(b, loc, in[1].getType(), number);
        linalg::YieldOp::create(
            b, loc,
            arith::SelectOp::create(b, loc, fails, code, in[1]).getResult());
      });
  node.graph.status = generic.getResult(0);
}

/// Gather by indices that are data.
static LogicalResult gatherData(Node &node, int64_t axis) {
  Graph &graph = node.graph;
  OpBuilder &builder = node.builder();
  Tensor &data = node.input(0), &indices = node.input(1);
  AffineExpr size = data.shape[axis];
  // An empty axis has nothing to read, not even after clamping.
  if (failed(graph.constrainNonNegative(node.loc(), size - 1)))
    return node.error() << "axis " << axis << " is empty";
  Value source = node.value(0);
  Value count = graph.index(node.loc(), size);
  checkIndices(node, node.value(1), count,
               graph.addCheck(("node '" + bitnet::nodeName(node.loc()) +
                               "': index out of range [-" + graph.print(size) +
                               ", " + graph.print(size) + ")")
                                  .str()));

  SmallVector<AffineExpr> shape(data.shape.begin(), data.shape.begin() + axis);
  shape.append(indices.shape);
  shape.append(data.shape.begin() + axis + 1, data.shape.end());
  int64_t rank = shape.size();
  SmallVector<AffineExpr> dims;
  for (int64_t i = 0; i < indices.rank(); ++i)
    dims.push_back(builder.getAffineDimExpr(axis + i));
  AffineMap maps[] = {AffineMap::get(rank, 0, dims, builder.getContext()),
                      builder.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value start = graph.empty(node.loc(), shape, data.elementType);
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), start.getType(), node.value(1), start, maps,
      iterators, [&](OpBuilder &b, Location loc, ValueRange in) {
        Value zero = arith::ConstantIndexOp::create(b, loc, 0);
        Value one = arith::ConstantIndexOp::create(b, loc, 1);
        Value index =
            arith::IndexCastOp::create(b, loc, b.getIndexType(), in[0]);
        Value isNegative = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::slt, index, zero);
        Value wrapped = arith::AddIOp::create(b, loc, index, count);
        index = arith::SelectOp::create(b, loc, isNegative, wrapped, index);
        Value last = arith::SubIOp::create(b, loc, count, one);
        index = arith::MaxSIOp::create(b, loc, index, zero);
        index = arith::MinSIOp::create(b, loc, index, last);
        SmallVector<Value> position;
        for (int64_t i = 0; i < rank; ++i)
          if (i < axis || i >= axis + indices.rank())
            position.push_back(linalg::IndexOp::create(b, loc, i));
        position.insert(position.begin() + axis, index);
        Value element = tensor::ExtractOp::create(b, loc, source, position);
        linalg::YieldOp::create(b, loc, element);
      });
  return node.setResult(generic.getResult(0), shape, data.isUnsigned);
}

static LogicalResult lowerGather(Node &node) {
  Graph &graph = node.graph;
  Tensor &data = node.input(0), &indices = node.input(1);
  FailureOr<int64_t> axis = node.axis(data.rank());
  if (failed(axis))
    return failure();
  std::optional<SmallVector<int64_t>> constants = indices.constants();
  AffineExpr size = data.shape[*axis];
  if (!constants)
    return gatherData(node, *axis);

  SmallVector<AffineExpr> positions;
  for (int64_t index : *constants) {
    AffineExpr position = index < 0 ? size + index : graph.constant(index);
    if (failed(graph.constrainNonNegative(node.loc(), position)) ||
        failed(graph.constrainNonNegative(node.loc(), size - 1 - position)))
      return node.error() << "index " << index << " is out of range [-"
                          << graph.print(size) << ", " << graph.print(size)
                          << ")";
    positions.push_back(graph.simplify(position));
  }
  if (data.elements) {
    SmallVector<AffineExpr> elements;
    for (AffineExpr position : positions)
      elements.push_back(
          (*data.elements)[cast<AffineConstantExpr>(position).getValue()]);
    return node.setList(elements, indices.shape, data.elementType,
                        data.isUnsigned);
  }
  if (indices.rank() > 0)
    return gatherData(node, *axis);
  // One index: a slice without the axis.
  SmallVector<AffineExpr> offsets(data.rank(), graph.constant(0));
  SmallVector<AffineExpr> sizes = data.shape, shape = data.shape;
  offsets[*axis] = positions.front();
  sizes[*axis] = graph.constant(1);
  shape.erase(shape.begin() + *axis);
  Value slice =
      extractSlice(node, offsets, sizes, SmallVector<int64_t>(data.rank(), 1));
  FailureOr<Value> result = node.reshape(slice, sizes, shape);
  if (failed(result))
    return failure();
  return node.setResult(*result, shape, data.isUnsigned);
}

void bitnet::onnx::addIndexing(OperatorTable &table) {
  table.add("Gather", lowerGather)
      .inputs(2)
      .isInteger(1)
      .integer("axis", 0)
      .onNarrow(Operator::Narrow::Move);
}
