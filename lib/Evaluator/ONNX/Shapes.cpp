//===- Shapes.cpp - Shapes, and tensors made from them --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>

using namespace bitnet::evaluator;

/// `x` seen with another shape; the elements are shared.
static std::optional<Tensor> reshaped(const Tensor &x, Shape shape) {
  Tensor result = x;
  result.shape = std::move(shape);
  for (int64_t dim : result.shape)
    if (dim < 0)
      return std::nullopt;
  if (result.count() != x.count())
    return std::nullopt;
  return result;
}

static std::optional<Tensor> evaluateIdentity(const Node &node) {
  const Tensor *x = input(node, 0);
  return x ? std::optional<Tensor>(*x) : std::nullopt;
}

static std::optional<Tensor> evaluateReshape(const Node &node) {
  const Tensor *x = input(node, 0);
  auto shape = integersOf(node, 1, "shape");
  if (!x || !shape)
    return std::nullopt;
  bool keepsZero = intAttribute(node, "allowzero", 0);
  int64_t known = 1, inferred = -1;
  for (auto [d, dim] : llvm::enumerate(*shape)) {
    if (dim == 0 && !keepsZero) {
      if (int64_t(d) >= x->rank())
        return std::nullopt;
      dim = x->shape[d];
    }
    if (dim < -1 || (dim == -1 && inferred >= 0) ||
        (dim > 0 && known > std::max<int64_t>(x->count(), 1) / dim))
      return std::nullopt;
    if (dim == -1)
      inferred = int64_t(d);
    else
      known *= dim;
  }
  if (inferred >= 0) {
    if (known == 0)
      return std::nullopt;
    (*shape)[inferred] = x->count() / known;
  }
  return reshaped(*x, *shape);
}

static std::optional<Tensor> evaluateSqueeze(const Node &node) {
  const Tensor *x = input(node, 0);
  if (!x)
    return std::nullopt;
  auto given = integersOf(node, 1, "axes");
  std::vector<bool> drops(x->rank(), false);
  if (given)
    for (int64_t each : *given) {
      auto axis = normalizeAxis(each, x->rank());
      if (!axis || x->shape[*axis] != 1)
        return std::nullopt;
      drops[*axis] = true;
    }
  Shape shape;
  for (int64_t d = 0; d < x->rank(); ++d)
    if (given ? !drops[d] : x->shape[d] != 1)
      shape.push_back(x->shape[d]);
  return reshaped(*x, shape);
}

static std::optional<Tensor> evaluateUnsqueeze(const Node &node) {
  const Tensor *x = input(node, 0);
  auto axes = integersOf(node, 1, "axes");
  if (!x || !axes)
    return std::nullopt;
  int64_t rank = x->rank() + int64_t(axes->size());
  Shape shape(rank, -1);
  for (int64_t each : *axes) {
    auto axis = normalizeAxis(each, rank);
    if (!axis || shape[*axis] == 1)
      return std::nullopt;
    shape[*axis] = 1;
  }
  auto dim = x->shape.begin();
  for (int64_t &each : shape)
    if (each == -1)
      each = *dim++;
  return reshaped(*x, shape);
}

/// Shape needs no data, only a shape.
static std::optional<Tensor> evaluateShape(const Node &node) {
  const Tensor *x = input(node, 0);
  if (!x)
    return std::nullopt;
  int64_t start = intAttribute(node, "start", 0);
  int64_t end = intAttribute(node, "end", x->rank());
  auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + x->rank() : at, 0, x->rank());
  };
  std::vector<int64_t> dims;
  for (int64_t d = clamp(start); d < clamp(end); ++d)
    dims.push_back(x->shape[d]);
  auto count = int64_t(dims.size());
  return Tensor::of(ElementType::I64, {count}, std::move(dims));
}

static std::optional<Tensor> evaluateConstantOfShape(const Node &node) {
  auto shape = integers(input(node, 0));
  if (!shape)
    return std::nullopt;
  Tensor value = Tensor::of<float>(ElementType::F32, {1}, {0});
  auto it = node.attributes.find("value");
  if (it != node.attributes.end()) {
    const Tensor *given = std::get_if<Tensor>(&it->second);
    if (!given || given->count() != 1)
      return std::nullopt;
    value = *given;
  }
  auto result = makeResult(node, value.type, *shape);
  if (!result)
    return std::nullopt;
  size_t width = byteWidth(value.type);
  for (int64_t i = 0, count = result->tensor.count(); i < count; ++i)
    std::memcpy(result->data + i * width, value.data, width);
  return result->tensor;
}

static std::optional<Tensor> evaluateRange(const Node &node) {
  const Tensor *start = input(node, 0), *limit = input(node, 1),
               *delta = input(node, 2);
  if (!start || !limit || !delta)
    return std::nullopt;
  for (const Tensor *each : {start, limit, delta})
    if (each->count() != 1 || each->type != start->type ||
        each->type == ElementType::Bool)
      return std::nullopt;
  return visit(start->type, [&](auto element) -> std::optional<Tensor> {
    using T = decltype(element);
    auto from = Compute<T>(start->values<T>()[0]);
    auto to = Compute<T>(limit->values<T>()[0]);
    auto step = Compute<T>(delta->values<T>()[0]);
    double count = std::ceil((double(to) - double(from)) / double(step));
    // Not a number, too, is no count.
    if (!(count <= double(1 << 24)))
      return std::nullopt;
    int64_t size = count > 0 ? int64_t(count) : 0;
    auto result = makeResult(node, start->type, {size});
    if (!result)
      return std::nullopt;
    for (int64_t i = 0; i < size; ++i)
      result->template as<T>()[i] = T(from + Compute<T>(i) * step);
    return result->tensor;
  });
}

llvm::ArrayRef<Operator> bitnet::evaluator::shapeOperators() {
  static const Operator table[] = {
      {"Identity", evaluateIdentity},
      {"Reshape", evaluateReshape},
      {"Squeeze", evaluateSqueeze},
      {"Unsqueeze", evaluateUnsqueeze},
      {"Shape", evaluateShape},
      {"ConstantOfShape", evaluateConstantOfShape},
      {"Range", evaluateRange},
  };
  return table;
}
