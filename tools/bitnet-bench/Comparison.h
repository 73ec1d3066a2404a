//===- Comparison.h - Products that are timed in turns ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_COMPARISON_H
#define TOOLS_BITNET_BENCH_COMPARISON_H

#include "Product.h"

#include <memory>

namespace bitnet::bench {

/// Memory at the boundary of a page, written once so that it exists.
class Memory {
public:
  /// On pages of 2 MB if wanted, where the system has them.
  Memory(size_t size, bool hugePages);
  uint8_t *data() const { return bytes.get(); }
  size_t size() const { return count; }

private:
  struct Free {
    void operator()(uint8_t *pointer) const { free(pointer); }
  };
  size_t count;
  std::unique_ptr<uint8_t, Free> bytes;
};

struct ComparisonOptions {
  /// One copy of the weights, which stays in the caches, instead of so many
  /// that each call reads its own from memory.
  bool inCache = false;
  /// The most tokens and all numbers of threads that are to be timed.
  int64_t tokens = 1;
  std::vector<int> threads;
};

/// Seconds of the calls of one product in one round.
struct Times {
  double median, best;
};

/// Products with weights of one shape, compiled, and compared with a scalar
/// product.
class Comparison {
public:
  static llvm::Expected<Comparison>
  prepare(mlir::MLIRContext &context, llvm::ArrayRef<Candidate> candidates,
          const ComparisonOptions &options, Memory &memory);

  /// Calls a candidate's product for so many seconds, at least once.
  llvm::Expected<Times> time(size_t candidate, int64_t tokens, int threads,
                             double seconds);

private:
  /// A candidate's product, and where its packing begins in each copy.
  struct Entry {
    Candidate candidate;
    Product product;
    size_t offset;
  };

  Comparison(const Candidate &first, const ComparisonOptions &options,
             Memory &memory);
  /// Where each packing begins in a copy. One copy has the weights in all
  /// packings, so that all of them come from the same pages: pages differ in
  /// speed.
  using Offsets = llvm::DenseMap<mlir::Attribute, size_t>;
  llvm::Expected<Offsets> pack(llvm::ArrayRef<Candidate> candidates);
  const uint8_t *nextWeights(const Entry &entry);
  llvm::Error check(Entry &entry, int threads);

  ComparisonOptions options;
  Memory &memory;
  std::vector<int8_t> trits;
  Memory x, y;
  size_t stride = 0, copies = 1, copy = 0;
  std::vector<Entry> entries;
};

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_COMPARISON_H
