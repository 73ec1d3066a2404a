//===- Shapes.cpp - Broadcasting and reshaping ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet::onnx;

LogicalResult Node::expectEqual(AffineExpr a, AffineExpr b, StringRef what) {
  if (succeeded(graph.constrainEqual(loc(), a, b)))
    return success();
  return error() << what << " differ: " << graph.print(a) << " and "
                 << graph.print(b);
}

FailureOr<SmallVector<AffineExpr>> Node::broadcast(ArrayRef<AffineExpr> a,
                                                   ArrayRef<AffineExpr> b) {
  AffineExpr one = graph.constant(1);
  size_t rank = std::max(a.size(), b.size());
  SmallVector<AffineExpr> shape;
  for (size_t i = 0; i < rank; ++i) {
    AffineExpr x = i + a.size() < rank ? one : a[i + a.size() - rank];
    AffineExpr y = i + b.size() < rank ? one : b[i + b.size() - rank];
    if (x == y || y == one) {
      shape.push_back(x);
      continue;
    }
    // Two sizes that differ in form are taken for equal, unless one is a 1.
    if (x != one && failed(graph.constrainEqual(loc(), x, y)))
      return error() << "shapes " << graph.print(a) << " and " << graph.print(b)
                     << " do not broadcast";
    bool takeY = x == one || isa<AffineConstantExpr>(y);
    shape.push_back(takeY ? y : x);
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

namespace {
/// Runs of dimensions on both sides that hold the same elements.
struct Groups {
  SmallVector<ReassociationIndices> from, to;
};
} // namespace

/// Splits both shapes into the shortest runs of equal size.
static std::optional<Groups> getGroups(Graph &graph, ArrayRef<AffineExpr> from,
                                       ArrayRef<AffineExpr> to) {
  Groups groups;
  size_t i = 0, j = 0;
  auto findRun = [&]() -> std::optional<std::pair<size_t, size_t>> {
    size_t rest = from.size() - i + to.size() - j;
    for (size_t sum = 2; sum <= rest; ++sum)
      for (size_t n = 1; n < sum; ++n)
        if (n <= from.size() - i && sum - n <= to.size() - j &&
            graph.product(from.slice(i, n)) ==
                graph.product(to.slice(j, sum - n)))
          return std::make_pair(n, sum - n);
    return std::nullopt;
  };
  while (i < from.size() && j < to.size()) {
    auto run = findRun();
    if (!run)
      return std::nullopt;
    groups.from.push_back(
        llvm::to_vector<2>(llvm::seq<int64_t>(i, i + run->first)));
    groups.to.push_back(
        llvm::to_vector<2>(llvm::seq<int64_t>(j, j + run->second)));
    i += run->first;
    j += run->second;
  }
  // What is left on one side must be ones; they join the last run.
  AffineExpr one = graph.constant(1);
  if (graph.product(from.drop_front(i)) != one ||
      graph.product(to.drop_front(j)) != one)
    return std::nullopt;
  for (; i < from.size() && !groups.from.empty(); ++i)
    groups.from.back().push_back(i);
  for (; j < to.size() && !groups.to.empty(); ++j)
    groups.to.back().push_back(j);
  return groups;
}

/// All elements in a row and back: of factors that are not known to match only
/// run time knows how they do.
Value Node::reshapeByElements(Value value, ArrayRef<AffineExpr> to) {
  auto all = [](int64_t rank) {
    return SmallVector<ReassociationIndices>{
        llvm::to_vector<2>(llvm::seq<int64_t>(0, rank))};
  };
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType result = graph.getType(to, type.getElementType());
  if (type.getRank() != 1)
    value = tensor::CollapseShapeOp::create(builder(), loc(), value,
                                            all(type.getRank()));
  // Both sides of the row know what the shape on their side says.
  int64_t count =
      result.hasStaticShape() ? result.getNumElements() : ShapedType::kDynamic;
  auto row = RankedTensorType::get({count}, type.getElementType());
  if (value.getType() != row)
    value = tensor::CastOp::create(builder(), loc(), row, value);
  if (to.size() == 1)
    return value;
  return tensor::ExpandShapeOp::create(builder(), loc(), result, value,
                                       all(to.size()), graph.fold(loc(), to));
}

FailureOr<Value> Node::reshape(Value value, ArrayRef<AffineExpr> from,
                               ArrayRef<AffineExpr> to) {
  if (from == to)
    return value;
  if (failed(
          graph.constrainEqual(loc(), graph.product(from), graph.product(to))))
    return error() << "shape " << graph.print(from)
                   << " does not have as many elements as " << graph.print(to);
  Type elementType = cast<RankedTensorType>(value.getType()).getElementType();
  RankedTensorType type = graph.getType(to, elementType);

  std::optional<Groups> groups = getGroups(graph, from, to);
  if (!groups)
    return reshapeByElements(value, to);
  SmallVector<AffineExpr> middle;
  for (const ReassociationIndices &run : groups->from)
    middle.push_back(graph.product(from.slice(run.front(), run.size())));
  if (middle.size() < from.size())
    value = tensor::CollapseShapeOp::create(builder(), loc(),
                                            graph.getType(middle, elementType),
                                            value, groups->from);
  if (middle.size() < to.size())
    value = tensor::ExpandShapeOp::create(builder(), loc(), type, value,
                                          groups->to, graph.fold(loc(), to));
  return value;
}

FailureOr<Tensor> Node::reshape(Tensor &tensor, ArrayRef<AffineExpr> to) {
  FailureOr<Value> reshaped = reshape(value(tensor), tensor.shape, to);
  if (failed(reshaped))
    return failure();
  Tensor result = tensor;
  result.elements.reset();
  result.value = *reshaped;
  result.shape.assign(to.begin(), to.end());
  return result;
}
