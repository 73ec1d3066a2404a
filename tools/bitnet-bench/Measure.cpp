//===- Measure.cpp - Figures of compiled products -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace bitnet;
using namespace bitnet::bench;

/// Up to so many tokens a product is bound by reading its weights.
static constexpr int64_t kFewTokens = 16;

double Result::gmacs() const {
  return double(candidate.rows()) * double(candidate.depth()) * double(tokens) /
         1e9 / medianSeconds;
}

double Result::gbs() const {
  return double(candidate.weightBytes()) / 1e9 / medianSeconds;
}

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

namespace {
/// What the rounds gave for one figure.
struct Figure {
  size_t contender;
  int64_t tokens;
  int threads;
  std::vector<double> medians = {}, shares = {};
  double best = HUGE_VAL;
};

/// The probes of a round for a number of threads.
struct Limits {
  double read;
  ComputeProbe compute;

  static Limits probe(const Memory &memory, int threads) {
    return {probeRead(memory.data(), memory.size(), threads), probeCompute()};
  }
  void merge(const Limits &other) {
    read = std::max(read, other.read);
    compute.merge(other.compute);
  }
};
} // namespace

static ComparisonOptions comparisonOptions(const MeasureOptions &options,
                                           int64_t tokens) {
  return {options.inCache, tokens, options.threads};
}

/// A figure with the time of one round as if that were all.
static Result resultOf(const Contender &contender, const Figure &figure,
                       double seconds, const Limits &limits, bool inCache) {
  Result result{contender.candidate,
                figure.tokens,
                figure.threads,
                seconds,
                figure.best,
                0,
                limits.read,
                limits.compute,
                0,
                0};
  result.limitRatio =
      figure.tokens <= kFewTokens && !inCache
          ? result.gbs() / limits.read
          : result.gmacs() / (limits.compute.limit() * figure.threads);
  return result;
}

llvm::Error bench::measure(mlir::MLIRContext &context,
                           llvm::ArrayRef<Contender> contenders,
                           const MeasureOptions &options, Memory &memory,
                           llvm::function_ref<void(const Result &)> report) {
  std::vector<Candidate> candidates;
  std::set<int64_t> tokens;
  for (const Contender &contender : contenders) {
    candidates.push_back(contender.candidate);
    tokens.insert(contender.tokens.begin(), contender.tokens.end());
  }
  // What competes comes next to each other.
  std::vector<Figure> figures;
  for (int threads : options.threads)
    for (int64_t count : tokens)
      for (auto [index, contender] : llvm::enumerate(contenders))
        if (llvm::is_contained(contender.tokens, count))
          figures.push_back({index, count, threads});
  auto comparison =
      Comparison::prepare(context, candidates,
                          comparisonOptions(options, *tokens.rbegin()), memory);
  if (!comparison)
    return comparison.takeError();

  auto processor = describeProcessor(context, "host");
  if (!processor)
    return processor.takeError();
  TargetFacts facts = processor->facts;
  if (options.inCache)
    facts.bytesPerCycle = facts.l2BytesPerCycle;
  std::map<int, Limits> all;
  for (int round = 0; round < options.rounds; ++round)
    for (int threads : options.threads) {
      Limits limits = Limits::probe(memory, threads);
      for (Figure &figure : figures) {
        if (figure.threads != threads)
          continue;
        auto times = comparison->time(figure.contender, figure.tokens, threads,
                                      options.seconds / options.rounds);
        if (!times)
          return times.takeError();
        figure.medians.push_back(times->median);
        figure.best = std::min(figure.best, times->best);
      }
      limits.merge(Limits::probe(memory, threads));
      all.try_emplace(threads, limits).first->second.merge(limits);
      for (Figure &figure : figures)
        if (figure.threads == threads)
          figure.shares.push_back(resultOf(contenders[figure.contender], figure,
                                           figure.medians.back(), limits,
                                           options.inCache)
                                      .limitRatio);
    }
  for (const Figure &figure : figures) {
    double middle = median(figure.medians);
    Result result = resultOf(contenders[figure.contender], figure, middle,
                             all.at(figure.threads), options.inCache);
    auto [least, largest] =
        std::minmax_element(figure.medians.begin(), figure.medians.end());
    result.spread = (*largest - *least) / middle;
    result.limitRatio = median(figure.shares);
    const Candidate &candidate = result.candidate;
    kernels::Selection selection;
    selection.packing = candidate.packing;
    selection.kernels = {candidate.kernel};
    double cycles = kernels::predict(selection, figure.tokens, facts)
                        .cyclesOfCall(figure.threads);
    result.predictedSeconds = cycles / (result.compute.clock * 1e9);
    report(result);
  }
  return llvm::Error::success();
}

llvm::Expected<size_t> bench::findFastest(mlir::MLIRContext &context,
                                          llvm::ArrayRef<Candidate> candidates,
                                          int64_t tokens,
                                          const MeasureOptions &options,
                                          Memory &memory) {
  auto comparison = Comparison::prepare(
      context, candidates, comparisonOptions(options, tokens), memory);
  if (!comparison)
    return comparison.takeError();
  std::vector<double> best(candidates.size(), HUGE_VAL);
  for (int round = 0; round < options.rounds; ++round)
    for (size_t i = 0; i < candidates.size(); ++i) {
      auto times = comparison->time(i, tokens, options.threads.front(),
                                    options.seconds / options.rounds);
      if (!times)
        return times.takeError();
      best[i] = std::min(best[i], times->best);
    }
  return size_t(std::min_element(best.begin(), best.end()) - best.begin());
}
