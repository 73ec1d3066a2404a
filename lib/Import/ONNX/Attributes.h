//===- Attributes.h - Attributes of nodes -----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_IMPORT_ONNX_ATTRIBUTES_H
#define LIB_IMPORT_ONNX_ATTRIBUTES_H

#include "TensorData.h"

namespace bitnet {

/// The attribute of `onnx.node` for `attribute`; `key` names its blob if it is
/// a large tensor. Kinds without a form are an error at `location`.
mlir::FailureOr<mlir::Attribute>
importAttribute(::onnx::AttributeProto &attribute, llvm::StringRef key,
                ExternalData &external, mlir::Location location);

} // namespace bitnet

#endif // LIB_IMPORT_ONNX_ATTRIBUTES_H
