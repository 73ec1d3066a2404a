//===- Movement.cpp - Elements put elsewhere ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace bitnet::evaluator;

/// The elements of `x` at `base` and on by `strides`, in the order of `shape`.
static std::optional<Tensor> copy(const Node &node, const Tensor &x,
                                  const Shape &shape, const Strides &strides,
                                  int64_t base = 0) {
  auto result = makeResult(node, x.type, shape);
  if (!result)
    return std::nullopt;
  return visit(x.type, [&](auto element) {
    using T = decltype(element);
    T *out = result->as<T>();
    const T *in = x.values<T>().data() + base;
    forEachElement<1>(shape, {strides}, [&](int64_t index, auto offsets) {
      out[index] = in[offsets[0]];
    });
    return result->tensor;
  });
}

static std::optional<Tensor> evaluateTranspose(const Node &node) {
  const Tensor *x = input(node, 0);
  if (!x)
    return std::nullopt;
  Strides order;
  if (auto permutation = intsAttribute(node, "perm"))
    order.assign(permutation->begin(), permutation->end());
  else
    for (int64_t d = x->rank(); d-- > 0;)
      order.push_back(d);
  Strides sorted = order, own = stridesOf(x->shape), strides;
  llvm::sort(sorted);
  if (int64_t(order.size()) != x->rank() ||
      !llvm::equal(sorted, llvm::seq<int64_t>(0, x->rank())))
    return std::nullopt;
  Shape shape;
  for (int64_t d : order) {
    shape.push_back(x->shape[d]);
    strides.push_back(own[d]);
  }
  return copy(node, *x, shape, strides);
}

static std::optional<Tensor> evaluateExpand(const Node &node) {
  const Tensor *x = input(node, 0);
  auto to = integers(input(node, 1));
  auto shape = x && to ? broadcast(x->shape, *to) : std::nullopt;
  if (!shape)
    return std::nullopt;
  return copy(node, *x, *shape, broadcastStrides(x->shape, *shape));
}

static std::optional<Tensor> evaluateSlice(const Node &node) {
  const Tensor *x = input(node, 0);
  // Inputs since operator set 10, attributes before.
  auto starts = integersOf(node, 1, "starts");
  auto ends = integersOf(node, 2, "ends");
  auto axes = integersOf(node, 3, "axes");
  auto steps = integers(input(node, 4));
  if (!x || !starts || !ends || starts->size() != ends->size())
    return std::nullopt;
  if (!axes) {
    axes.emplace(starts->size());
    std::iota(axes->begin(), axes->end(), 0);
  }
  if (!steps)
    steps.emplace(starts->size(), 1);
  if (axes->size() != starts->size() || steps->size() != starts->size())
    return std::nullopt;
  Shape shape = x->shape;
  Strides own = stridesOf(x->shape), strides = own;
  int64_t base = 0;
  llvm::SmallVector<int64_t> seen;
  for (auto [start, end, step, given] :
       llvm::zip_equal(*starts, *ends, *steps, *axes)) {
    auto axis = normalizeAxis(given, x->rank());
    if (!axis || step == 0 || llvm::is_contained(seen, *axis))
      return std::nullopt;
    seen.push_back(*axis);
    // Ends lie far outside to say "to the end"; so may steps.
    int64_t dim = x->shape[*axis];
    step = std::clamp(step, -dim - 1, dim + 1);
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? dim : dim - 1;
    start = std::clamp(start < 0 ? start + dim : start, step > 0 ? 0 : low + 1,
                       std::max<int64_t>(high, 0));
    end = std::clamp(end < 0 ? end + dim : end, low, high);
    int64_t span = step > 0 ? end - start : start - end;
    int64_t magnitude = std::abs(step);
    shape[*axis] =
        dim == 0 || span <= 0 ? 0 : (span + magnitude - 1) / magnitude;
    base += start * own[*axis];
    strides[*axis] = own[*axis] * step;
  }
  return copy(node, *x, shape, strides, base);
}

/// Elements before and after `axis` in `shape`.
static std::pair<int64_t, int64_t> around(const Shape &shape, int64_t axis) {
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < int64_t(shape.size()); ++d)
    if (d != axis)
      (d < axis ? outer : inner) *= shape[d];
  return {outer, inner};
}

static std::optional<Tensor> evaluateConcat(const Node &node) {
  if (node.inputs.empty() || llvm::is_contained(node.inputs, nullptr))
    return std::nullopt;
  const Tensor &first = *node.inputs[0];
  auto axis = normalizeAxis(intAttribute(node, "axis", 0), first.rank());
  if (!axis)
    return std::nullopt;
  Shape shape = first.shape;
  shape[*axis] = 0;
  int64_t total = 0;
  for (const Tensor *part : node.inputs) {
    Shape expected = part->shape;
    if (part->type != first.type || part->rank() != first.rank())
      return std::nullopt;
    expected[*axis] = 0;
    if (expected != shape)
      return std::nullopt;
    total += part->shape[*axis];
  }
  shape[*axis] = total;
  auto result = makeResult(node, first.type, shape);
  if (!result)
    return std::nullopt;
  auto [outer, inner] = around(shape, *axis);
  char *out = result->data;
  for (int64_t o = 0; o < outer; ++o)
    for (const Tensor *part : node.inputs) {
      size_t bytes = part->shape[*axis] * inner * byteWidth(part->type);
      if (bytes)
        std::memcpy(out, part->data + o * bytes, bytes);
      out += bytes;
    }
  return result->tensor;
}

static std::optional<Tensor> evaluateGather(const Node &node) {
  const Tensor *x = input(node, 0), *where = input(node, 1);
  auto indices = integers(where);
  auto axis = x ? normalizeAxis(intAttribute(node, "axis", 0), x->rank())
                : std::nullopt;
  if (!indices || !axis)
    return std::nullopt;
  Shape shape(x->shape.begin(), x->shape.begin() + *axis);
  shape.insert(shape.end(), where->shape.begin(), where->shape.end());
  shape.insert(shape.end(), x->shape.begin() + *axis + 1, x->shape.end());
  auto result = makeResult(node, x->type, shape);
  if (!result)
    return std::nullopt;
  for (int64_t &index : *indices) {
    auto normal = normalizeAxis(index, x->shape[*axis]);
    if (!normal)
      return std::nullopt;
    index = *normal;
  }
  auto [outer, inner] = around(x->shape, *axis);
  size_t bytes = inner * byteWidth(x->type);
  char *out = result->data;
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t index : *indices) {
      if (bytes)
        std::memcpy(out, x->data + (o * x->shape[*axis] + index) * bytes,
                    bytes);
      out += bytes;
    }
  return result->tensor;
}

llvm::ArrayRef<Operator> bitnet::evaluator::movementOperators() {
  static const Operator table[] = {
      {"Transpose", evaluateTranspose}, {"Expand", evaluateExpand},
      {"Slice", evaluateSlice},         {"Concat", evaluateConcat},
      {"Gather", evaluateGather},
  };
  return table;
}
