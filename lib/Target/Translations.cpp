//===- Translations.cpp - The ends of the road, by name -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Target/Translations.h"

#include "bitnet/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bitnet;

static void registerDialects(DialectRegistry &registry) {
  bitnet::registerAllDialects(registry);
}

/// The code, by way of memory: the output may be a pipe, which cannot seek.
static LogicalResult writeCode(ModuleOp module, CodeFormat format,
                               llvm::raw_ostream &os) {
  SmallString<0> code;
  llvm::raw_svector_ostream stream(code);
  if (failed(emitCode(module, format, stream)))
    return failure();
  os << code;
  return success();
}

void bitnet::registerTargetTranslations(
    std::function<SharedObjectOptions()> options) {
  TranslateFromMLIRRegistration object(
      "emit-object", "Emit a relocatable object",
      [](ModuleOp module, llvm::raw_ostream &os) {
        return writeCode(module, CodeFormat::Object, os);
      },
      registerDialects);
  TranslateFromMLIRRegistration assembly(
      "emit-assembly", "Emit assembly",
      [](ModuleOp module, llvm::raw_ostream &os) {
        return writeCode(module, CodeFormat::Assembly, os);
      },
      registerDialects);
  TranslateFromMLIRRegistration shared(
      "emit-shared-object", "Emit a shared object that bitnet-run opens",
      [options](ModuleOp module, llvm::raw_ostream &os) {
        return emitSharedObject(module, os, options());
      },
      registerDialects);
  TranslateFromMLIRRegistration header(
      "emit-header", "Emit a C header with the model's inputs and outputs",
      [](ModuleOp module, llvm::raw_ostream &os) {
        return emitHeader(module, os);
      },
      registerDialects);
}
