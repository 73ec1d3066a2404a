//===- Elements.h - Constant tensors as bytes -------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_ELEMENTS_H
#define BITNET_SUPPORT_ELEMENTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>
#include <optional>
#include <vector>

namespace bitnet {

/// The elements of a tensor, row-major and little-endian, one byte for an i1
/// (0 or 1), and what keeps the bytes alive (nothing: the context does).
struct ElementBytes {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner;

  /// Bytes that live as long as anyone refers to them.
  static ElementBytes own(std::vector<char> bytes);
};

/// Tensors of at most this many elements are printed in place (`dense<…>`),
/// larger ones are blobs of the module (`dense_resource<…>`).
inline constexpr int64_t kInlineElements = 64;

/// Bytes of one element of `type` in `ElementBytes`, or nothing for a type that
/// has no such form (4-bit integers, for one).
std::optional<unsigned> elementSize(mlir::Type type);

/// Bytes of all elements of `type`, or nothing if it is dynamic, has no
/// elements in bytes or is larger than the address space.
std::optional<uint64_t> byteSize(mlir::RankedTensorType type);

/// The attribute that holds `data`, which has `byteSize(type)` bytes. A blob is
/// named `key` and shares the bytes where their alignment allows.
mlir::ElementsAttr makeElements(mlir::RankedTensorType type,
                                llvm::StringRef key, ElementBytes data);

/// The inverse of `makeElements`; nothing for an attribute whose bytes are not
/// at hand or not as many as its type says.
std::optional<ElementBytes> elementBytes(mlir::ElementsAttr attribute);

} // namespace bitnet

#endif // BITNET_SUPPORT_ELEMENTS_H
