//===- Registry.h - The formats that models come in -------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_IMPORT_REGISTRY_H
#define BITNET_IMPORT_REGISTRY_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace bitnet {

/// One format. A new one is a folder of lib/Import and a row of
/// lib/Import/Registry.cpp.
struct Importer {
  /// As in `--import-<name>`.
  llvm::StringRef name;
  /// As in "Import <what>", and in the error about a file of no known format.
  llvm::StringRef what;
  /// Whether the bytes are of this format, sound or not. The first that says so
  /// gets the file.
  bool (*recognises)(llvm::MemoryBufferRef buffer);
  /// A module with one function, `@main`, and its contract (see
  /// dialects/Model); null after an error. The buffer's identifier is the
  /// model's path,
  /// `<stdin>` for none.
  mlir::OwningOpRef<mlir::ModuleOp> (*import)(llvm::MemoryBufferRef buffer,
                                              mlir::MLIRContext *context);
};

/// All of them.
llvm::ArrayRef<Importer> getImporters();

/// Imports a model of whatever format its content is in. One of none is an
/// error.
mlir::OwningOpRef<mlir::ModuleOp> importModel(llvm::MemoryBufferRef buffer,
                                              mlir::MLIRContext *context);

} // namespace bitnet

#endif // BITNET_IMPORT_REGISTRY_H
