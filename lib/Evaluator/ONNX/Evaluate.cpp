//===- Evaluate.cpp - The evaluator's table and tools ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace bitnet::evaluator;
using llvm::StringRef;

unsigned bitnet::evaluator::byteWidth(ElementType type) {
  return visit(type, [](auto element) -> unsigned { return sizeof(element); });
}

std::optional<ElementType>
bitnet::evaluator::elementTypeFromONNX(int64_t dataType) {
  switch (dataType) {
  case 1:
    return ElementType::F32;
  case 2:
    return ElementType::U8;
  case 3:
    return ElementType::I8;
  case 4:
    return ElementType::U16;
  case 5:
    return ElementType::I16;
  case 6:
    return ElementType::I32;
  case 7:
    return ElementType::I64;
  case 9:
    return ElementType::Bool;
  case 10:
    return ElementType::F16;
  case 11:
    return ElementType::F64;
  case 12:
    return ElementType::U32;
  case 13:
    return ElementType::U64;
  case 16:
    return ElementType::BF16;
  default:
    return std::nullopt;
  }
}

int64_t Tensor::count() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

/// `value` rounded half to even to a float of `exponentBits` and
/// `mantissaBits`, as bits.
static uint16_t round16(double value, int exponentBits, int mantissaBits) {
  int bias = (1 << (exponentBits - 1)) - 1;
  uint16_t infinity = uint16_t(((1 << exponentBits) - 1) << mantissaBits);
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value))
    return sign | infinity | uint16_t(1 << (mantissaBits - 1));
  double magnitude = std::fabs(value);
  if (magnitude == 0)
    return sign;
  int exponent = std::isinf(value) ? bias + 1 : std::ilogb(magnitude);
  if (exponent > bias)
    return sign | infinity;
  // Below the smallest normal number the spacing stays the same.
  exponent = std::max(exponent, 1 - bias);
  auto units =
      uint32_t(std::nearbyint(std::ldexp(magnitude, mantissaBits - exponent)));
  // A carry out of the mantissa runs into the exponent, as it should.
  uint32_t bits = units + (uint32_t(exponent + bias - 1) << mantissaBits);
  return uint16_t(sign | std::min<uint32_t>(bits, infinity));
}

static double widen16(uint16_t bits, int exponentBits, int mantissaBits) {
  int bias = (1 << (exponentBits - 1)) - 1;
  int exponent = (bits & 0x7fff) >> mantissaBits;
  int mantissa = bits & ((1 << mantissaBits) - 1);
  double sign = bits & 0x8000 ? -1.0 : 1.0;
  if (exponent == (1 << exponentBits) - 1)
    return mantissa ? std::nan("") : sign * HUGE_VAL;
  if (exponent > 0)
    mantissa |= 1 << mantissaBits;
  return sign *
         std::ldexp(mantissa, std::max(exponent, 1) - bias - mantissaBits);
}

Half::Half(double value) : bits(round16(value, 5, 10)) {}
Half::operator double() const { return widen16(bits, 5, 10); }
BFloat16::BFloat16(double value) : bits(round16(value, 8, 7)) {}
BFloat16::operator double() const { return widen16(bits, 8, 7); }

std::optional<Result>
bitnet::evaluator::makeResult(const Node &node, ElementType type, Shape shape) {
  // Constants may shrink or stay as large as they are; small ones may grow.
  int64_t limit = int64_t(1) << 24;
  for (const Tensor *operand : node.inputs)
    if (operand && operand->data)
      limit = std::max(limit, operand->count());
  int64_t count = 1;
  for (int64_t dim : shape) {
    if (dim < 0 || (dim > 0 && count > limit / dim))
      return std::nullopt;
    count *= dim;
  }
  // At least one byte, so that an empty tensor has an address.
  size_t bytes = std::max<size_t>(size_t(count) * byteWidth(type), 1);
  auto owner = std::make_shared<std::vector<char>>(bytes);
  char *data = owner->data();
  return Result{Tensor{type, std::move(shape), data, std::move(owner)}, data};
}

Strides bitnet::evaluator::stridesOf(const Shape &shape) {
  Strides strides(shape.size());
  int64_t stride = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

Strides bitnet::evaluator::broadcastStrides(const Shape &shape,
                                            const Shape &to) {
  Strides own = stridesOf(shape), strides(to.size(), 0);
  size_t offset = to.size() - shape.size();
  for (size_t d = 0; d < shape.size(); ++d)
    strides[offset + d] = shape[d] == 1 ? 0 : own[d];
  return strides;
}

std::optional<Shape> bitnet::evaluator::broadcast(const Shape &a,
                                                  const Shape &b) {
  const Shape &longer = a.size() >= b.size() ? a : b;
  const Shape &shorter = a.size() >= b.size() ? b : a;
  Shape shape = longer;
  size_t offset = longer.size() - shorter.size();
  for (size_t d = 0; d < shorter.size(); ++d) {
    int64_t &dim = shape[offset + d];
    if (dim == 1)
      dim = shorter[d];
    else if (shorter[d] != 1 && shorter[d] != dim)
      return std::nullopt;
  }
  return shape;
}

const Tensor *bitnet::evaluator::input(const Node &node, size_t index) {
  return index < node.inputs.size() ? node.inputs[index] : nullptr;
}

int64_t bitnet::evaluator::intAttribute(const Node &node, StringRef name,
                                        int64_t otherwise) {
  auto it = node.attributes.find(name);
  if (it == node.attributes.end())
    return otherwise;
  const int64_t *value = std::get_if<int64_t>(&it->second);
  return value ? *value : otherwise;
}

std::optional<std::vector<int64_t>>
bitnet::evaluator::intsAttribute(const Node &node, StringRef name) {
  auto it = node.attributes.find(name);
  if (it == node.attributes.end())
    return std::nullopt;
  if (const auto *values = std::get_if<std::vector<int64_t>>(&it->second))
    return *values;
  // An empty list does not say of what.
  if (const auto *none = std::get_if<std::vector<float>>(&it->second);
      none && none->empty())
    return std::vector<int64_t>();
  return std::nullopt;
}

std::optional<std::vector<int64_t>>
bitnet::evaluator::integers(const Tensor *tensor) {
  if (!tensor || !tensor->data)
    return std::nullopt;
  if (tensor->type == ElementType::I64)
    return tensor->values<int64_t>().vec();
  if (tensor->type != ElementType::I32)
    return std::nullopt;
  auto values = tensor->values<int32_t>();
  return std::vector<int64_t>(values.begin(), values.end());
}

std::optional<std::vector<int64_t>>
bitnet::evaluator::integersOf(const Node &node, size_t index, StringRef name) {
  if (const Tensor *tensor = input(node, index))
    return integers(tensor);
  return intsAttribute(node, name);
}

std::optional<int64_t> bitnet::evaluator::normalizeAxis(int64_t axis,
                                                        int64_t rank) {
  if (axis < -rank || axis >= rank)
    return std::nullopt;
  return axis < 0 ? axis + rank : axis;
}

static const Operator *find(StringRef name) {
  for (auto table :
       {elementwiseOperators(), binaryOperators(), conversionOperators(),
        movementOperators(), shapeOperators(), reductionOperators()})
    for (const Operator &candidate : table)
      if (candidate.name == name)
        return &candidate;
  return nullptr;
}

bool bitnet::evaluator::knows(StringRef op) { return find(op); }

std::optional<Tensor> bitnet::evaluator::evaluate(const Node &node) {
  const Operator *found = find(node.op);
  if (!found)
    return std::nullopt;
  for (const Tensor *operand : node.inputs)
    if (operand && !operand->data && node.op != "Shape")
      return std::nullopt;
  return found->evaluate(node);
}
