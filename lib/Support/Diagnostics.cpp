//===- Diagnostics.cpp - Errors that name a model's node ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static StringRef word(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("a severity without a word");
}

/// The place in a model that `location` names, or null.
static FileLineColLoc placeInModel(Location location) {
  auto place = location->findInstanceOf<FileLineColLoc>();
  return place && place.getLine() == 0 ? place : FileLineColLoc();
}

void bitnet::printModelLocations(MLIRContext *context) {
  auto print = [](Diagnostic &diagnostic, FileLineColLoc place) {
    llvm::errs() << place.getFilename().getValue() << ": "
                 << word(diagnostic.getSeverity()) << ": " << diagnostic
                 << "\n";
  };
  context->getDiagEngine().registerHandler([print](Diagnostic &diagnostic) {
    FileLineColLoc place = placeInModel(diagnostic.getLocation());
    if (!place)
      return failure();
    print(diagnostic, place);
    for (Diagnostic &note : diagnostic.getNotes()) {
      FileLineColLoc own = placeInModel(note.getLocation());
      print(note, own ? own : place);
    }
    return success();
  });
}
