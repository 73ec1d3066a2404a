//===- Elementwise.cpp - One element to one element -----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace bitnet::evaluator;

namespace {

/// One operator on the three types in which we compute; null where it has no
/// meaning.
struct Unary {
  llvm::StringLiteral name;
  double (*real)(double);
  int64_t (*integer)(int64_t);
  uint64_t (*natural)(uint64_t);
};

} // namespace

template <typename T>
static T same(T x) {
  return x;
}

static const Unary unaries[] = {
    {"Abs", std::fabs, [](int64_t x) { return x < 0 ? wrap(-uint64_t(x)) : x; },
     same},
    {"Neg", [](double x) { return -x; },
     [](int64_t x) { return wrap(-uint64_t(x)); }, nullptr},
    {"Sqrt", std::sqrt, nullptr, nullptr},
    {"Reciprocal", [](double x) { return 1 / x; }, nullptr, nullptr},
    {"Round", std::nearbyint, nullptr, nullptr},
    {"Floor", std::floor, nullptr, nullptr},
    {"Ceil", std::ceil, nullptr, nullptr},
    {"Exp", std::exp, nullptr, nullptr},
    {"Sign",
     [](double x) {
       return x > 0 ? 1.0 : x < 0 ? -1.0 : x == 0 ? 0.0 : x;
     },
     [](int64_t x) { return int64_t(x > 0) - int64_t(x < 0); },
     [](uint64_t x) { return uint64_t(x > 0); }},
    {"Relu", [](double x) { return x < 0 ? 0.0 : x; },
     [](int64_t x) { return x < 0 ? 0 : x; }, nullptr},
};

static std::optional<Tensor> evaluateUnary(const Node &node) {
  const Tensor *x = input(node, 0);
  const Unary *row = rowOf(unaries, node.op);
  if (!x || !row || x->type == ElementType::Bool)
    return std::nullopt;
  return visit(x->type, [&](auto element) -> std::optional<Tensor> {
    using T = decltype(element);
    auto function = column<T>(*row);
    auto result = makeResult(node, x->type, x->shape);
    if (!function || !result)
      return std::nullopt;
    T *out = result->template as<T>();
    for (auto [index, value] : llvm::enumerate(x->values<T>()))
      out[index] = T(function(Compute<T>(value)));
    return result->tensor;
  });
}

static std::optional<Tensor> evaluateNot(const Node &node) {
  const Tensor *x = input(node, 0);
  auto result = x && x->type == ElementType::Bool
                    ? makeResult(node, x->type, x->shape)
                    : std::nullopt;
  if (!result)
    return std::nullopt;
  for (auto [index, value] : llvm::enumerate(x->values<bool>()))
    result->as<bool>()[index] = !value;
  return result->tensor;
}

static std::optional<Tensor> evaluateWhere(const Node &node) {
  const Tensor *condition = input(node, 0), *x = input(node, 1),
               *y = input(node, 2);
  if (!condition || !x || !y || condition->type != ElementType::Bool ||
      x->type != y->type)
    return std::nullopt;
  auto shape = broadcast(x->shape, y->shape);
  if (shape)
    shape = broadcast(*shape, condition->shape);
  auto result = shape ? makeResult(node, x->type, *shape) : std::nullopt;
  if (!result)
    return std::nullopt;
  return visit(x->type, [&](auto element) {
    using T = decltype(element);
    T *out = result->as<T>();
    auto chooses = condition->values<bool>();
    auto lhs = x->values<T>(), rhs = y->values<T>();
    forEachElement<3>(*shape,
                      {broadcastStrides(condition->shape, *shape),
                       broadcastStrides(x->shape, *shape),
                       broadcastStrides(y->shape, *shape)},
                      [&](int64_t index, auto offsets) {
                        out[index] = chooses[offsets[0]] ? lhs[offsets[1]]
                                                         : rhs[offsets[2]];
                      });
    return result->tensor;
  });
}

llvm::ArrayRef<Operator> bitnet::evaluator::elementwiseOperators() {
  static const Operator table[] = {
      {"Abs", evaluateUnary},   {"Neg", evaluateUnary},
      {"Sqrt", evaluateUnary},  {"Reciprocal", evaluateUnary},
      {"Round", evaluateUnary}, {"Floor", evaluateUnary},
      {"Ceil", evaluateUnary},  {"Sign", evaluateUnary},
      {"Relu", evaluateUnary},  {"Exp", evaluateUnary},
      {"Not", evaluateNot},     {"Where", evaluateWhere},
  };
  return table;
}
