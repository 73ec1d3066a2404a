//===- bitnet-bench.cpp - Measure kernels on this machine -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bitnet-bench kernels [--options]   time the kernels that this machine can run
// bitnet-bench tune -o FILE          search what tunes them, write the best
//
//===----------------------------------------------------------------------===//

#include "Contenders.h"
#include "Measure.h"
#include "Report.h"
#include "Tune.h"

#include "bitnet/InitAll.h"
#include "bitnet/Kernels/Choices.h"
#include "bitnet/Kernels/Tuned.h"
#include "bitnet/Support/Allocator.h"
#include "bitnet/Support/Diagnostics.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
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
static cl::list<int64_t>
    tokens("tokens", cl::cat(category), cl::sub(kernelsCommand),
           cl::CommaSeparated,
           cl::desc("Numbers of tokens (1 to 512, for each kernel\n"
                    "those around where it is taken)"));
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
static cl::opt<double>
    seconds("seconds", cl::cat(category), cl::sub(kernelsCommand),
            cl::init(0.1),
            cl::desc("Seconds for one figure, in all rounds\n"
                     "together (0.1)"));
static cl::opt<int>
    rounds("rounds", cl::cat(category), cl::sub(kernelsCommand), cl::init(5),
           cl::desc("Rounds in which all are timed in turns (5)"));
static cl::list<std::string>
    choices("choices", cl::cat(category), cl::sub(kernelsCommand),
            cl::CommaSeparated, cl::value_desc("file"),
            cl::desc("Measure what these files of choices say, in the form\n"
                     "of tune, instead of what the compiler takes; entries\n"
                     "of several files for one shape compete. Not with\n"
                     "--shape, --isa and --scale-group; compiled for the\n"
                     "first --cpu (host)"));
static cl::opt<bool>
    hugePages("huge-pages", cl::cat(category), cl::sub(kernelsCommand),
              cl::desc("Weights on pages of 2 MB, where the system has them"));

static cl::opt<std::string> output("o", cl::cat(category), cl::sub(tuneCommand),
                                   cl::value_desc("file"),
                                   cl::desc("Where to write the choices"));
static cl::opt<bool>
    row("row", cl::cat(category), cl::sub(tuneCommand),
        cl::desc("Print the choice for the first shape as a row of\n"
                 "lib/Kernels/Tuned.def, which the compiler takes for\n"
                 "all shapes on such processors"));
static cl::opt<std::string>
    tunedCpu("cpu", cl::cat(category), cl::sub(tuneCommand), cl::init("host"),
             cl::desc("Processor to compile for, as in bitnet-compile (host)"));
static cl::opt<int> tunedThreads("threads", cl::cat(category),
                                 cl::sub(tuneCommand), cl::init(1),
                                 cl::desc("Number of threads (1)"));
static cl::opt<double>
    tunedSeconds("seconds", cl::cat(category), cl::sub(tuneCommand),
                 cl::init(0.3), cl::desc("Seconds for one candidate (0.3)"));

static int fail(const llvm::Twine &why) {
  llvm::errs() << "bitnet-bench: " << why << "\n";
  return 1;
}

/// What was given, or else the default.
template <typename T>
static std::vector<T> valuesOr(const cl::list<T> &given,
                               std::vector<T> defaults) {
  return given.empty() ? defaults : std::vector<T>(given.begin(), given.end());
}

static llvm::Expected<std::vector<MatrixShape>> parseShapes() {
  std::vector<MatrixShape> matrices;
  for (const std::string &text :
       valuesOr(shapes, {"2560x2560", "6912x2560", "2560x6912", "640x2560"})) {
    std::optional<MatrixShape> shape = parseShape(text);
    if (!shape)
      return llvm::createStringError("--shape: expected ROWSxDEPTH, got '" +
                                     text + "'");
    shape->scaleGroup = scaleGroup;
    if (scaleGroup < 0 || scaleGroup > shape->depth)
      return llvm::createStringError(
          "--scale-group: expected 0 to the depth, " +
          llvm::Twine(shape->depth) + ", got " + llvm::Twine(scaleGroup));
    matrices.push_back(*shape);
  }
  return matrices;
}

static std::unique_ptr<MLIRContext> createContext() {
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  bitnet::printModelLocations(context.get());
  return context;
}

static llvm::Error checkThreads(int count) {
  if (count >= 1 && count <= 1024)
    return llvm::Error::success();
  return llvm::createStringError("--threads: expected 1 to 1024, got " +
                                 llvm::Twine(count));
}

static llvm::Error checkNumbers(const MeasureOptions &options) {
  for (int64_t count : tokens)
    if (count < 1)
      return llvm::createStringError("--tokens: expected 1 or more, got " +
                                     llvm::Twine(count));
  for (int count : options.threads)
    if (llvm::Error error = checkThreads(count))
      return error;
  if (options.rounds < 1)
    return llvm::createStringError("--rounds: expected 1 or more, got " +
                                   llvm::Twine(options.rounds));
  for (const std::string &name : kernelNames)
    if (!llvm::is_contained(allKernelNames(), name))
      return llvm::createStringError("--kernel: no kernel '" + name +
                                     "'; there are " +
                                     llvm::join(allKernelNames(), ", "));
  if (!choices.empty() && (!shapes.empty() || !isas.empty() || scaleGroup))
    return llvm::createStringError(
        "--choices: the files say the shapes, "
        "instruction sets and scale groups; expected "
        "no --shape, --isa and --scale-group");
  return llvm::Error::success();
}

/// Far more than the caches hold.
static constexpr size_t kMemory = size_t(640) << 20;

static int runKernels() {
  MeasureOptions options;
  options.threads = valuesOr(threads, {1, 2});
  options.inCache = inCache;
  options.seconds = seconds;
  options.rounds = rounds;
  if (llvm::Error error = checkNumbers(options))
    return fail(llvm::toString(std::move(error)));
  auto matrices = parseShapes();
  if (!matrices)
    return fail(llvm::toString(matrices.takeError()));
  ContenderOptions wanted;
  wanted.tokens = valuesOr(tokens, {});
  wanted.cpus = valuesOr(cpus, {});
  wanted.isas = valuesOr(isas, {});
  wanted.kernels = valuesOr(kernelNames, {});

  std::unique_ptr<MLIRContext> context = createContext();
  llvm::Expected<std::vector<std::vector<Contender>>> groups =
      choices.empty() ? selectContenders(*context, *matrices, wanted)
                      : readContenders(*context, valuesOr(choices, {}), wanted);
  if (!groups)
    return fail(llvm::toString(groups.takeError()));
  Memory memory(kMemory, hugePages);
  ReportOptions reported{inCache, /*parameters=*/!choices.empty()};
  std::unique_ptr<Report> report =
      json ? createJsonReport(llvm::outs(), reported)
           : createTable(llvm::outs(), reported);
  for (const std::vector<Contender> &contenders : *groups)
    if (llvm::Error error =
            measure(*context, contenders, options, memory,
                    [&](const Result &result) { report->add(result); }))
      return fail(llvm::toString(std::move(error)));
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
  Memory memory(kMemory, /*hugePages=*/false);
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
  if (row)
    bitnet::kernels::printTunedRow(
        tunedCpu == "host" ? llvm::sys::getHostCPUName() : tunedCpu.getValue(),
        choices.front(), llvm::outs());
  return 0;
}

int main(int argc, char **argv) {
  bitnet::keepFreedMemory();
  // Threads that share a core would be measured as if they had one each.
  setenv("OMP_PROC_BIND", "spread", /*overwrite=*/0);
  setenv("OMP_PLACES", "threads", /*overwrite=*/0);
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
