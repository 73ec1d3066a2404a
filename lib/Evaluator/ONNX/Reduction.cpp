//===- Reduction.cpp - Sums, means and extrema ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include <cmath>

using namespace bitnet::evaluator;

/// Folds the elements of `x` that meet in an element of the result. Floats are
/// summed in double and rounded once.
static std::optional<Tensor> evaluateReduction(const Node &node) {
  const Tensor *x = input(node, 0);
  if (!x || x->type == ElementType::Bool)
    return std::nullopt;
  auto axes = integersOf(node, 1, "axes");
  if (!axes || axes->empty()) {
    if (intAttribute(node, "noop_with_empty_axes", 0))
      return *x;
    axes.emplace();
    for (int64_t d = 0; d < x->rank(); ++d)
      axes->push_back(d);
  }
  // `kept` has a 1 for each reduced dimension, which then strides nowhere.
  Shape kept = x->shape, shape;
  std::vector<bool> reduced(x->rank(), false);
  for (int64_t each : *axes) {
    auto axis = normalizeAxis(each, x->rank());
    if (!axis)
      return std::nullopt;
    reduced[*axis] = true;
    kept[*axis] = 1;
  }
  bool keepsDims = intAttribute(node, "keepdims", 1);
  for (int64_t d = 0; d < x->rank(); ++d)
    if (keepsDims || !reduced[d])
      shape.push_back(kept[d]);

  return visit(x->type, [&](auto element) -> std::optional<Tensor> {
    using T = decltype(element);
    using C = Compute<T>;
    auto result = makeResult(node, x->type, shape);
    // An empty sum is 0; nothing else has a value without elements.
    if (!result || (x->count() == 0 && node.op != "ReduceSum"))
      return std::nullopt;
    std::vector<C> folded(result->tensor.count());
    std::vector<bool> started(folded.size(), false);
    bool isMin = node.op == "ReduceMin", isMax = node.op == "ReduceMax";
    auto values = x->values<T>();
    forEachElement<1>(x->shape, {broadcastStrides(kept, x->shape)},
                      [&](int64_t index, auto offsets) {
                        C value = C(values[index]), &into = folded[offsets[0]];
                        bool isNan = false;
                        if constexpr (std::is_same_v<C, double>)
                          isNan = std::isnan(value);
                        if (!isMin && !isMax)
                          into += value;
                        else if (!started[offsets[0]] || isNan ||
                                 (isMin ? value < into : value > into))
                          into = value;
                        started[offsets[0]] = true;
                      });
    C group = folded.empty() ? C(1) : C(x->count() / int64_t(folded.size()));
    for (size_t i = 0; i < folded.size(); ++i)
      result->template as<T>()[i] =
          T(node.op == "ReduceMean" ? folded[i] / group : folded[i]);
    return result->tensor;
  });
}

llvm::ArrayRef<Operator> bitnet::evaluator::reductionOperators() {
  static const Operator table[] = {
      {"ReduceMean", evaluateReduction},
      {"ReduceSum", evaluateReduction},
      {"ReduceMax", evaluateReduction},
      {"ReduceMin", evaluateReduction},
  };
  return table;
}
