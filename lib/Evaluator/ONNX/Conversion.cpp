//===- Conversion.cpp - From one element type to another ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

using namespace bitnet::evaluator;

/// `value` as a To: floats lose their fraction and end at the limits of an
/// integer, integers wrap.
template <typename To, typename From>
static To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (isFloat<To> || !std::is_same_v<From, double>) {
    return To(value);
  } else {
    if (std::isnan(value))
      return 0;
    // The limits of 64 bits are no doubles; the next one up is.
    if (value <= double(std::numeric_limits<To>::min()))
      return std::numeric_limits<To>::min();
    if (value >= double(std::numeric_limits<To>::max()))
      return std::numeric_limits<To>::max();
    return To(value);
  }
}

static std::optional<Tensor> cast(const Node &node, const Tensor &x,
                                  ElementType to) {
  auto result = makeResult(node, to, x.shape);
  if (!result)
    return std::nullopt;
  visit(x.type, [&](auto from) {
    using From = decltype(from);
    visit(to, [&](auto element) {
      using To = decltype(element);
      To *out = result->as<To>();
      for (auto [index, value] : llvm::enumerate(x.values<From>()))
        out[index] = convert<To>(Compute<From>(value));
    });
  });
  return result->tensor;
}

static std::optional<Tensor> evaluateCast(const Node &node) {
  const Tensor *x = input(node, 0);
  auto to = elementTypeFromONNX(intAttribute(node, "to", 0));
  return x && to ? cast(node, *x, *to) : std::nullopt;
}

namespace {

/// Where the scale of an element lies: one for all, one for each index on an
/// axis, or one for each block along it.
struct ScaleLayout {
  int64_t axisSize = 1, inner = 1, block = 0, blocks = 1;
  bool isScalar = true;

  int64_t operator()(int64_t index) const {
    if (isScalar)
      return 0;
    int64_t along = index / inner % axisSize;
    if (block == 0)
      return along;
    return (index / (inner * axisSize) * blocks + along / block) * inner +
           index % inner;
  }
};

} // namespace

static std::optional<ScaleLayout> layoutOf(const Node &node, const Tensor &x,
                                           const Tensor &scale) {
  ScaleLayout layout;
  layout.block = intAttribute(node, "block_size", 0);
  if (layout.block == 0 && scale.count() == 1 && scale.rank() <= 1)
    return layout;
  auto axis = normalizeAxis(intAttribute(node, "axis", 1), x.rank());
  if (!axis || layout.block < 0)
    return std::nullopt;
  layout.isScalar = false;
  layout.axisSize = x.shape[*axis];
  for (int64_t d = *axis + 1; d < x.rank(); ++d)
    layout.inner *= x.shape[d];
  if (layout.block == 0) {
    if (scale.rank() != 1 || scale.shape[0] != layout.axisSize)
      return std::nullopt;
    return layout;
  }
  Shape expected = x.shape;
  layout.blocks = expected[*axis] / layout.block +
                  (expected[*axis] % layout.block != 0 ? 1 : 0);
  expected[*axis] = layout.blocks;
  if (scale.shape != expected)
    return std::nullopt;
  return layout;
}

/// The elements of `tensor` as doubles, which hold every integer of 32 bits.
static std::vector<double> doubles(const Tensor &tensor) {
  return visit(tensor.type, [&](auto element) {
    std::vector<double> values;
    values.reserve(tensor.count());
    for (auto value : tensor.values<decltype(element)>())
      values.push_back(double(value));
    return values;
  });
}

static bool isReal(ElementType type) {
  return visit(type, [](auto element) { return isFloat<decltype(element)>; });
}

/// The result type that attribute `output_dtype` asks for, else `otherwise`.
static std::optional<ElementType> outputType(const Node &node,
                                             ElementType otherwise) {
  int64_t asked = intAttribute(node, "output_dtype", 0);
  return asked ? elementTypeFromONNX(asked) : otherwise;
}

/// y = (x - zero point) * scale.
static std::optional<Tensor> evaluateDequantizeLinear(const Node &node) {
  const Tensor *x = input(node, 0), *scale = input(node, 1),
               *zero = input(node, 2);
  if (!x || !scale || isReal(x->type) || !isReal(scale->type) ||
      (zero && (zero->type != x->type || zero->shape != scale->shape)))
    return std::nullopt;
  auto layout = layoutOf(node, *x, *scale);
  auto type = outputType(node, scale->type);
  if (!layout || !type || !isReal(*type))
    return std::nullopt;
  auto result = makeResult(node, *type, x->shape);
  if (!result)
    return std::nullopt;
  std::vector<double> scales = doubles(*scale), zeros;
  if (zero)
    zeros = doubles(*zero);
  visit(x->type, [&](auto in) {
    visit(*type, [&](auto element) {
      using To = decltype(element);
      To *out = result->as<To>();
      for (auto [index, value] : llvm::enumerate(x->values<decltype(in)>())) {
        int64_t at = (*layout)(index);
        // As in f32 arithmetic, the difference is rounded before the product.
        auto difference = float(double(value) - (zero ? zeros[at] : 0));
        out[index] = convert<To>(double(difference) * scales[at]);
      }
    });
  });
  return result->tensor;
}

/// y = saturate(round(x / scale) + zero point).
static std::optional<Tensor> evaluateQuantizeLinear(const Node &node) {
  const Tensor *x = input(node, 0), *scale = input(node, 1),
               *zero = input(node, 2);
  if (!x || !scale || !isReal(x->type) || !isReal(scale->type) ||
      (zero && zero->shape != scale->shape))
    return std::nullopt;
  auto layout = layoutOf(node, *x, *scale);
  auto type = outputType(node, zero ? zero->type : ElementType::U8);
  if (!layout || !type || isReal(*type) || *type == ElementType::Bool ||
      (zero && *type != zero->type))
    return std::nullopt;
  auto result = makeResult(node, *type, x->shape);
  if (!result)
    return std::nullopt;
  std::vector<double> values = doubles(*x), scales = doubles(*scale), zeros;
  if (zero)
    zeros = doubles(*zero);
  visit(*type, [&](auto element) {
    using To = decltype(element);
    To *out = result->as<To>();
    for (auto [index, value] : llvm::enumerate(values)) {
      int64_t at = (*layout)(index);
      double rounded = std::nearbyint(float(value / scales[at]));
      out[index] = convert<To>(rounded + (zero ? zeros[at] : 0));
    }
  });
  return result->tensor;
}

llvm::ArrayRef<Operator> bitnet::evaluator::conversionOperators() {
  static const Operator table[] = {
      {"Cast", evaluateCast},
      {"DequantizeLinear", evaluateDequantizeLinear},
      {"QuantizeLinear", evaluateQuantizeLinear},
  };
  return table;
}
