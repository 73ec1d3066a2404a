//===- bitnet-compile.cpp - A model in, a shared object out ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// bitnet-translate --import-onnx, bitnet-opt --bitnet-pipeline and
// bitnet-translate --emit-shared-object in one process; the bytes are the same.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/ONNX.h"
#include "bitnet/InitAll.h"
#include "bitnet/Pipelines/Pipelines.h"
#include "bitnet/Support/Diagnostics.h"
#include "bitnet/Target/Emit.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::opt<std::string> input(cl::Positional, cl::desc("<model.onnx>"),
                                  cl::Required);
static cl::opt<std::string> output("o", cl::desc("Shared object to write"),
                                   cl::value_desc("file"), cl::Required);

/// Every option of the pipeline is one of this tool.
static cl::opt<std::string> cpu("cpu", cl::desc("Processor (see bitnet-opt)"),
                                cl::init("host"));
static cl::opt<std::string> triple("triple", cl::desc("Target triple"));
static cl::opt<int64_t> threads("threads", cl::desc("1: no OpenMP at all"),
                                cl::init(0));
static cl::opt<int64_t> maxContext("max-context",
                                   cl::desc("Tokens that caches hold"),
                                   cl::init(0));
static cl::opt<bool> stateful("stateful", cl::desc("Keep caches in sessions"),
                              cl::init(true));
static cl::opt<std::string> lmHead("lm-head", cl::desc("f32"),
                                   cl::init("f32"));
static cl::opt<bool> requireTernary("require-ternary",
                                    cl::desc("Refuse other weights"),
                                    cl::init(false));

static void readOptions(bitnet::PipelineOptions &options) {
  options.cpu = cpu;
  options.triple = triple;
  options.threads = threads;
  options.maxContext = maxContext;
  options.stateful = stateful;
  options.lmHead = lmHead;
  options.requireTernary = requireTernary;
}

static LogicalResult compile(llvm::SourceMgr &sources, MLIRContext &context,
                             llvm::raw_ostream &os) {
  OwningOpRef<ModuleOp> module = bitnet::importONNX(
      *sources.getMemoryBuffer(sources.getMainFileID()), &context);
  if (!module)
    return failure();
  bitnet::PipelineOptions options;
  readOptions(options);
  PassManager passes(&context);
  auto report = [](const llvm::Twine &why) {
    llvm::errs() << "bitnet-compile: " << why << "\n";
  };
  if (failed(bitnet::buildPipeline(passes, options, report)) ||
      failed(passes.run(*module)))
    return failure();
  return bitnet::emitSharedObject(*module, os);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "bitnet-compile " << BITNET_VERSION << ", LLVM "
       << LLVM_VERSION_STRING << "\n";
  });
  cl::ParseCommandLineOptions(argc, argv,
                              "Compile an ONNX model to a shared object\n");
  std::string error;
  auto buffer = openInputFile(input, &error);
  auto file = buffer ? openOutputFile(output, &error) : nullptr;
  if (!file) {
    llvm::errs() << error << "\n";
    return 1;
  }
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  SourceMgrDiagnosticHandler handler(sources, &context);
  bitnet::printModelLocations(&context);
  // On an error the output file is removed again.
  if (failed(compile(sources, context, file->os())))
    return 1;
  file->keep();
  return 0;
}
