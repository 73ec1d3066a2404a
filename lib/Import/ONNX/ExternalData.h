//===- ExternalData.h - Tensor data beside the model ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_IMPORT_ONNX_EXTERNALDATA_H
#define LIB_IMPORT_ONNX_EXTERNALDATA_H

#include "bitnet/Support/Elements.h"

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

#include "onnx/onnx_pb.h"

namespace bitnet {

/// The external data files of one model, each mapped into memory once.
class ExternalData {
public:
  /// Files are looked up in the folder of `modelPath`; a model without a path
  /// (empty) has none.
  explicit ExternalData(llvm::StringRef modelPath);

  /// The `size` bytes of `tensor`, which stay mapped as long as they are
  /// referred to. Whatever the model names, only regular files inside its own
  /// folder are read. Errors are reported at `location`.
  mlir::FailureOr<ElementBytes> read(const ::onnx::TensorProto &tensor,
                                     uint64_t size, mlir::Location location);

private:
  mlir::FailureOr<std::shared_ptr<llvm::MemoryBuffer>>
  open(llvm::StringRef name, mlir::Location location);

  std::string folder;
  bool hasFolder;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> files;
};

} // namespace bitnet

#endif // LIB_IMPORT_ONNX_EXTERNALDATA_H
