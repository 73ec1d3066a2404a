//===- Binary.cpp - Two tensors broadcast to one --------------------------===//
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
using llvm::StringRef;

namespace {

/// A comparison, and below an operator of arithmetic, on the three types in
/// which we compute; null where it has no meaning.
template <typename R>
struct Binary {
  llvm::StringLiteral name;
  R (*real)(double, double);
  R (*integer)(int64_t, int64_t);
  R (*natural)(uint64_t, uint64_t);
};

/// Arithmetic returns the type in which it computes, so its table has three.
struct Arithmetic {
  llvm::StringLiteral name;
  double (*real)(double, double);
  int64_t (*integer)(int64_t, int64_t);
  uint64_t (*natural)(uint64_t, uint64_t);
};

} // namespace

template <typename T>
static T power(T base, uint64_t exponent) {
  uint64_t result = 1;
  for (auto factor = uint64_t(base); exponent; exponent >>= 1) {
    if (exponent & 1)
      result *= factor;
    factor *= factor;
  }
  return T(result);
}

static double smaller(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? std::nan("") : std::min(a, b);
}
static double larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? std::nan("") : std::max(a, b);
}

/// The remainder with the divisor's sign.
static int64_t modulo(int64_t a, int64_t b) {
  int64_t remainder = b == -1 ? 0 : a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b
                                                      : remainder;
}

static const Arithmetic arithmetics[] = {
    {"Add", [](double a, double b) { return a + b; },
     [](int64_t a, int64_t b) { return wrap(uint64_t(a) + uint64_t(b)); },
     [](uint64_t a, uint64_t b) { return a + b; }},
    {"Sub", [](double a, double b) { return a - b; },
     [](int64_t a, int64_t b) { return wrap(uint64_t(a) - uint64_t(b)); },
     [](uint64_t a, uint64_t b) { return a - b; }},
    {"Mul", [](double a, double b) { return a * b; },
     [](int64_t a, int64_t b) { return wrap(uint64_t(a) * uint64_t(b)); },
     [](uint64_t a, uint64_t b) { return a * b; }},
    {"Div", [](double a, double b) { return a / b; },
     [](int64_t a, int64_t b) { return b == -1 ? wrap(-uint64_t(a)) : a / b; },
     [](uint64_t a, uint64_t b) { return a / b; }},
    {"Mod", nullptr, modulo, [](uint64_t a, uint64_t b) { return a % b; }},
    {"Pow", [](double a, double b) { return std::pow(a, b); },
     [](int64_t a, int64_t b) { return power(a, uint64_t(b)); },
     [](uint64_t a, uint64_t b) { return power(a, b); }},
    {"Min", smaller, [](int64_t a, int64_t b) { return std::min(a, b); },
     [](uint64_t a, uint64_t b) { return std::min(a, b); }},
    {"Max", larger, [](int64_t a, int64_t b) { return std::max(a, b); },
     [](uint64_t a, uint64_t b) { return std::max(a, b); }},
    {"BitwiseAnd", nullptr, [](int64_t a, int64_t b) { return a & b; },
     [](uint64_t a, uint64_t b) { return a & b; }},
    {"BitwiseOr", nullptr, [](int64_t a, int64_t b) { return a | b; },
     [](uint64_t a, uint64_t b) { return a | b; }},
    {"ShiftLeft", nullptr, nullptr,
     [](uint64_t a, uint64_t b) { return b < 64 ? a << b : 0; }},
    {"ShiftRight", nullptr, nullptr,
     [](uint64_t a, uint64_t b) { return b < 64 ? a >> b : 0; }},
    {"And", nullptr, nullptr, [](uint64_t a, uint64_t b) { return a & b; }},
    {"Or", nullptr, nullptr, [](uint64_t a, uint64_t b) { return a | b; }},
};

static const Binary<bool> comparisons[] = {
    {"Equal", [](double a, double b) { return a == b; },
     [](int64_t a, int64_t b) { return a == b; },
     [](uint64_t a, uint64_t b) { return a == b; }},
    {"Greater", [](double a, double b) { return a > b; },
     [](int64_t a, int64_t b) { return a > b; },
     [](uint64_t a, uint64_t b) { return a > b; }},
    {"GreaterOrEqual", [](double a, double b) { return a >= b; },
     [](int64_t a, int64_t b) { return a >= b; },
     [](uint64_t a, uint64_t b) { return a >= b; }},
    {"Less", [](double a, double b) { return a < b; },
     [](int64_t a, int64_t b) { return a < b; },
     [](uint64_t a, uint64_t b) { return a < b; }},
    {"LessOrEqual", [](double a, double b) { return a <= b; },
     [](int64_t a, int64_t b) { return a <= b; },
     [](uint64_t a, uint64_t b) { return a <= b; }},
};

/// `row` applied to `a` and `b`, which have one type, to elements of `type`.
template <typename Row>
static std::optional<Tensor> apply(const Node &node, const Row &row,
                                   const Tensor &a, const Tensor &b,
                                   ElementType type) {
  auto shape = broadcast(a.shape, b.shape);
  if (a.type != b.type || !shape)
    return std::nullopt;
  return visit(a.type, [&](auto element) -> std::optional<Tensor> {
    using T = decltype(element);
    auto function = column<T>(row);
    using R = decltype(function(Compute<T>(), Compute<T>()));
    using Out = std::conditional_t<std::is_same_v<R, bool>, bool, T>;
    auto result = makeResult(node, type, *shape);
    if (!function || !result)
      return std::nullopt;
    Out *out = result->template as<Out>();
    auto lhs = a.values<T>(), rhs = b.values<T>();
    forEachElement<2>(
        *shape,
        {broadcastStrides(a.shape, *shape), broadcastStrides(b.shape, *shape)},
        [&](int64_t index, auto offsets) {
          out[index] = Out(function(Compute<T>(lhs[offsets[0]]),
                                    Compute<T>(rhs[offsets[1]])));
        });
    return result->tensor;
  });
}

/// Whether every element of the integer tensor `tensor` passes.
static bool allIntegers(const Tensor &tensor, bool (*passes)(int64_t)) {
  return visit(tensor.type, [&](auto element) {
    using T = decltype(element);
    if constexpr (isFloat<T>)
      return true;
    else
      return llvm::all_of(tensor.values<T>(),
                          [&](T value) { return passes(int64_t(value)); });
  });
}

static std::optional<Tensor> evaluateArithmetic(const Node &node) {
  const Tensor *a = input(node, 0), *b = input(node, 1);
  if (!a || !b)
    return std::nullopt;
  bool isLogical = node.op == "And" || node.op == "Or";
  if (isLogical != (a->type == ElementType::Bool))
    return std::nullopt;
  // What has no result stays as it is.
  bool divides = node.op == "Div" || node.op == "Mod";
  if (divides && !allIntegers(*b, [](int64_t value) { return value != 0; }))
    return std::nullopt;
  StringRef name = node.op;
  if (name == "BitShift") {
    auto direction = node.attributes.find("direction");
    if (direction == node.attributes.end())
      return std::nullopt;
    auto *text = std::get_if<std::string>(&direction->second);
    name = text && *text == "LEFT" ? "ShiftLeft" : "ShiftRight";
  }
  const Arithmetic *row = rowOf(arithmetics, name);
  return row ? apply(node, *row, *a, *b, a->type) : std::nullopt;
}

/// Mod with fmod = 1 has the sign of the dividend.
static std::optional<Tensor> evaluateMod(const Node &node) {
  if (!intAttribute(node, "fmod", 0))
    return evaluateArithmetic(node);
  static const Arithmetic row = {
      "Mod", [](double a, double b) { return std::fmod(a, b); },
      [](int64_t a, int64_t b) { return b == -1 ? 0 : a % b; },
      [](uint64_t a, uint64_t b) { return a % b; }};
  const Tensor *a = input(node, 0), *b = input(node, 1);
  if (!a || !b || !allIntegers(*b, [](int64_t value) { return value != 0; }))
    return std::nullopt;
  return apply(node, row, *a, *b, a->type);
}

/// Pow has the type of its base; the exponent may have another.
static std::optional<Tensor> evaluatePow(const Node &node) {
  const Tensor *a = input(node, 0), *b = input(node, 1);
  if (!a || !b || a->type == ElementType::Bool)
    return std::nullopt;
  if (!allIntegers(*b, [](int64_t value) { return value >= 0; }) &&
      visit(a->type, [](auto element) { return !isFloat<decltype(element)>; }))
    return std::nullopt;
  if (a->type == b->type)
    return evaluateArithmetic(node);
  auto exponent = visit(b->type, [&](auto element) {
    std::vector<double> values;
    for (auto value : b->values<decltype(element)>())
      values.push_back(double(value));
    return values;
  });
  return visit(a->type, [&](auto element) -> std::optional<Tensor> {
    using T = decltype(element);
    auto shape = broadcast(a->shape, b->shape);
    auto result = shape ? makeResult(node, a->type, *shape) : std::nullopt;
    if (!isFloat<T> || !result)
      return std::nullopt;
    auto base = a->values<T>();
    T *out = result->template as<T>();
    forEachElement<2>(*shape,
                      {broadcastStrides(a->shape, *shape),
                       broadcastStrides(b->shape, *shape)},
                      [&](int64_t index, auto offsets) {
                        out[index] = T(std::pow(double(base[offsets[0]]),
                                                exponent[offsets[1]]));
                      });
    return result->tensor;
  });
}

static std::optional<Tensor> evaluateComparison(const Node &node) {
  const Tensor *a = input(node, 0), *b = input(node, 1);
  const Binary<bool> *row = rowOf(comparisons, node.op);
  return a && b && row ? apply(node, *row, *a, *b, ElementType::Bool)
                       : std::nullopt;
}

/// Min and Max of one tensor or more.
static std::optional<Tensor> evaluateExtremum(const Node &node) {
  const Arithmetic *row = rowOf(arithmetics, node.op);
  if (!row || node.inputs.empty() || llvm::is_contained(node.inputs, nullptr))
    return std::nullopt;
  std::optional<Tensor> result = *node.inputs[0];
  for (const Tensor *operand : llvm::drop_begin(node.inputs))
    if (result)
      result = apply(node, *row, *result, *operand, operand->type);
  return result;
}

static std::optional<Tensor> evaluateClip(const Node &node) {
  const Tensor *x = input(node, 0);
  if (!x || x->type == ElementType::Bool)
    return std::nullopt;
  std::optional<Tensor> result = *x;
  for (auto [index, name, op] :
       {std::tuple<size_t, StringRef, StringRef>(1, "min", "Max"),
        {2, "max", "Min"}}) {
    const Tensor *bound = input(node, index);
    std::optional<Tensor> attribute;
    auto it = node.attributes.find(name);
    if (!bound && it != node.attributes.end()) {
      const float *value = std::get_if<float>(&it->second);
      if (!value || x->type != ElementType::F32)
        return std::nullopt;
      attribute = Tensor::of<float>(ElementType::F32, {}, {*value});
      bound = &*attribute;
    }
    if (bound && bound->count() != 1)
      return std::nullopt;
    if (bound && result)
      result = apply(node, *rowOf(arithmetics, op), *result, *bound, x->type);
  }
  if (result)
    result->shape = x->shape;
  return result;
}

llvm::ArrayRef<Operator> bitnet::evaluator::binaryOperators() {
  static const Operator table[] = {
      {"Add", evaluateArithmetic},
      {"Sub", evaluateArithmetic},
      {"Mul", evaluateArithmetic},
      {"Div", evaluateArithmetic},
      {"And", evaluateArithmetic},
      {"Or", evaluateArithmetic},
      {"BitwiseAnd", evaluateArithmetic},
      {"BitwiseOr", evaluateArithmetic},
      {"BitShift", evaluateArithmetic},
      {"Mod", evaluateMod},
      {"Pow", evaluatePow},
      {"Equal", evaluateComparison},
      {"Greater", evaluateComparison},
      {"GreaterOrEqual", evaluateComparison},
      {"Less", evaluateComparison},
      {"LessOrEqual", evaluateComparison},
      {"Min", evaluateExtremum},
      {"Max", evaluateExtremum},
      {"Clip", evaluateClip},
  };
  return table;
}
