//===- Measure.h - Figures of compiled products -----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Candidates are timed in turns, round after round, so that slow phases of the
// machine reach all of them; the probes that they are compared with are taken
// before and after the calls of each round.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_MEASURE_H
#define TOOLS_BITNET_BENCH_MEASURE_H

#include "Comparison.h"
#include "Probes.h"

namespace bitnet::bench {

/// A candidate, and for which numbers of tokens it is of interest.
struct Contender {
  Candidate candidate;
  std::vector<int64_t> tokens;
};

struct MeasureOptions {
  std::vector<int> threads;
  bool inCache = false;
  /// Seconds of calls for one figure, in all rounds together.
  double seconds = 0.25;
  int rounds = 5;
};

/// One figure.
struct Result {
  Candidate candidate;
  int64_t tokens;
  int threads;
  /// The median of the rounds' medians, and the best call of all.
  double medianSeconds, bestSeconds;
  /// The largest less the smallest of the rounds' medians, of their median.
  double spread;
  /// The largest of the probes of all rounds.
  double readLimit;
  ComputeProbe compute;
  /// The median of the rounds' shares of the limit: up to 16 tokens of the
  /// bandwidth that there is; beyond, and in the caches, of
  /// ComputeProbe::limit().
  double limitRatio;
  /// What the cost model of lib/Kernels expects of this processor.
  double predictedSeconds;

  /// One weight times one activation is one.
  double gmacs() const;
  /// Of packed weights.
  double gbs() const;
};

/// Compiles the contenders, which are for weights of one shape, compares them
/// with a scalar product, and measures them.
llvm::Error measure(mlir::MLIRContext &context,
                    llvm::ArrayRef<Contender> contenders,
                    const MeasureOptions &options, Memory &memory,
                    llvm::function_ref<void(const Result &)> report);

/// The candidate that takes the least time for so many tokens, by the best call
/// of each in all rounds. All are for one shape, and are compared with a scalar
/// product first.
llvm::Expected<size_t>
findFastest(mlir::MLIRContext &context, llvm::ArrayRef<Candidate> candidates,
            int64_t tokens, const MeasureOptions &options, Memory &memory);

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_MEASURE_H
