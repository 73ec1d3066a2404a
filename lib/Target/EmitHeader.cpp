//===- EmitHeader.cpp - A C header for a model ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Target/Emit.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

/// A shape with the names of its symbols.
static std::string printShape(AffineMap map, ArrayAttr symbols) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "[";
  llvm::interleaveComma(map.getResults(), os, [&](AffineExpr expr) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      os << cast<StringAttr>(symbols[symbol.getPosition()]).getValue();
    else
      os << expr;
  });
  os << "]";
  return text;
}

/// One `#define` for each value: its place in the array of a call.
static void printValues(llvm::raw_ostream &os, StringRef kind, ArrayAttr rows,
                        ArrayAttr symbols) {
  for (auto [number, attr] : llvm::enumerate(rows)) {
    auto row = cast<DictionaryAttr>(attr);
    StringRef name = row.getAs<StringAttr>("name").getValue();
    auto type = cast<RankedTensorType>(row.getAs<TypeAttr>("type").getValue());
    std::string macro = ("BITNET_MODEL_" + kind + "_").str();
    for (char c : name)
      macro += llvm::isAlnum(c) ? llvm::toUpper(c) : '_';
    os << "/* " << name << ": " << type.getElementType() << " "
       << printShape(row.getAs<AffineMapAttr>("shape").getValue(), symbols)
       << " */\n#define " << macro << " " << number << "\n";
  }
  os << "#define BITNET_MODEL_" << kind << "_COUNT " << rows.size() << "\n\n";
}

LogicalResult bitnet::emitHeader(ModuleOp module, llvm::raw_ostream &os) {
  auto model = module->getAttrOfType<DictionaryAttr>(TernaryDialect::kModel);
  if (!model)
    return module.emitError(
        "expected a described model: run bitnet-pipeline first");
  auto symbols = model.getAs<ArrayAttr>("symbols");
  os << "/* Made by bitnet-mlir. Places of the model's tensors in the arrays "
        "of\n   bitnet_session_run. */\n#ifndef BITNET_MODEL_H\n"
        "#define BITNET_MODEL_H\n\n";
  printValues(os, "INPUT", model.getAs<ArrayAttr>("inputs"), symbols);
  printValues(os, "OUTPUT", model.getAs<ArrayAttr>("outputs"), symbols);
  os << "#include <bitnet/Runtime/bitnet.h>\n\n#endif /* BITNET_MODEL_H */\n";
  return success();
}
