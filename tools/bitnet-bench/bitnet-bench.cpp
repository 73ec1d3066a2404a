//===- bitnet-bench.cpp - Measure kernels on this machine -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bitnet-bench kernels [--options]   time the kernels that this machine can run
// bitnet-bench tune -o FILE          search their parameters, write what is
// best
//
//===----------------------------------------------------------------------===//

#include "Measure.h"
#include "Report.h"
#include "Tune.h"

#include "bitnet/InitAll.h"
#include "bitnet/Kernels/Choices.h"
#include "bitnet/Support/Allocator.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace bitnet::bench;
using bitnet::kernels::MatrixShape;
namespace cl = llvm::cl;

static cl::SubCommand kernelsCommand("kernels",
                                     "Time the kernels of this machine");

static cl::SubCommand
    tuneCommand("tune", "Search the parameters of kernels on this machine");

/// LLVM registers some thousand options of its own.
static cl::OptionCategory category("Options");

static cl::list<std::string>
    shapes("shape", cl::cat(category), cl::sub(kernelsCommand),
           cl::sub(tuneCommand), cl::CommaSeparated,
           cl::value_desc("ROWSxDEPTH"),
           cl::desc("Shapes of the weights (2560x2560, 6912x2560,\n"
                    "2560x6912, 640x2560: those of BitNet b1.58 2B4T)"));
static cl::list<int64_t> tokens("tokens", cl::cat(category),
                                cl::sub(kernelsCommand), cl::CommaSeparated,
                                cl::desc("Numbers of tokens (1 to 512)"));
static cl::list<int> threads("threads", cl::cat(category),
                             cl::sub(kernelsCommand), cl::CommaSeparated,
                             cl::desc("Numbers of threads (1, 2)"));
static cl::list<std::string>
    cpus("cpu", cl::cat(category), cl::sub(kernelsCommand), cl::CommaSeparated,
         cl::desc("Processors to compile for, as in bitnet-compile; the\n"
                  "best instruction set of each is measured"));
static cl::list<std::string>
    isas("isa", cl::cat(category), cl::sub(kernelsCommand), cl::CommaSeparated,
         cl::desc("Only these instruction sets, by their names in kernels"));
static cl::list<std::string>
    kernelNames("kernel", cl::cat(category), cl::sub(kernelsCommand),
                cl::CommaSeparated,
                cl::desc("Only these kernels: lut-registers, lut-memory,\n"
                         "masked-add, dot"));
static cl::opt<int64_t>
    scaleGroup("scale-group", cl::cat(category), cl::sub(kernelsCommand),
               cl::sub(tuneCommand), cl::init(0),
               cl::desc("Inputs of a row that share a scale, at most the\n"
                        "depth; 0: no scales"));
static cl::opt<bool> inCache("in-cache", cl::cat(category),
                             cl::sub(kernelsCommand),
                             cl::desc("One copy of the weights, which stays in "
                                      "the caches"));
static cl::opt<bool> json("json", cl::cat(category), cl::sub(kernelsCommand),
                          cl::desc("Print JSON and nothing else"));
static cl::opt<double> seconds("seconds", cl::cat(category),
                               cl::sub(kernelsCommand), cl::init(0.25),
                               cl::desc("Seconds for one figure"));

static cl::opt<std::string> output("o", cl::cat(category), cl::sub(tuneCommand),
                                   cl::value_desc("file"),
                                   cl::desc("Where to write the choices"));
static cl::opt<std::string>
    tunedCpu("cpu", cl::cat(category), cl::sub(tuneCommand), cl::init("host"),
             cl::desc("Processor to compile for, as in bitnet-compile"));
static cl::opt<int> tunedThreads("threads", cl::cat(category),
                                 cl::sub(tuneCommand), cl::init(1),
                                 cl::desc("Number of threads"));
static cl::opt<double>
    tunedSeconds("seconds", cl::cat(category), cl::sub(tuneCommand),
                 cl::init(0.1),
                 cl::desc("Seconds for one candidate in each of three rounds"));

static int fail(const llvm::Twine &why) {
  llvm::errs() << "bitnet-bench: " << why << "\n";
  return 1;
}

/// Lesser processors for their instruction sets, and this one.
static std::vector<std::string> defaultCpus() {
#if defined(__x86_64__)
  return {"generic", "x86-64-v2", "x86-64-v3", "x86-64-v4", "host"};
#else
  return {"generic", "host"};
#endif
}

/// What was given, or else the default.
template <typename T>
static std::vector<T> valuesOr(const cl::list<T> &given,
                               std::vector<T> defaults) {
  return given.empty() ? defaults : std::vector<T>(given.begin(), given.end());
}

/// Of a matrix in either direction; whether it fits the memory is seen later.
static constexpr int64_t kMostRows = 1 << 20;

static bool parseShape(StringRef text, MatrixShape &shape) {
  auto [rows, depth] = text.split('x');
  return !rows.getAsInteger(10, shape.rows) &&
         !depth.getAsInteger(10, shape.depth) && shape.rows > 0 &&
         shape.depth > 0 && shape.rows <= kMostRows && shape.depth <= kMostRows;
}

static llvm::Expected<std::vector<MatrixShape>> parseShapes() {
  std::vector<MatrixShape> matrices;
  for (const std::string &text :
       valuesOr(shapes, {"2560x2560", "6912x2560", "2560x6912", "640x2560"})) {
    matrices.emplace_back();
    if (!parseShape(text, matrices.back()))
      return llvm::createStringError("--shape: expected ROWSxDEPTH, got '" +
                                     text + "'");
    MatrixShape &shape = matrices.back();
    shape.scaleGroup = scaleGroup;
    if (scaleGroup < 0 || scaleGroup > shape.depth)
      return llvm::createStringError(
          "--scale-group: expected 0 to the depth, " +
          llvm::Twine(shape.depth) + ", got " + llvm::Twine(shape.scaleGroup));
  }
  return matrices;
}

/// Whether this machine has the instruction set.
static bool canRun(StringRef isa) {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(bitnet::kernels::requiredFeatures(isa),
                      [&](StringRef feature) { return host.lookup(feature); });
}

/// The kernels to be measured, fastest instruction sets first. By default each
/// set is compiled for the least processor that has it, so that the compiler
/// adds nothing of a better one; of processors that were named the best set
/// and the best dot products are taken.
static llvm::Expected<std::vector<Candidate>>
selectCandidates(MLIRContext &context, const MatrixShape &shape) {
  using bitnet::kernels::Selection;
  std::vector<Candidate> selected;
  llvm::StringSet<> seen;
  for (const std::string &cpu : valuesOr(cpus, defaultCpus())) {
    auto selections = findSelections(context, cpu, shape);
    if (!selections)
      return selections.takeError();
    std::vector<Candidate> ofCpu;
    llvm::SmallSet<bool, 2> kinds;
    for (const Selection &selection : *selections) {
      bitnet::ternary::KernelAttr first = selection.kernels.front();
      StringRef isa = first.getIsa();
      bool dot = llvm::isa<bitnet::ternary::DotAttr>(first.getAlgorithm());
      bool wanted = isas.empty() ? cpus.empty() || !kinds.contains(dot)
                                 : llvm::is_contained(isas, isa);
      kinds.insert(dot);
      if (!wanted || (cpus.empty() && !canRun(isa)) || !seen.insert(isa).second)
        continue;
      for (bitnet::ternary::KernelAttr kernel : selection.kernels)
        if (kernelNames.empty() ||
            llvm::is_contained(kernelNames, kernelName(kernel)))
          ofCpu.push_back({cpu, kernel, selection.packing});
    }
    selected.insert(selected.begin(), ofCpu.begin(), ofCpu.end());
  }
  return selected;
}

static std::unique_ptr<MLIRContext> createContext() {
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

static llvm::Error checkThreads(int count) {
  if (count >= 1 && count <= 1024)
    return llvm::Error::success();
  return llvm::createStringError("--threads: expected 1 to 1024, got " +
                                 llvm::Twine(count));
}

/// Far more than the caches hold.
static constexpr size_t kMemory = size_t(640) << 20;

static int runKernels() {
  MeasureOptions options;
  options.tokens = valuesOr(tokens, {1, 2, 4, 8, 16, 32, 128, 512});
  options.threads = valuesOr(threads, {1, 2});
  options.inCache = inCache;
  options.seconds = seconds;
  for (int64_t count : options.tokens)
    if (count < 1)
      return fail("--tokens: expected 1 or more, got " + llvm::Twine(count));
  for (int count : options.threads)
    if (llvm::Error error = checkThreads(count))
      return fail(llvm::toString(std::move(error)));
  for (const std::string &name : kernelNames)
    if (!llvm::is_contained(allKernelNames(), name))
      return fail("--kernel: no kernel '" + name + "'; there are " +
                  llvm::join(allKernelNames(), ", "));
  auto matrices = parseShapes();
  if (!matrices)
    return fail(llvm::toString(matrices.takeError()));

  std::unique_ptr<MLIRContext> context = createContext();
  Memory memory(kMemory);
  std::unique_ptr<Report> report = json
                                       ? createJsonReport(llvm::outs(), options)
                                       : createTable(llvm::outs(), options);
  for (const MatrixShape &shape : *matrices) {
    auto candidates = selectCandidates(*context, shape);
    if (!candidates)
      return fail(llvm::toString(candidates.takeError()));
    if (candidates->empty())
      return fail("--isa, --kernel and --cpu leave nothing that this machine "
                  "can run");
    for (const Candidate &candidate : *candidates)
      if (llvm::Error error =
              measure(*context, candidate, options, memory,
                      [&](const Result &result) { report->add(result); }))
        return fail(candidate.kernel.getIsa().getValue() + ", " +
                    kernelName(candidate.kernel) + ": " +
                    llvm::toString(std::move(error)));
  }
  report->finish();
  return 0;
}

static int runTune() {
  if (output.empty())
    return fail("tune: expected -o FILE");
  if (llvm::Error error = checkThreads(tunedThreads))
    return fail(llvm::toString(std::move(error)));
  auto matrices = parseShapes();
  if (!matrices)
    return fail(llvm::toString(matrices.takeError()));
  std::string why;
  auto file = openOutputFile(output, &why);
  if (!file)
    return fail(why);
  std::unique_ptr<MLIRContext> context = createContext();
  Memory memory(kMemory);
  llvm::SmallVector<bitnet::kernels::Selection> choices;
  for (const MatrixShape &shape : *matrices) {
    auto choice =
        tune(*context, shape, {tunedCpu, tunedThreads, tunedSeconds}, memory);
    if (!choice)
      return fail(llvm::toString(choice.takeError()));
    choices.push_back(*choice);
    llvm::errs() << shape.rows << "x" << shape.depth << ":";
    for (bitnet::ternary::KernelAttr kernel : choice->kernels)
      llvm::errs() << " " << kernel;
    llvm::errs() << "\n";
  }
  bitnet::kernels::printChoices(choices, file->os());
  file->keep();
  return 0;
}

int main(int argc, char **argv) {
  bitnet::keepFreedMemory();
  llvm::InitLLVM init(argc, argv);
  for (cl::SubCommand *command : {&kernelsCommand, &tuneCommand})
    cl::HideUnrelatedOptions(category, *command);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "Measure kernels on this machine\n");
  if (kernelsCommand)
    return runKernels();
  if (tuneCommand)
    return runTune();
  return fail("expected a command: kernels or tune; see --help");
}
