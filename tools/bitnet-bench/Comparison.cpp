//===- Comparison.cpp - Products that are timed in turns ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Comparison.h"

#include "bitnet/Packing/Packing.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <sys/mman.h>

using namespace bitnet;
using namespace bitnet::bench;

using Clock = std::chrono::steady_clock;

static constexpr int64_t kCheckedTokens = 3;
static constexpr size_t kPage = 4096, kHugePage = size_t(2) << 20;

Memory::Memory(size_t size, bool hugePages) : count(size) {
  size_t page = hugePages ? kHugePage : kPage;
  size_t whole = llvm::alignTo(std::max<size_t>(size, 1), page);
  bytes.reset(static_cast<uint8_t *>(aligned_alloc(page, whole)));
  if (!bytes)
    llvm::report_fatal_error("out of memory");
#ifdef MADV_HUGEPAGE
  // Where the system has none, the pages are as they are.
  if (hugePages)
    madvise(bytes.get(), whole, MADV_HUGEPAGE);
#endif
  memset(bytes.get(), 1, size);
}

Comparison::Comparison(const Candidate &first, const ComparisonOptions &options,
                       Memory &memory)
    : options(options), memory(memory), trits(first.rows() * first.depth()),
      x(std::max(options.tokens, kCheckedTokens) * first.depth(),
        /*hugePages=*/false),
      y(std::max(options.tokens, kCheckedTokens) * first.rows() *
            sizeof(int32_t),
        /*hugePages=*/false) {
  std::mt19937 random(1);
  for (int8_t &trit : trits)
    trit = int8_t(random() % 3) - 1;
  std::generate_n(x.data(), x.size(), [&] { return uint8_t(random()); });
}

llvm::Expected<Comparison::Offsets>
Comparison::pack(llvm::ArrayRef<Candidate> candidates) {
  Offsets offsets;
  for (const Candidate &candidate : candidates) {
    ternary::PackingAttr packing = candidate.packing;
    if (!offsets.try_emplace(packing, stride).second)
      continue;
    size_t bytes = candidate.weightBytes();
    if (stride + bytes + 64 > memory.size())
      return llvm::createStringError(
          "weights of " + llvm::Twine(packing.getLogicalRows()) + " x " +
          llvm::Twine(packing.getLogicalDepth()) + " take " +
          llvm::Twine(stride + bytes) + " bytes, expected at most " +
          llvm::Twine(memory.size() - 64));
    uint8_t *weights = memory.data() + stride;
    packing.pack(trits.data(), weights);
    auto *scales = reinterpret_cast<float *>(weights + candidate.scaleOffset());
    std::fill_n(scales, candidate.scaleCount(), 1.f);
    stride = llvm::alignTo(stride + bytes, kPage);
  }
  copies = options.inCache ? 1 : std::max<size_t>(1, memory.size() / stride);
  for (size_t i = 1; i < copies; ++i)
    memcpy(memory.data() + i * stride, memory.data(), stride);
  return offsets;
}

const uint8_t *Comparison::nextWeights(const Entry &entry) {
  if (++copy >= copies)
    copy = 0;
  return memory.data() + copy * stride + entry.offset;
}

llvm::Expected<Comparison>
Comparison::prepare(mlir::MLIRContext &context,
                    llvm::ArrayRef<Candidate> candidates,
                    const ComparisonOptions &options, Memory &memory) {
  Comparison comparison(candidates.front(), options, memory);
  llvm::Expected<Offsets> offsets = comparison.pack(candidates);
  if (!offsets)
    return offsets.takeError();
  for (const Candidate &candidate : candidates) {
    auto fail = [&](llvm::Error error) {
      return llvm::createStringError(candidate.kernel.getIsa().getValue() +
                                     ", " + kernelName(candidate.kernel) +
                                     ": " + llvm::toString(std::move(error)));
    };
    llvm::Expected<Product> product = Product::compile(context, candidate);
    if (!product)
      return fail(product.takeError());
    Entry entry{candidate, std::move(*product), offsets->at(candidate.packing)};
    for (int threads : options.threads)
      if (llvm::Error error = comparison.check(entry, threads))
        return fail(std::move(error));
    comparison.entries.push_back(std::move(entry));
  }
  return comparison;
}

llvm::Error Comparison::check(Entry &entry, int threads) {
  const Candidate &candidate = entry.candidate;
  auto *activations = reinterpret_cast<int8_t *>(x.data());
  if (llvm::Error error = entry.product.run(activations, nextWeights(entry),
                                            y.data(), kCheckedTokens, threads))
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

llvm::Expected<Times> Comparison::time(size_t candidate, int64_t tokens,
                                       int threads, double seconds) {
  Entry &entry = entries[candidate];
  auto *activations = reinterpret_cast<int8_t *>(x.data());
  // The first calls bring the code and the activations into the caches.
  constexpr size_t warm = 2, most = 100000;
  std::vector<double> times;
  double sum = 0;
  for (size_t call = 0; call <= warm || (call < most && sum < seconds);
       ++call) {
    const uint8_t *packed = nextWeights(entry);
    Clock::time_point begin = Clock::now();
    if (llvm::Error error =
            entry.product.run(activations, packed, y.data(), tokens, threads))
      return error;
    double taken = std::chrono::duration<double>(Clock::now() - begin).count();
    sum += taken;
    if (call >= warm)
      times.push_back(taken);
  }
  std::sort(times.begin(), times.end());
  return Times{times[times.size() / 2], times.front()};
}
