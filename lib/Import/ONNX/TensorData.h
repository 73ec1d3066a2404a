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

#include "dialects/ONNX/ElementTypes.h"

namespace bitnet {

/// The value of `tensor`, whose raw data it may take over. A blob is named
/// `key`. Errors are reported at `location`.
mlir::FailureOr<mlir::ElementsAttr> importTensor(::onnx::TensorProto &tensor,
                                                 llvm::StringRef key,
                                                 ExternalData &external,
                                                 mlir::Location location);

} // namespace bitnet

#endif // LIB_IMPORT_ONNX_TENSORDATA_H
