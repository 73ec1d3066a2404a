//===- Measure.cpp - Timings of compiled products -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "bitnet/Packing/Packing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <random>

using namespace bitnet;
using namespace bitnet::bench;

using Clock = std::chrono::steady_clock;

/// Up to so many tokens a product is bound by reading its weights.
static constexpr int64_t kFewTokens = 16;
static constexpr int64_t kCheckedTokens = 3;

Memory::Memory(size_t size)
    : count(size), bytes(static_cast<uint8_t *>(
                       aligned_alloc(4096, (size + 4095) / 4096 * 4096))) {
  if (!bytes)
    llvm::report_fatal_error("out of memory");
  memset(bytes.get(), 1, size);
}

double Result::gmacs() const {
  return double(candidate.rows()) * double(candidate.depth()) * double(tokens) /
         1e9 / medianSeconds;
}

double Result::gbs() const {
  return double(candidate.weightBytes()) / 1e9 / medianSeconds;
}

double Result::limitRatio(bool inCache) const {
  if (tokens <= kFewTokens && !inCache)
    return gbs() / readLimit;
  return gmacs() / (compute.limit() * threads);
}

static llvm::Error checkSize(const Candidate &candidate, const Memory &memory) {
  if (candidate.weightBytes() + 64 <= memory.size())
    return llvm::Error::success();
  return llvm::createStringError(
      "weights of " + llvm::Twine(candidate.rows()) + " x " +
      llvm::Twine(candidate.depth()) + " take " +
      llvm::Twine(candidate.weightBytes()) + " bytes, expected at most " +
      llvm::Twine(memory.size() - 64));
}

/// At least as many as are checked.
static int64_t maxTokens(const MeasureOptions &options) {
  int64_t most = kCheckedTokens;
  for (int64_t tokens : options.tokens)
    most = std::max(most, tokens);
  return most;
}

namespace {
/// The data that products of one shape and packing are measured with.
class Measurement {
public:
  Measurement(const Candidate &candidate, const MeasureOptions &options,
              Memory &memory);

  llvm::Error check(Product &product);
  /// Median and best seconds of a call.
  llvm::Expected<std::pair<double, double>> time(Product &product,
                                                 int64_t tokens);

private:
  const uint8_t *nextWeights() {
    if (++copy == copies)
      copy = 0;
    return memory.data() + copy * stride;
  }

  const Candidate &candidate;
  const MeasureOptions &options;
  Memory &memory;
  Memory x, y;
  std::vector<int8_t> trits;
  size_t stride, copies, copy = 0;
};
} // namespace

Measurement::Measurement(const Candidate &candidate,
                         const MeasureOptions &options, Memory &memory)
    : candidate(candidate), options(options), memory(memory),
      x(maxTokens(options) * candidate.depth()),
      y(maxTokens(options) * candidate.rows() * sizeof(int32_t)),
      trits(candidate.rows() * candidate.depth()),
      stride(llvm::alignTo(candidate.weightBytes(), 64)),
      copies(options.inCache ? 1 : memory.size() / stride) {
  std::mt19937 random(1);
  for (int8_t &trit : trits)
    trit = int8_t(random() % 3) - 1;
  std::generate_n(x.data(), x.size(), [&] { return uint8_t(random()); });
  candidate.packing.pack(trits.data(), memory.data());
  for (size_t i = 1; i < copies; ++i)
    memcpy(memory.data() + i * stride, memory.data(), candidate.weightBytes());
}

llvm::Error Measurement::check(Product &product) {
  auto *activations = reinterpret_cast<int8_t *>(x.data());
  if (llvm::Error error =
          product.run(activations, nextWeights(), y.data(), kCheckedTokens))
    return error;
  for (int64_t token = 0; token < kCheckedTokens; ++token)
    for (int64_t row = 0; row < candidate.rows(); ++row) {
      int32_t expected = 0;
      for (int64_t k = 0; k < candidate.depth(); ++k)
        expected += activations[token * candidate.depth() + k] *
                    trits[row * candidate.depth() + k];
      int64_t at = token * candidate.rows() + row;
      // Scales are one, and sums far below 2^24.
      double sum = candidate.packing.getScaleGroup()
                       ? reinterpret_cast<float *>(y.data())[at]
                       : reinterpret_cast<int32_t *>(y.data())[at];
      if (sum != expected)
        return llvm::createStringError(
            "wrong sum of token " + llvm::Twine(token) + ", row " +
            llvm::Twine(row) + ": " + std::to_string(sum) + ", expected " +
            llvm::Twine(expected));
    }
  return llvm::Error::success();
}

llvm::Expected<std::pair<double, double>> Measurement::time(Product &product,
                                                            int64_t tokens) {
  auto *activations = reinterpret_cast<int8_t *>(x.data());
  constexpr size_t warm = 2, fewest = 5, most = 100000;
  std::vector<double> seconds;
  double sum = 0;
  for (size_t call = 0;
       call < most && (call < warm + fewest || sum < options.seconds); ++call) {
    const uint8_t *weights = nextWeights();
    Clock::time_point begin = Clock::now();
    if (llvm::Error error = product.run(activations, weights, y.data(), tokens))
      return error;
    double taken = std::chrono::duration<double>(Clock::now() - begin).count();
    sum += taken;
    if (call >= warm)
      seconds.push_back(taken);
  }
  std::sort(seconds.begin(), seconds.end());
  return std::make_pair(seconds[seconds.size() / 2], seconds.front());
}

llvm::Expected<size_t> bench::findFastest(mlir::MLIRContext &context,
                                          llvm::ArrayRef<Candidate> candidates,
                                          const MeasureOptions &options,
                                          Memory &memory, int rounds) {
  if (llvm::Error error = checkSize(candidates.front(), memory))
    return error;
  Measurement measurement(candidates.front(), options, memory);
  std::vector<Product> products;
  for (const Candidate &candidate : candidates) {
    llvm::Expected<Product> product = Product::compile(context, candidate);
    if (!product)
      return product.takeError();
    if (llvm::Error error = product->setThreads(options.threads.front()))
      return error;
    if (llvm::Error error = measurement.check(*product))
      return error;
    products.push_back(std::move(*product));
  }
  std::vector<double> best(products.size(), HUGE_VAL);
  for (int round = 0; round < rounds; ++round)
    for (auto [i, product] : llvm::enumerate(products)) {
      auto times = measurement.time(product, options.tokens.front());
      if (!times)
        return times.takeError();
      best[i] = std::min(best[i], times->second);
    }
  return size_t(std::min_element(best.begin(), best.end()) - best.begin());
}

llvm::Error bench::measure(mlir::MLIRContext &context,
                           const Candidate &candidate,
                           const MeasureOptions &options, Memory &memory,
                           llvm::function_ref<void(const Result &)> report) {
  if (llvm::Error error = checkSize(candidate, memory))
    return error;
  llvm::Expected<Product> product = Product::compile(context, candidate);
  if (!product)
    return product.takeError();
  Measurement measurement(candidate, options, memory);
  for (int threads : options.threads) {
    if (llvm::Error error = product->setThreads(threads))
      return error;
    if (llvm::Error error = measurement.check(*product))
      return error;
    std::vector<Result> results;
    double read = probeRead(memory.data(), memory.size(), threads);
    ComputeProbe compute = probeCompute();
    for (int64_t tokens : options.tokens) {
      auto times = measurement.time(*product, tokens);
      if (!times)
        return times.takeError();
      results.push_back({candidate, tokens, threads, times->first,
                         times->second, 0, ComputeProbe()});
    }
    read = std::max(read, probeRead(memory.data(), memory.size(), threads));
    compute.merge(probeCompute());
    for (Result &result : results) {
      result.readLimit = read;
      result.compute = compute;
      report(result);
    }
  }
  return llvm::Error::success();
}
