//===- Registry.cpp - The formats that models come in ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/Registry.h"

#include "bitnet/Import/ONNX.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bitnet;

llvm::ArrayRef<Importer> bitnet::getImporters() {
  static const Importer importers[] = {
      {"onnx", "an ONNX model", isONNX, importONNX},
  };
  return importers;
}

OwningOpRef<ModuleOp> bitnet::importModel(llvm::MemoryBufferRef buffer,
                                          MLIRContext *context) {
  for (const Importer &importer : getImporters())
    if (importer.recognises(buffer))
      return importer.import(buffer, context);
  StringRef file = llvm::sys::path::filename(buffer.getBufferIdentifier());
  Location location = FileLineColLoc::get(context, file, 0, 0);
  if (buffer.getBufferSize() == 0) {
    emitError(location) << "not a model: the file is empty";
    return nullptr;
  }
  InFlightDiagnostic error = emitError(location)
                             << "not a model of a known format: expected ";
  llvm::interleave(
      getImporters(), error,
      [&](const Importer &importer) { error << importer.what; }, " or ");
  return nullptr;
}
