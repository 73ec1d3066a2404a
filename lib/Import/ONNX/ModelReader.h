//===- ModelReader.h - ONNX files as protobuf messages ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_IMPORT_ONNX_MODELREADER_H
#define LIB_IMPORT_ONNX_MODELREADER_H

#include "mlir/IR/Location.h"
#include "llvm/Support/MemoryBufferRef.h"

#include "onnx/onnx_pb.h"

#include <memory>

namespace bitnet {

/// `"<name>"("<file>: <kind> '<name>'":0:0)`, the location of one thing of a
/// model.
mlir::Location namedLocation(mlir::MLIRContext *context, llvm::StringRef file,
                             llvm::StringRef kind, llvm::StringRef name);

/// The model in `buffer`; an error at `location` and null if it holds none.
std::unique_ptr<::onnx::ModelProto> readModel(llvm::MemoryBufferRef buffer,
                                              mlir::Location location);

} // namespace bitnet

#endif // LIB_IMPORT_ONNX_MODELREADER_H
