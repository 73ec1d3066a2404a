//===- ElementTypes.h - Element types of ONNX -------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_ONNX_ELEMENTTYPES_H
#define DIALECTS_ONNX_ELEMENTTYPES_H

#include "mlir/IR/BuiltinTypes.h"

namespace bitnet::onnx {

/// An element type of ONNX.
struct ElementType {
  /// Null for one that we do not take (strings, complex and 8-bit floats).
  mlir::Type type;
  /// Bits of an element in a file; fewer than those of `type` for 4- and 2-bit
  /// integers, which are widened.
  unsigned bits = 0;
  /// The name in the ONNX specification; `unknown` for a number without a type.
  llvm::StringRef name = "UNDEFINED";

  bool isWidened() const { return bits == 2 || bits == 4; }
};

/// The element type with the number `dataType` of TensorProto.DataType.
ElementType getElementType(int64_t dataType, mlir::MLIRContext *context);

/// The signless type of the same width; other types stay as they are.
mlir::Type getSignless(mlir::Type type);

/// The type that is unsigned if it is so stated; `type` is signless.
mlir::Type getWithSign(mlir::Type type, bool isUnsigned);

} // namespace bitnet::onnx

#endif // DIALECTS_ONNX_ELEMENTTYPES_H
