//===- TensorData.h - Tensors of a model as attributes ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_IMPORT_ONNX_TENSORDATA_H
#define LIB_IMPORT_ONNX_TENSORDATA_H

#include "ExternalData.h"

#include "mlir/IR/BuiltinTypes.h"

namespace bitnet {

/// An element type of ONNX as the importer takes it.
struct ElementKind {
  /// Null if the importer does not take it.
  mlir::Type type;
  /// Bits of an element in the file; fewer than those of `type` for 4- and
  /// 2-bit integers, which are widened.
  unsigned bits = 0;
  /// The name of the type in the ONNX specification.
  llvm::StringRef name = "UNDEFINED";

  bool isWidened() const { return bits == 2 || bits == 4; }
};

/// The element type with number `dataType` in ONNX files.
ElementKind elementKind(int dataType, mlir::MLIRContext *context);

/// The value of `tensor`, whose raw data it may take over. A blob is named
/// `key`. Errors are reported at `location`.
mlir::FailureOr<mlir::ElementsAttr> importTensor(::onnx::TensorProto &tensor,
                                                 llvm::StringRef key,
                                                 ExternalData &external,
                                                 mlir::Location location);

} // namespace bitnet

#endif // LIB_IMPORT_ONNX_TENSORDATA_H
