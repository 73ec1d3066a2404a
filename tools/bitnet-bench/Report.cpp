//===- Report.cpp - Results as a table or as JSON -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace bitnet;
using namespace bitnet::bench;

std::string bench::packingName(ternary::PackingAttr packing) {
  packing::Packing p = packing.getPacking();
  std::string name =
      std::to_string(p.tritsPerWord()) + " in " + std::to_string(p.wordBits);
  if (packing.getScaleGroup())
    name += "/" + std::to_string(packing.getScaleGroup());
  return name;
}

/// What tunes a kernel: "rows = 64, token_tile = 4, row_blocks = 4".
static std::string parametersOf(const Candidate &candidate) {
  std::string text;
  llvm::raw_string_ostream(text) << candidate.kernel.getAlgorithm();
  auto parameters = llvm::StringRef(text).split('<').second;
  parameters.consume_back(">");
  std::string rows =
      "rows = " + std::to_string(candidate.packing.getPacking().rows);
  return parameters.empty() ? rows : rows + ", " + parameters.str();
}

/// What the probes saw in the whole run, by number of threads.
namespace {
struct Limits {
  ComputeProbe compute;
  std::map<int, double> read;

  void add(const Result &result) {
    compute.merge(result.compute);
    read[result.threads] = std::max(read[result.threads], result.readLimit);
  }
};

class Table final : public Report {
public:
  Table(llvm::raw_ostream &os, const ReportOptions &options)
      : os(os), options(options) {
    os << processorName() << ", weights from "
       << (options.inCache ? "the caches" : "memory") << "\n\n"
       << "        shape  tokens thr isa         kernel         packing  bits"
          "    median us  spread   GMAC/s   GB/s  of limit  predicted"
       << (options.parameters ? "    parameters" : "") << "\n";
  }

  void add(const Result &r) override {
    limits.add(r);
    std::string shape = std::to_string(r.candidate.rows()) + "x" +
                        std::to_string(r.candidate.depth());
    os << llvm::right_justify(shape, 13)
       << llvm::format("%8d %3d ", int(r.tokens), r.threads)
       << llvm::left_justify(r.candidate.kernel.getIsa().getValue(), 11) << " "
       << llvm::left_justify(kernelName(r.candidate.kernel), 14) << " "
       << llvm::left_justify(packingName(r.candidate.packing), 8)
       << llvm::format("%5.2f %12.1f %7.0f%% %8.1f %6.1f %8.2f %10.2f",
                       r.candidate.packing.getBitsPerWeight(),
                       r.medianSeconds * 1e6, r.spread * 100, r.gmacs(),
                       r.gbs(), r.limitRatio,
                       r.predictedSeconds / r.medianSeconds);
    if (options.parameters)
      os << "    " << parametersOf(r.candidate);
    os << "\n";
    os.flush();
  }

  void finish() override {
    os << llvm::format("\nProbes: clock %.2f GHz, ", limits.compute.clock);
    if (limits.compute.dot > 0)
      os << llvm::format("dot product instruction %.0f GMAC/s, ",
                         limits.compute.dot);
    os << llvm::format("16-bit additions %.0f G/s a thread",
                       limits.compute.add);
    for (auto [threads, gbs] : limits.read)
      os << llvm::format(", read %.1f GB/s with %d", gbs, threads)
         << (threads == 1 ? " thread" : " threads");
    os << "\n";
  }

private:
  llvm::raw_ostream &os;
  const ReportOptions &options;
  Limits limits;
};

class JsonReport final : public Report {
public:
  JsonReport(llvm::raw_ostream &os, const ReportOptions &options)
      : os(os), options(options) {}

  void add(const Result &r) override {
    limits.add(r);
    results.push_back(llvm::json::Object{
        {"rows", r.candidate.rows()},
        {"depth", r.candidate.depth()},
        {"tokens", r.tokens},
        {"threads", r.threads},
        {"cpu", r.candidate.cpu},
        {"isa", r.candidate.kernel.getIsa().getValue()},
        {"kernel", kernelName(r.candidate.kernel)},
        {"packing", packingName(r.candidate.packing)},
        {"bits_per_weight", r.candidate.packing.getBitsPerWeight()},
        {"median_us", r.medianSeconds * 1e6},
        {"best_us", r.bestSeconds * 1e6},
        {"gmacs", r.gmacs()},
        {"gbs", r.gbs()},
        {"spread", r.spread},
        {"limit_ratio", r.limitRatio},
        {"predicted_us", r.predictedSeconds * 1e6},
        {"parameters", parametersOf(r.candidate)},
        {"read_gbs", r.readLimit},
        {"dot_gmacs", r.compute.dot}});
  }

  void finish() override {
    llvm::json::Array reads;
    for (auto [threads, gbs] : limits.read)
      reads.push_back(llvm::json::Object{{"threads", threads}, {"gbs", gbs}});
    llvm::json::Object report{
        {"processor", processorName()},
        {"in_cache", options.inCache},
        {"probes", llvm::json::Object{{"clock_ghz", limits.compute.clock},
                                      {"dot_gmacs", limits.compute.dot},
                                      {"add16_glanes", limits.compute.add},
                                      {"read", std::move(reads)}}},
        {"results", std::move(results)}};
    os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report)));
  }

private:
  llvm::raw_ostream &os;
  const ReportOptions &options;
  Limits limits;
  llvm::json::Array results;
};
} // namespace

std::unique_ptr<Report> bench::createTable(llvm::raw_ostream &os,
                                           const ReportOptions &options) {
  return std::make_unique<Table>(os, options);
}

std::unique_ptr<Report> bench::createJsonReport(llvm::raw_ostream &os,
                                                const ReportOptions &options) {
  return std::make_unique<JsonReport>(os, options);
}
