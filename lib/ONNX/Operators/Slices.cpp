//===- Slices.cpp - Slice and Split ---------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet::onnx;

Value bitnet::onnx::extractSlice(Node &node, ArrayRef<AffineExpr> starts,
                                 ArrayRef<AffineExpr> sizes,
                                 ArrayRef<int64_t> steps) {
  Graph &graph = node.graph;
  // Nothing may be read from the end of an axis on; upstream's verifier wants
  // a start that exists all the same.
  AffineExpr zero = graph.constant(0);
  SmallVector<AffineExpr> offsets(starts);
  for (auto [offset, size] : llvm::zip_equal(offsets, sizes))
    if (size == zero)
      offset = zero;
  SmallVector<OpFoldResult> strides =
      llvm::map_to_vector(steps, [&](int64_t step) -> OpFoldResult {
        return node.builder().getIndexAttr(step);
      });
  return tensor::ExtractSliceOp::create(
      node.builder(), node.loc(),
      graph.getType(sizes, node.input(0).elementType), node.value(0),
      graph.fold(node.loc(), offsets), graph.fold(node.loc(), sizes), strides);
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

/// A bound of a slice with positive step as a position in [0, size].
static FailureOr<AffineExpr> getBound(Node &node, AffineExpr bound,
                                      AffineExpr size, StringRef what,
                                      bool clamps) {
  Graph &graph = node.graph;
  AffineExpr zero = graph.constant(0);
  auto constant = dyn_cast<AffineConstantExpr>(bound);
  auto extent = dyn_cast<AffineConstantExpr>(size);
  if (constant && extent) {
    int64_t position = constant.getValue();
    if (position < 0)
      position += extent.getValue();
    return graph.constant(std::clamp<int64_t>(position, 0, extent.getValue()));
  }
  if (constant && constant.getValue() >= std::numeric_limits<int32_t>::max())
    return size;
  if (constant && constant.getValue() <= std::numeric_limits<int32_t>::min())
    return zero;
  // Whether a symbolic bound counts from the end must be known.
  bool isNegative = constant ? constant.getValue() < 0
                             : getLowerBound(-bound).value_or(0) > 0;
  if (!isNegative && getLowerBound(bound).value_or(-1) < 0)
    return node.error() << "it is not known whether " << what << " "
                        << graph.print(bound) << " counts from the end";
  AffineExpr position = graph.simplify(isNegative ? bound + size : bound);
  if (constant && clamps)
    return isNegative ? graph.positivePart(position)
                      : graph.minimum(size, bound);
  if (failed(graph.constrainNonNegative(node.loc(), position)))
    return zero;
  if (failed(graph.constrainNonNegative(node.loc(), size - position)))
    return size;
  return position;
}

namespace {
/// What a Slice says, an entry for each of its axes.
struct Bounds {
  SmallVector<AffineExpr> starts, ends;
  SmallVector<int64_t> axes, steps;
};
} // namespace

/// Inputs from opset 10 on, before that attributes without steps.
static FailureOr<Bounds> readSlice(Node &node) {
  FailureOr<SmallVector<AffineExpr>> starts = node.list("starts", 1);
  FailureOr<SmallVector<AffineExpr>> ends = node.list("ends", 2);
  if (failed(starts) || failed(ends))
    return failure();
  FailureOr<std::optional<SmallVector<int64_t>>> axes =
      node.constants("axes", 3);
  if (failed(axes))
    return failure();
  FailureOr<SmallVector<int64_t>> steps =
      SmallVector<int64_t>(starts->size(), 1);
  if (node.has(4) && failed(steps = node.constants(4)))
    return failure();
  if (!*axes)
    *axes = llvm::to_vector(llvm::seq<int64_t>(0, starts->size()));
  Bounds bounds = {*starts, *ends, **axes, *steps};
  if (ends->size() != starts->size() || bounds.axes.size() != starts->size() ||
      steps->size() != starts->size())
    return node.error() << "has " << starts->size() << " starts, "
                        << ends->size() << " ends, " << bounds.axes.size()
                        << " axes and " << steps->size()
                        << " steps, expected as many of each";
  if (failed(node.normalize(bounds.axes, node.input(0).rank())))
    return failure();
  return bounds;
}

/// Whether constant bounds name one element whatever the size, if it is there:
/// x[2:3], x[-2:-1] or x[-1:].
static bool namesOne(int64_t start, int64_t end) {
  if (start == -1)
    return end >= std::numeric_limits<int32_t>::max();
  return start < std::numeric_limits<int32_t>::max() && end == start + 1;
}

namespace {
struct Interval {
  AffineExpr offset, length;
};
} // namespace

/// What the bounds leave of an axis, before steps.
static FailureOr<Interval> getInterval(Node &node, AffineExpr start,
                                       AffineExpr end, AffineExpr size) {
  Graph &graph = node.graph;
  // Constants are clamped to an axis that may be shorter. But where they name
  // one element, the first or the last, say, it is meant to be there, and the
  // size stays known: a call without it is refused.
  auto first = dyn_cast<AffineConstantExpr>(start);
  auto last = dyn_cast<AffineConstantExpr>(end);
  bool isOne = first && last && namesOne(first.getValue(), last.getValue());
  FailureOr<AffineExpr> from = getBound(node, start, size, "start", !isOne);
  FailureOr<AffineExpr> to = getBound(node, end, size, "end", !isOne);
  if (failed(from) || failed(to))
    return failure();
  AffineExpr length = graph.simplify(*to - *from);
  if (!first || !last || isOne) {
    if (failed(graph.constrainNonNegative(node.loc(), length)))
      length = graph.constant(0);
    return Interval{*from, length};
  }
  // No start is past the end of the axis, and bounds that count from the same
  // side are in their order or not, whatever the size.
  if (*to == size)
    return Interval{*from, length};
  if ((first.getValue() < 0) != (last.getValue() < 0))
    length = graph.positivePart(length);
  else if (first.getValue() > last.getValue())
    length = graph.constant(0);
  return Interval{*from, length};
}

/// The same for a negative step: the elements before and at `start`, down to
/// the one behind `end`, as the offset of the first and their number.
static FailureOr<Interval> getBackwardInterval(Node &node, AffineExpr start,
                                               AffineExpr end,
                                               AffineExpr size) {
  Graph &graph = node.graph;
  auto first = dyn_cast<AffineConstantExpr>(start);
  auto last = dyn_cast<AffineConstantExpr>(end);
  auto extent = dyn_cast<AffineConstantExpr>(size);
  constexpr int64_t far = std::numeric_limits<int32_t>::max();
  if (first && last && extent) {
    auto clamp = [&](int64_t bound) {
      bound += bound < 0 ? extent.getValue() : 0;
      return std::clamp<int64_t>(bound, -1, extent.getValue() - 1);
    };
    int64_t from = clamp(first.getValue()), to = clamp(last.getValue());
    return Interval{graph.constant(std::max<int64_t>(from, 0)),
                    graph.constant(std::max<int64_t>(from - to, 0))};
  }
  bool isWhole = first && last && last.getValue() <= -far &&
                 (first.getValue() == -1 || first.getValue() >= far);
  if (!isWhole)
    return node.error() << "a negative step needs constant bounds and an axis "
                        << "of known size, or the whole axis";
  return Interval{graph.simplify(size - 1), size};
}

/// The elements of input 0 at `offsets` and on by `steps`, some of which go
/// backwards.
static Value extractBackward(Node &node, ArrayRef<AffineExpr> offsets,
                             ArrayRef<AffineExpr> sizes,
                             ArrayRef<int64_t> steps) {
  Value source = node.value(0);
  SmallVector<Value> starts =
      llvm::map_to_vector(offsets, [&](AffineExpr offset) {
        return node.graph.index(node.loc(), offset);
      });
  return elementwise(
      node, {}, sizes, node.input(0).elementType,
      [&](OpBuilder &b, Location loc, ValueRange) -> Value {
        SmallVector<Value> position;
        for (auto [dim, start] : llvm::enumerate(starts)) {
          Value index = linalg::IndexOp::create(b, loc, dim);
          Value step = arith::ConstantIndexOp::create(b, loc, steps[dim]);
          Value distance = arith::MulIOp::create(b, loc, index, step);
          position.push_back(arith::AddIOp::create(b, loc, start, distance));
        }
        return tensor::ExtractOp::create(b, loc, source, position);
      });
}

static LogicalResult lowerSlice(Node &node) {
  FailureOr<Bounds> bounds = readSlice(node);
  if (failed(bounds))
    return failure();
  Graph &graph = node.graph;
  Tensor &data = node.input(0);
  SmallVector<AffineExpr> offsets(data.rank(), graph.constant(0));
  SmallVector<AffineExpr> sizes = data.shape;
  SmallVector<int64_t> strides(data.rank(), 1);
  for (auto [start, end, axis, step] : llvm::zip_equal(
           bounds->starts, bounds->ends, bounds->axes, bounds->steps)) {
    if (step == 0)
      return node.error() << "a step is 0";
    int64_t i = axis < 0 ? axis + data.rank() : axis;
    FailureOr<Interval> interval =
        step < 0 ? getBackwardInterval(node, start, end, data.shape[i])
                 : getInterval(node, start, end, data.shape[i]);
    if (failed(interval))
      return failure();
    // Steps, too, may lie far outside; no axis has that many elements.
    int64_t width = std::min<uint64_t>(step < 0 ? -uint64_t(step) : step,
                                       std::numeric_limits<int32_t>::max());
    offsets[i] = interval->offset;
    sizes[i] = graph.simplify(interval->length.ceilDiv(width));
    strides[i] = step < 0 ? -width : width;
  }
  // Bounds that only run time knows make data of a list.
  auto begin = data.elements && data.rank() == 1
                   ? dyn_cast<AffineConstantExpr>(offsets[0])
                   : AffineConstantExpr();
  if (begin && isa<AffineConstantExpr>(sizes[0])) {
    SmallVector<AffineExpr> elements;
    int64_t position = begin.getValue();
    int64_t size = cast<AffineConstantExpr>(sizes[0]).getValue();
    for (int64_t i = 0; i < size; ++i, position += strides[0])
      elements.push_back((*data.elements)[position]);
    return node.setList(elements, sizes, data.elementType, data.isUnsigned);
  }
  bool isBackward =
      llvm::any_of(strides, [](int64_t stride) { return stride < 0; });
  Value result = isBackward ? extractBackward(node, offsets, sizes, strides)
                            : extractSlice(node, offsets, sizes, strides);
  return node.setResult(result, sizes, data.isUnsigned);
}

//===----------------------------------------------------------------------===//
// Split
//===----------------------------------------------------------------------===//

static LogicalResult lowerSplit(Node &node) {
  Graph &graph = node.graph;
  Tensor &data = node.input(0);
  FailureOr<int64_t> axis = node.axis(data.rank());
  int64_t count = node.op.getOutputs().size();
  if (failed(axis))
    return failure();
  if (auto stated = node.findInteger("num_outputs"); stated && *stated != count)
    return node.error() << "attribute 'num_outputs' is " << *stated
                        << ", expected " << count;
  AffineExpr size = data.shape[*axis];
  SmallVector<AffineExpr> lengths;
  if (node.findIntegers("split") || node.has(1)) {
    FailureOr<SmallVector<AffineExpr>> list = node.list("split", 1);
    if (failed(list))
      return failure();
    lengths = *list;
  } else {
    // Equal parts; the last is shorter if there is a rest.
    AffineExpr part = graph.simplify(size.ceilDiv(count));
    lengths.assign(count - 1, part);
    lengths.push_back(graph.simplify(size - part * (count - 1)));
  }
  AffineExpr total = graph.constant(0);
  for (AffineExpr length : lengths) {
    total = graph.simplify(total + length);
    if (failed(graph.constrainNonNegative(node.loc(), length)))
      return node.error() << "a part has size " << graph.print(length);
  }
  if (static_cast<int64_t>(lengths.size()) != count)
    return node.error() << "has " << lengths.size() << " sizes for " << count
                        << " outputs";
  if (failed(
          node.expectEqual(total, size, "the sum of the parts and the axis")))
    return failure();

  SmallVector<AffineExpr> offsets(data.rank(), graph.constant(0));
  SmallVector<int64_t> steps(data.rank(), 1);
  for (auto [number, length] : llvm::enumerate(lengths)) {
    Tensor part;
    part.elementType = data.elementType;
    part.isUnsigned = data.isUnsigned;
    part.shape = data.shape;
    part.shape[*axis] = length;
    part.value = extractSlice(node, offsets, part.shape, steps);
    offsets[*axis] = graph.simplify(offsets[*axis] + length);
    node.setResult(number, std::move(part));
  }
  return success();
}

void bitnet::onnx::addSlices(OperatorTable &table) {
  table.add("Slice", lowerSlice)
      .inputs(1, until(9))
      .inputs(3, 5, from(10))
      .integers("starts", until(9))
      .integers("ends", until(9))
      .integers("axes", until(9))
      .onNarrow(Operator::Narrow::Move)
      .note("constant axes and steps");
  table.add("Split", lowerSplit)
      .inputs(1, until(12))
      .inputs(1, 2, from(13))
      .outputs(1, Operator::kAny)
      .integer("axis", 0)
      .integers("split", until(12))
      .optionalInteger("num_outputs", from(18))
      .onNarrow(Operator::Narrow::Move);
}
