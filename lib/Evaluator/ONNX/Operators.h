//===- Operators.h - What the operators' files share ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_ONNX_OPERATORS_H
#define LIB_EVALUATOR_ONNX_OPERATORS_H

#include "bitnet/Evaluator/ONNX.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"

#include <array>
#include <type_traits>

namespace bitnet::evaluator {

/// The 16-bit floats, which C++17 lacks: bits, and conversions that round half
/// to even.
struct Half {
  uint16_t bits = 0;
  Half() = default;
  explicit Half(double value);
  operator double() const;
};
struct BFloat16 {
  uint16_t bits = 0;
  BFloat16() = default;
  explicit BFloat16(double value);
  operator double() const;
};

template <typename T>
constexpr bool isFloat = std::is_floating_point_v<T> ||
                         std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

/// The type in which operators on elements of type T compute.
template <typename T>
using Compute = std::conditional_t<
    isFloat<T>, double,
    std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;

/// Calls `f` with a value of the C++ type that stores `type`.
template <typename F>
auto visit(ElementType type, F &&f) {
  switch (type) {
  case ElementType::F16:
    return f(Half());
  case ElementType::BF16:
    return f(BFloat16());
  case ElementType::F32:
    return f(float());
  case ElementType::F64:
    return f(double());
  case ElementType::I8:
    return f(int8_t());
  case ElementType::I16:
    return f(int16_t());
  case ElementType::I32:
    return f(int32_t());
  case ElementType::I64:
    return f(int64_t());
  case ElementType::U8:
    return f(uint8_t());
  case ElementType::U16:
    return f(uint16_t());
  case ElementType::U32:
    return f(uint32_t());
  case ElementType::U64:
    return f(uint64_t());
  case ElementType::Bool:
    return f(bool());
  }
  llvm_unreachable("an element type without storage");
}

using Shape = std::vector<int64_t>;
using Strides = llvm::SmallVector<int64_t, 6>;

/// A result under construction.
struct Result {
  Tensor tensor;
  char *data;

  template <typename T>
  T *as() {
    return reinterpret_cast<T *>(data);
  }
};

/// Storage for the result of `node`; nothing if a dimension is negative or the
/// size out of proportion.
std::optional<Result> makeResult(const Node &node, ElementType type,
                                 Shape shape);

/// Row-major strides of `shape`, in elements.
Strides stridesOf(const Shape &shape);
/// Strides that read a tensor of `shape` as if it were broadcast to `to`.
Strides broadcastStrides(const Shape &shape, const Shape &to);
/// The shape that `a` and `b` broadcast to, if they do.
std::optional<Shape> broadcast(const Shape &a, const Shape &b);

/// Visits the elements of `shape` in row-major order, keeping for each set of
/// strides the offset of the element: `f(index, offsets)`.
template <size_t N, typename F>
void forEachElement(const Shape &shape, const std::array<Strides, N> &strides,
                    F &&f) {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  Strides position(shape.size(), 0);
  std::array<int64_t, N> offsets{};
  for (int64_t index = 0; index < count; ++index) {
    f(index, offsets);
    for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
      for (size_t n = 0; n < N; ++n)
        offsets[n] += strides[n][d];
      if (++position[d] < shape[d])
        break;
      position[d] = 0;
      for (size_t n = 0; n < N; ++n)
        offsets[n] -= strides[n][d] * shape[d];
    }
  }
}

/// Input `index` of `node`, null if it is left out.
const Tensor *input(const Node &node, size_t index);
int64_t intAttribute(const Node &node, llvm::StringRef name, int64_t otherwise);
std::optional<std::vector<int64_t>> intsAttribute(const Node &node,
                                                  llvm::StringRef name);
/// The integers of an i32 or i64 tensor.
std::optional<std::vector<int64_t>> integers(const Tensor *tensor);
/// Integers that are input `index` of `node` or, in an older operator set, its
/// attribute `name`.
std::optional<std::vector<int64_t>> integersOf(const Node &node, size_t index,
                                               llvm::StringRef name);
/// `axis` counted from the front, if it is one of `rank` dimensions.
std::optional<int64_t> normalizeAxis(int64_t axis, int64_t rank);

/// Evaluators by operator name, one table for each file of them.
using Evaluator = std::optional<Tensor> (*)(const Node &);
struct Operator {
  llvm::StringLiteral name;
  Evaluator evaluate;
};
llvm::ArrayRef<Operator> elementwiseOperators();
llvm::ArrayRef<Operator> binaryOperators();
llvm::ArrayRef<Operator> conversionOperators();
llvm::ArrayRef<Operator> movementOperators();
llvm::ArrayRef<Operator> shapeOperators();
llvm::ArrayRef<Operator> reductionOperators();

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_ONNX_OPERATORS_H
