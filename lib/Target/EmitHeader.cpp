//===- EmitHeader.cpp - A C header for a model ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Target/Emit.h"
#include "dialects/Model/Model.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

/// A text that does not end the comment around it.
static std::string inComment(StringRef text) {
  std::string result = text.str();
  for (size_t at; (at = result.find("*/")) != std::string::npos;)
    result.insert(at + 1, " ");
  return result;
}

/// One `#define` for each value: its place in the array of a call.
static void printValues(llvm::raw_ostream &os, StringRef kind, ArrayAttr values,
                        ArrayRef<StringRef> symbols) {
  llvm::StringSet<> macros;
  for (auto [number, value] : llvm::enumerate(values.getAsRange<ValueAttr>())) {
    std::string macro = ("BITNET_MODEL_" + kind + "_").str();
    for (char c : value.getName())
      macro += llvm::isAlnum(c) ? llvm::toUpper(c) : '_';
    // Names may differ in nothing but what no macro can have.
    if (!macros.insert(macro).second)
      macro += "_" + std::to_string(number);
    os << "/* " << inComment(value.getName()) << ": " << value.getElementType()
       << " " << printShape(value.getShape().getResults(), symbols)
       << " */\n#define " << macro << " " << number << "\n";
  }
  os << "#define BITNET_MODEL_" << kind << "_COUNT " << values.size() << "\n\n";
}

LogicalResult bitnet::emitHeader(ModuleOp module, llvm::raw_ostream &os) {
  auto contract = module->getAttrOfType<ContractAttr>(ModelDialect::kContract);
  if (!contract)
    return module.emitError(
        "expected a described model: run bitnet-pipeline first");
  SmallVector<StringRef> symbols = getNames(contract.getSymbols());
  os << "/* Made by bitnet-mlir. Places of the model's tensors in the arrays "
        "of\n   bitnet_session_run. */\n#ifndef BITNET_MODEL_H\n"
        "#define BITNET_MODEL_H\n\n";
  printValues(os, "INPUT", contract.getInputs(), symbols);
  printValues(os, "OUTPUT", contract.getOutputs(), symbols);
  os << "#include <bitnet/Runtime/bitnet.h>\n\n#endif /* BITNET_MODEL_H */\n";
  return success();
}
