//===- bitnet-compile.cpp - A model in, a shared object out ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// bitnet-translate --import-model, bitnet-opt --bitnet-pipeline and
// bitnet-translate --emit-shared-object in one process; the bytes are the same.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/Registry.h"
#include "bitnet/InitAll.h"
#include "bitnet/ONNX/Operators.h"
#include "bitnet/Pipelines/Pipelines.h"
#include "bitnet/Support/Diagnostics.h"
#include "bitnet/Target/Emit.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

namespace {
/// The command line. LLVM's own parser is no help here: its options are global
/// and it has a `threads` of its own.
struct CommandLine {
  std::string input, output, sysroot;
  bitnet::PipelineOptions options;
};
} // namespace

static void printHelp(const bitnet::PipelineOptions &options) {
  llvm::outs() << "Compile a model to a shared object\n\n"
                  "usage: bitnet-compile <model> -o <model.so> "
                  "[--option=value ...]\n\n"
                  "  -o <file>           Shared object to write\n"
                  "  --sysroot=<folder>  Root of the target's libraries\n"
                  "  --operators         Print the ONNX operators that are "
                  "supported\n"
                  "  --help              Print this\n"
                  "  --version           Print the version\n\n"
                  "Options, which are those of bitnet-opt --bitnet-pipeline:\n";
  options.printHelp(0, 32);
}

static LogicalResult fail(const llvm::Twine &why) {
  llvm::errs() << "bitnet-compile: " << why << "\n";
  return failure();
}

/// Fails after it has said why.
static LogicalResult parse(ArrayRef<const char *> arguments,
                           CommandLine &line) {
  std::string options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (argument == "-o") {
      if (++i == arguments.size())
        return fail("-o: expected a file name");
      line.output = arguments[i];
    } else if (argument.consume_front("--sysroot=")) {
      line.sysroot = argument;
    } else if (argument.consume_front("--") && !argument.empty()) {
      options += (argument + " ").str();
    } else if (argument.starts_with("-") && argument != "-") {
      return fail("unknown option '" + argument + "', see --help");
    } else if (!line.input.empty()) {
      return fail("more than one model: '" + line.input + "' and '" + argument +
                  "'");
    } else {
      line.input = argument;
    }
  }
  if (line.input.empty() || line.output.empty())
    return fail("expected <model.onnx> -o <model.so>, see --help");
  return line.options.parseFromString(options);
}

static LogicalResult compile(const CommandLine &line, llvm::SourceMgr &sources,
                             MLIRContext &context, llvm::raw_ostream &os) {
  PassManager passes(&context);
  if (failed(bitnet::buildPipeline(
          passes, line.options,
          [](const llvm::Twine &why) { (void)fail(why); })))
    return failure();
  OwningOpRef<ModuleOp> module = bitnet::importModel(
      *sources.getMemoryBuffer(sources.getMainFileID()), &context);
  if (!module || failed(passes.run(*module)))
    return failure();
  return bitnet::emitSharedObject(
      *module, os, {bitnet::WeightsFile::beside(line.output), line.sysroot});
}

static LogicalResult run(const CommandLine &line) {
  std::string error;
  auto buffer = openInputFile(line.input, &error);
  if (!buffer)
    return fail(error);
  auto file = openOutputFile(line.output, &error);
  if (!file)
    return fail(error);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  SourceMgrDiagnosticHandler handler(sources, &context);
  bitnet::printModelLocations(&context);
  // On an error the output file is removed again.
  if (failed(compile(line, sources, context, file->os())))
    return failure();
  file->keep();
  return success();
}

int main(int argc, char **argv) {
  ArrayRef<const char *> arguments(argv + 1, argc - 1);
  CommandLine line;
  for (StringRef argument : arguments) {
    if (argument == "--help") {
      printHelp(line.options);
      return 0;
    }
    if (argument == "--operators") {
      bitnet::printOperators(llvm::outs());
      return 0;
    }
    if (argument == "--version") {
      llvm::outs() << "bitnet-compile " << BITNET_VERSION << ", LLVM "
                   << LLVM_VERSION_STRING << "\n";
      return 0;
    }
  }
  if (failed(parse(arguments, line)) || failed(run(line)))
    return 1;
  return 0;
}
