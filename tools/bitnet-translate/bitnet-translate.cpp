//===- bitnet-translate.cpp - The translation driver ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/Registry.h"
#include "bitnet/InitAll.h"
#include "bitnet/Support/Diagnostics.h"
#include "bitnet/Target/Emit.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

#include <deque>

using namespace mlir;
namespace cl = llvm::cl;

static cl::OptionCategory category("Translation options");
static cl::opt<std::string> input(cl::Positional, cl::desc("<input>"),
                                  cl::init("-"), cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("Output file"),
                                   cl::value_desc("file"), cl::init("-"),
                                   cl::cat(category));

static cl::opt<int64_t> weightsLimit(
    "weights-limit",
    cl::desc("--emit-shared-object: above this many bytes the weights go\n"
             "to a file of their own beside the output"),
    cl::init(bitnet::WeightsFile::kWeightsLimit), cl::cat(category));

static cl::opt<std::string> sysroot(
    "sysroot",
    cl::desc("--emit-shared-object: the root of the target's libraries\n"
             "(default: this machine's, or its cross packages)"),
    cl::value_desc("folder"), cl::cat(category));

/// The model as MLIR: bytecode if the output file is named so, else text with
/// locations, which hold the names of nodes.
static LogicalResult import(decltype(bitnet::Importer::import) importer,
                            const std::shared_ptr<llvm::SourceMgr> &sources,
                            llvm::raw_ostream &os, MLIRContext *context) {
  OwningOpRef<ModuleOp> module =
      importer(*sources->getMemoryBuffer(sources->getMainFileID()), context);
  if (!module)
    return failure();
  if (StringRef(output).ends_with(".mlirbc"))
    return writeBytecodeToFile(*module, os);
  module->print(os, OpPrintingFlags().enableDebugInfo());
  return success();
}

static void registerImporter(StringRef name, StringRef what,
                             decltype(bitnet::Importer::import) importer,
                             std::deque<std::string> &texts) {
  StringRef option = texts.emplace_back(("import-" + name).str());
  StringRef text = texts.emplace_back(("Import " + what).str());
  TranslateRegistration(
      option, text,
      [importer](const std::shared_ptr<llvm::SourceMgr> &sources,
                 llvm::raw_ostream &os, MLIRContext *context) {
        return import(importer, sources, os, context);
      });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  bitnet::registerAllTranslations([] {
    bitnet::SharedObjectOptions options;
    options.weights = bitnet::WeightsFile::beside(output);
    options.weights.limit = weightsLimit;
    options.sysroot = sysroot;
    return options;
  });
  // Their names and texts are referred to as long as there are options.
  std::deque<std::string> texts;
  registerImporter("model", "a model, its format told by its content",
                   bitnet::importModel, texts);
  for (const bitnet::Importer &importer : bitnet::getImporters())
    registerImporter(importer.name, importer.what, importer.import, texts);
  cl::opt<const Translation *, false, TranslationParser> translation(
      "", cl::desc("Translation to perform"), cl::Required, cl::cat(category));
  // LLVM registers some thousand options of its own.
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "bitnet-translate " << BITNET_VERSION << ", LLVM "
       << LLVM_VERSION_STRING << "\n";
  });
  cl::ParseCommandLineOptions(argc, argv, "bitnet-mlir translation driver\n");

  std::string error;
  auto buffer = openInputFile(input, &error);
  auto file = buffer ? openOutputFile(output, &error) : nullptr;
  if (!file) {
    llvm::errs() << error << "\n";
    return 1;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  // The road's end still carries attributes of our dialects.
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  SourceMgrDiagnosticHandler handler(*sources, &context);
  bitnet::printModelLocations(&context);
  // On an error the output file is removed again.
  if (failed((*translation)(sources, file->os(), &context)))
    return 1;
  file->keep();
  return 0;
}
