//===- Measure.h - Timings of compiled products --------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_MEASURE_H
#define TOOLS_BITNET_BENCH_MEASURE_H

#include "Probes.h"
#include "Product.h"

#include <memory>

namespace bitnet::bench {

/// Memory at the boundary of a page, written once so that it exists.
class Memory {
public:
  explicit Memory(size_t size);
  uint8_t *data() const { return bytes.get(); }
  size_t size() const { return count; }

private:
  struct Free {
    void operator()(uint8_t *pointer) const { free(pointer); }
  };
  size_t count;
  std::unique_ptr<uint8_t, Free> bytes;
};

struct MeasureOptions {
  std::vector<int64_t> tokens;
  std::vector<int> threads;
  /// One copy of the weights, which stays in the caches, instead of so many
  /// that each call reads its own from memory.
  bool inCache = false;
  /// Seconds of calls for one figure.
  double seconds = 0.25;
};

/// One figure.
struct Result {
  Candidate candidate;
  int64_t tokens;
  int threads;
  double medianSeconds, bestSeconds;
  /// The largest of the probes right before and after its group.
  double readLimit;
  ComputeProbe compute;

  /// One weight times one activation is one.
  double gmacs() const;
  /// Of packed weights.
  double gbs() const;
  /// The bandwidth read of the bandwidth there is, up to 16 tokens; beyond, and
  /// in the caches, the products of ComputeProbe::limit().
  double limitRatio(bool inCache) const;
};

/// Compiles a candidate, compares it with a scalar product, and measures it for
/// all numbers of tokens and threads. `memory` holds the copies of weights.
llvm::Error measure(mlir::MLIRContext &context, const Candidate &candidate,
                    const MeasureOptions &options, Memory &memory,
                    llvm::function_ref<void(const Result &)> report);

/// The candidate that takes the least time for the first of the numbers of
/// tokens and threads, by the best call of each in `rounds` rounds over all of
/// them: a slow second of the machine then does not decide. All are for one
/// shape and packing, and are compared with a scalar product first.
llvm::Expected<size_t> findFastest(mlir::MLIRContext &context,
                                   llvm::ArrayRef<Candidate> candidates,
                                   const MeasureOptions &options,
                                   Memory &memory, int rounds = 3);

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_MEASURE_H
