//===- Tune.cpp - Search the parameters of kernels ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tune.h"

using namespace bitnet;
using namespace bitnet::bench;
using ternary::KernelAttr;

namespace {
/// The parameters of a kernel that change its speed alone.
struct Parameters {
  KernelAttr kernel;
  int64_t maxTokens, tokenTile, rowBlocks, prefetch, tableBytes;

  explicit Parameters(KernelAttr k)
      : kernel(k), maxTokens(k.getMaxTokens()), tokenTile(k.getTokenTile()),
        rowBlocks(k.getRowBlocks()), prefetch(k.getPrefetch()),
        tableBytes(k.getTableBytes()) {}
  KernelAttr get() const {
    return KernelAttr::get(kernel.getContext(), kernel.getIsa(),
                           kernel.getAlgorithm(), maxTokens, tokenTile,
                           rowBlocks, prefetch, tableBytes);
  }
};

class Search {
public:
  Search(mlir::MLIRContext &context, const TuneOptions &options,
         ternary::PackingAttr packing, Memory &memory)
      : context(context), options(options), packing(packing), memory(memory) {}

  /// Tries the values for one parameter and keeps the fastest for `tokens`.
  llvm::Error improve(KernelAttr &kernel, int64_t tokens,
                      int64_t Parameters::*parameter,
                      llvm::ArrayRef<int64_t> values);
  /// Up to how many tokens the first kernel is faster than the second.
  llvm::Expected<int64_t> findCrossing(KernelAttr few, KernelAttr many);

private:
  llvm::Expected<size_t> findFastest(llvm::ArrayRef<KernelAttr> kernels,
                                     int64_t tokens) {
    std::vector<Candidate> candidates;
    for (KernelAttr kernel : kernels)
      candidates.push_back({options.cpu, kernel, packing});
    MeasureOptions measure;
    measure.tokens = {tokens};
    measure.threads = {options.threads};
    measure.seconds = options.seconds;
    return bench::findFastest(context, candidates, measure, memory);
  }

  mlir::MLIRContext &context;
  const TuneOptions &options;
  ternary::PackingAttr packing;
  Memory &memory;
};
} // namespace

llvm::Error Search::improve(KernelAttr &kernel, int64_t tokens,
                            int64_t Parameters::*parameter,
                            llvm::ArrayRef<int64_t> values) {
  llvm::SmallVector<KernelAttr> kernels;
  for (int64_t value : values) {
    Parameters parameters(kernel);
    parameters.*parameter = value;
    kernels.push_back(parameters.get());
  }
  llvm::Expected<size_t> fastest = findFastest(kernels, tokens);
  if (!fastest)
    return fastest.takeError();
  kernel = kernels[*fastest];
  return llvm::Error::success();
}

llvm::Expected<int64_t> Search::findCrossing(KernelAttr few, KernelAttr many) {
  int64_t most = 1;
  for (int64_t tokens : {1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64}) {
    llvm::Expected<size_t> fastest = findFastest({few, many}, tokens);
    if (!fastest)
      return fastest.takeError();
    if (*fastest == 1)
      break;
    most = tokens;
  }
  return most;
}

llvm::Expected<kernels::Selection> bench::tune(mlir::MLIRContext &context,
                                               int64_t rows, int64_t depth,
                                               const TuneOptions &options,
                                               Memory &memory) {
  auto selections = findSelections(context, options.cpu, rows, depth);
  if (!selections)
    return selections.takeError();
  kernels::Selection best = selections->front();
  KernelAttr few = best.kernels.front(), many = best.kernels.back();
  Search search(context, options, best.packing, memory);

  constexpr int64_t fewTokens = 4, manyTokens = 128;
  if (few.getAlgorithm() == ternary::Algorithm::LutRegisters) {
    if (llvm::Error error =
            search.improve(few, 1, &Parameters::rowBlocks, {1, 2, 4, 8}))
      return error;
    if (llvm::Error error = search.improve(few, 1, &Parameters::prefetch,
                                           {0, 512, 1024, 2048, 4096}))
      return error;
    if (llvm::Error error =
            search.improve(few, fewTokens, &Parameters::tokenTile, {1, 2, 4}))
      return error;
  }
  if (llvm::Error error = search.improve(many, manyTokens,
                                         &Parameters::tokenTile, {32, 64, 128}))
    return error;
  if (llvm::Error error = search.improve(
          many, manyTokens, &Parameters::tableBytes,
          {8 << 10, 16 << 10, 24 << 10, 32 << 10, 40 << 10, 48 << 10}))
    return error;
  llvm::Expected<int64_t> crossing = search.findCrossing(few, many);
  if (!crossing)
    return crossing.takeError();
  Parameters limited(few);
  limited.maxTokens = *crossing;
  best.kernels = {limited.get(), many};
  return best;
}
