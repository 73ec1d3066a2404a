//===- ONNX.h - ONNX operators on constant tensors --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_EVALUATOR_ONNX_H
#define BITNET_EVALUATOR_ONNX_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bitnet::evaluator {

enum class ElementType {
  F16,
  BF16,
  F32,
  F64,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  Bool
};

unsigned byteWidth(ElementType type);

/// The element type with number `dataType` in ONNX files, if it is one of ours.
std::optional<ElementType> elementTypeFromONNX(int64_t dataType);

/// A tensor: row-major little-endian elements (a Bool is one byte, 0 or 1) and
/// what keeps them alive. A tensor without data has a shape only, which is all
/// that the operator Shape asks for.
struct Tensor {
  ElementType type;
  std::vector<int64_t> shape;
  const char *data = nullptr;
  std::shared_ptr<const void> owner;

  int64_t count() const;
  int64_t rank() const { return int64_t(shape.size()); }

  template <typename T>
  static Tensor of(ElementType type, std::vector<int64_t> shape,
                   std::vector<T> values) {
    // Data without elements are data, too, and have an address.
    values.reserve(1);
    auto owner = std::make_shared<std::vector<T>>(std::move(values));
    return {type, std::move(shape),
            reinterpret_cast<const char *>(owner->data()), owner};
  }
  template <typename T>
  llvm::ArrayRef<T> values() const {
    return llvm::ArrayRef<T>(reinterpret_cast<const T *>(data),
                             size_t(count()));
  }
};

using Attribute =
    std::variant<int64_t, float, std::string, std::vector<int64_t>,
                 std::vector<float>, Tensor>;

/// One application of an operator of the standard operator set.
struct Node {
  llvm::StringRef op;
  /// Version of the operator set, which decides what is an input and what an
  /// attribute.
  int64_t opset = 0;
  /// Null for an input that is left out.
  std::vector<const Tensor *> inputs;
  llvm::StringMap<Attribute> attributes;
};

/// The one result of `node`, or nothing for an operator that is not known
/// here, for operands that it does not take and for a result so much larger
/// than the operands that it had better be computed when it is needed.
///
/// Arithmetic: every operator computes in double (integers: in 64 bits) and
/// rounds once to the type of the result. For sums, products, quotients and
/// roots of f32 that is f32 arithmetic, bit for bit, since a double has more
/// than twice its digits; reductions are rounded once, where others round after
/// every addition. Round is half to even.
std::optional<Tensor> evaluate(const Node &node);

/// Whether `evaluate` knows operator `op` at all.
bool knows(llvm::StringRef op);

} // namespace bitnet::evaluator

#endif // BITNET_EVALUATOR_ONNX_H
