//===- Reshapes.cpp - Reshapes, transposes and broadcasts -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace bitnet::onnx;

/// The input in another shape with as many elements; a list stays a list.
static LogicalResult setReshaped(Node &node, ArrayRef<AffineExpr> shape) {
  Tensor &input = node.input(0);
  if (input.elements && shape.size() <= 1) {
    AffineExpr size = node.graph.product(shape);
    if (failed(node.expectEqual(size,
                                node.graph.constant(input.elements->size()),
                                "the numbers of elements")))
      return failure();
    return node.setList(*input.elements, shape, input.elementType,
                        input.isUnsigned);
  }
  FailureOr<Value> value = node.reshape(node.value(0), input.shape, shape);
  if (failed(value))
    return failure();
  return node.setResult(*value, shape, input.isUnsigned);
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

/// Splits a product into its factors and a constant.
static int64_t getFactors(AffineExpr expr, SmallVectorImpl<AffineExpr> &list) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (binary && expr.getKind() == AffineExprKind::Mul) {
    int64_t constant = getFactors(binary.getLHS(), list);
    return constant * getFactors(binary.getRHS(), list);
  }
  list.push_back(expr);
  return 1;
}

/// The size that makes `known` times it the number of elements of `shape`.
static FailureOr<AffineExpr> inferSize(Node &node, ArrayRef<AffineExpr> shape,
                                       ArrayRef<AffineExpr> known) {
  SmallVector<AffineExpr> factors, divisors;
  int64_t number = 1, divisor = 1;
  for (AffineExpr dim : shape)
    number *= getFactors(dim, factors);
  for (AffineExpr dim : known)
    divisor *= getFactors(dim, divisors);
  for (AffineExpr factor : divisors) {
    auto match = llvm::find(factors, factor);
    if (match == factors.end())
      return node.error() << "the size for -1 is not known: "
                          << node.graph.print(shape) << " by "
                          << node.graph.print(known);
    factors.erase(match);
  }
  AffineExpr rest = node.graph.product(factors);
  AffineExpr total = node.graph.simplify(rest * number);
  if (divisor == 0)
    return node.error() << "the size for -1 is not known: "
                        << node.graph.print(shape) << " by "
                        << node.graph.print(known);
  if (number % divisor == 0)
    return node.graph.simplify(rest * (number / divisor));
  if (failed(node.expectEqual(total % divisor, node.graph.constant(0),
                              "the rest of the size for -1 and nothing")))
    return failure();
  return node.graph.simplify(total.floorDiv(divisor));
}

static LogicalResult lowerReshape(Node &node) {
  Tensor &input = node.input(0);
  bool keepsZero = node.integer("allowzero");
  FailureOr<SmallVector<AffineExpr>> list = node.list(1);
  if (failed(list))
    return failure();
  SmallVector<AffineExpr> shape = *list, known;
  std::optional<size_t> inferred;
  for (auto [i, dim] : llvm::enumerate(shape)) {
    auto constant = dyn_cast<AffineConstantExpr>(dim);
    if (constant && constant.getValue() == -1) {
      if (inferred)
        return node.error() << "input 1 holds -1 twice";
      inferred = i;
      continue;
    }
    if (constant && constant.getValue() < -1)
      return node.error() << "input 1 holds " << constant.getValue()
                          << ", expected a size, 0 or -1";
    if (constant && constant.getValue() == 0 && !keepsZero) {
      if (static_cast<int64_t>(i) >= input.rank())
        return node.error() << "input 1 holds 0 for dimension " << i
                            << ", but input 0 has rank " << input.rank();
      dim = input.shape[i];
    }
    known.push_back(dim);
  }
  if (inferred) {
    FailureOr<AffineExpr> size = inferSize(node, input.shape, known);
    if (failed(size))
      return failure();
    shape[*inferred] = *size;
  }
  return setReshaped(node, shape);
}

static LogicalResult lowerFlatten(Node &node) {
  ArrayRef<AffineExpr> shape = node.input(0).shape;
  int64_t axis = node.integer("axis"), rank = shape.size();
  int64_t first = axis < 0 ? axis + rank : axis;
  if (first < 0 || first > rank)
    return node.error() << "axis " << axis << " is out of range for rank "
                        << rank;
  return setReshaped(node, {node.graph.product(shape.take_front(first)),
                            node.graph.product(shape.drop_front(first))});
}

static LogicalResult lowerSqueeze(Node &node) {
  Tensor &input = node.input(0);
  auto axes = node.constants("axes", 1);
  if (failed(axes))
    return failure();
  AffineExpr one = node.graph.constant(1);
  SmallVector<int64_t> which;
  if (*axes) {
    FailureOr<SmallVector<int64_t>> normal =
        node.normalize(**axes, input.rank());
    if (failed(normal))
      return failure();
    which = *normal;
  } else {
    for (auto [i, dim] : llvm::enumerate(input.shape))
      if (dim == one)
        which.push_back(i);
  }
  SmallVector<AffineExpr> shape;
  for (auto [i, dim] : llvm::enumerate(input.shape)) {
    if (!llvm::is_contained(which, static_cast<int64_t>(i)))
      shape.push_back(dim);
    else if (failed(node.graph.constrainEqual(node.loc(), dim, one)))
      return node.error() << "dimension " << i << " is "
                          << node.graph.print(dim) << ", expected 1";
  }
  return setReshaped(node, shape);
}

static LogicalResult lowerUnsqueeze(Node &node) {
  Tensor &input = node.input(0);
  auto axes = node.constants("axes", 1);
  if (failed(axes))
    return failure();
  int64_t rank = input.rank() + (*axes)->size();
  FailureOr<SmallVector<int64_t>> normal = node.normalize(**axes, rank);
  if (failed(normal))
    return failure();
  SmallVector<AffineExpr> shape;
  ArrayRef<AffineExpr> rest = input.shape;
  for (int64_t i = 0; i < rank; ++i) {
    if (llvm::is_contained(*normal, i)) {
      shape.push_back(node.graph.constant(1));
      continue;
    }
    shape.push_back(rest.front());
    rest = rest.drop_front();
  }
  return setReshaped(node, shape);
}

//===----------------------------------------------------------------------===//
// Transpose, Expand
//===----------------------------------------------------------------------===//

static LogicalResult lowerTranspose(Node &node) {
  Tensor &input = node.input(0);
  SmallVector<int64_t> permutation =
      llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, input.rank())));
  if (auto given = node.findIntegers("perm"))
    permutation = *given;
  SmallVector<int64_t> sorted = permutation;
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, input.rank())))
    return node.error() << "attribute 'perm' is no permutation of "
                        << input.rank() << " axes";
  SmallVector<AffineExpr> shape;
  for (int64_t axis : permutation)
    shape.push_back(input.shape[axis]);
  if (sorted == permutation) {
    node.setResult(0, input);
    return success();
  }
  Value start = node.graph.empty(node.loc(), shape, input.elementType);
  Value result = linalg::TransposeOp::create(node.builder(), node.loc(),
                                             node.value(0), start, permutation)
                     ->getResult(0);
  return node.setResult(result, shape, input.isUnsigned);
}

static LogicalResult lowerExpand(Node &node) {
  Tensor &input = node.input(0);
  FailureOr<SmallVector<AffineExpr>> list = node.list(1);
  if (failed(list))
    return failure();
  FailureOr<SmallVector<AffineExpr>> shape = node.broadcast(input.shape, *list);
  if (failed(shape))
    return failure();
  if (*shape == input.shape) {
    node.setResult(0, input);
    return success();
  }
  auto size = dyn_cast<AffineConstantExpr>(node.graph.product(*shape));
  if (input.elements && input.elements->size() == 1 && shape->size() <= 1 &&
      size && size.getValue() <= kMaxListSize) {
    SmallVector<AffineExpr> elements(size.getValue(), input.elements->front());
    return node.setList(elements, *shape, input.elementType, input.isUnsigned);
  }
  Value result =
      elementwise(node, &input, *shape, input.elementType,
                  [](OpBuilder &, Location, ValueRange in) { return in[0]; });
  return node.setResult(result, *shape, input.isUnsigned);
}

void bitnet::onnx::addReshapes(OperatorTable &table) {
  using Narrow = Operator::Narrow;
  table.add("Expand", lowerExpand).since(8).inputs(2).onNarrow(Narrow::Move);
  table.add("Flatten", lowerFlatten)
      .inputs(1)
      .integer("axis", 1)
      .onNarrow(Narrow::Move);
  table.add("Reshape", lowerReshape)
      .inputs(2)
      .integer("allowzero", 0, from(14))
      .onNarrow(Narrow::Move);
  table.add("Squeeze", lowerSqueeze)
      .inputs(1, until(12))
      .inputs(1, 2, from(13))
      .integers("axes", until(12))
      .onNarrow(Narrow::Move)
      .note("constant axes");
  table.add("Unsqueeze", lowerUnsqueeze)
      .inputs(1, until(12))
      .inputs(2, from(13))
      .requiredIntegers("axes", until(12))
      .onNarrow(Narrow::Move)
      .note("constant axes");
  table.add("Transpose", lowerTranspose)
      .inputs(1)
      .integers("perm")
      .onNarrow(Narrow::Move);
}
