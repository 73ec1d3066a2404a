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
class Search {
public:
  Search(mlir::MLIRContext &context, const TuneOptions &options,
         ternary::PackingAttr packing, Memory &memory)
      : context(context), options(options), packing(packing), memory(memory) {}

  /// Tries the values for one parameter, with which `tuned` makes another
  /// algorithm of the kernel's, and keeps the fastest for `tokens`.
  llvm::Error improve(KernelAttr &kernel, int64_t tokens,
                      llvm::ArrayRef<int64_t> values,
                      llvm::function_ref<mlir::Attribute(int64_t)> tuned);
  llvm::Error improveLutRegisters(KernelAttr &kernel);
  llvm::Error improveLutMemory(KernelAttr &kernel);
  /// Up to how many tokens the first kernel is faster than the second.
  llvm::Expected<int64_t> findCrossing(KernelAttr few, KernelAttr many);

private:
  llvm::Expected<size_t> findFastest(llvm::ArrayRef<KernelAttr> kernels,
                                     int64_t tokens) {
    std::vector<Candidate> candidates;
    for (KernelAttr kernel : kernels)
      candidates.push_back({options.cpu, kernel, packing});
    MeasureOptions measure;
    measure.threads = {options.threads};
    measure.seconds = options.seconds;
    return bench::findFastest(context, candidates, tokens, measure, memory);
  }

  mlir::MLIRContext &context;
  const TuneOptions &options;
  ternary::PackingAttr packing;
  Memory &memory;
};
} // namespace

llvm::Error
Search::improve(KernelAttr &kernel, int64_t tokens,
                llvm::ArrayRef<int64_t> values,
                llvm::function_ref<mlir::Attribute(int64_t)> tuned) {
  llvm::SmallVector<KernelAttr> kernels;
  for (int64_t value : values)
    kernels.push_back(kernel.withAlgorithm(tuned(value)));
  llvm::Expected<size_t> fastest = findFastest(kernels, tokens);
  if (!fastest)
    return fastest.takeError();
  kernel = kernels[*fastest];
  return llvm::Error::success();
}

llvm::Error Search::improveLutRegisters(KernelAttr &kernel) {
  using ternary::LutRegistersAttr;
  constexpr int64_t fewTokens = 4;
  auto now = [&] {
    return llvm::cast<LutRegistersAttr>(kernel.getAlgorithm());
  };
  if (llvm::Error error =
          improve(kernel, 1, {1, 2, 4, 8}, [&](int64_t rowBlocks) {
            return LutRegistersAttr::get(&context, now().getTokenTile(),
                                         rowBlocks, now().getPrefetch());
          }))
    return error;
  if (llvm::Error error =
          improve(kernel, 1, {0, 512, 1024, 2048, 4096}, [&](int64_t prefetch) {
            return LutRegistersAttr::get(&context, now().getTokenTile(),
                                         now().getRowBlocks(), prefetch);
          }))
    return error;
  return improve(kernel, fewTokens, {1, 2, 4}, [&](int64_t tokenTile) {
    return LutRegistersAttr::get(&context, tokenTile, now().getRowBlocks(),
                                 now().getPrefetch());
  });
}

llvm::Error Search::improveLutMemory(KernelAttr &kernel) {
  using ternary::LutMemoryAttr;
  constexpr int64_t manyTokens = 128;
  auto now = [&] { return llvm::cast<LutMemoryAttr>(kernel.getAlgorithm()); };
  if (llvm::Error error =
          improve(kernel, manyTokens, {32, 64, 128}, [&](int64_t tokenTile) {
            return LutMemoryAttr::get(&context, tokenTile,
                                      now().getTableBytes());
          }))
    return error;
  return improve(kernel, manyTokens,
                 {8 << 10, 16 << 10, 24 << 10, 32 << 10, 40 << 10, 48 << 10},
                 [&](int64_t tableBytes) {
                   return LutMemoryAttr::get(&context, now().getTokenTile(),
                                             tableBytes);
                 });
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

llvm::Expected<kernels::Selection>
bench::tune(mlir::MLIRContext &context, const kernels::MatrixShape &shape,
            const TuneOptions &options, Memory &memory) {
  auto selections = findSelections(context, options.cpu, shape);
  if (!selections)
    return selections.takeError();
  kernels::Selection best = selections->front();
  KernelAttr few = best.kernels.front(), many = best.kernels.back();
  Search search(context, options, best.packing, memory);

  if (llvm::isa<ternary::LutRegistersAttr>(few.getAlgorithm()))
    if (llvm::Error error = search.improveLutRegisters(few))
      return error;
  if (llvm::Error error = search.improveLutMemory(many))
    return error;
  llvm::Expected<int64_t> crossing = search.findCrossing(few, many);
  if (!crossing)
    return crossing.takeError();
  best.kernels = {
      KernelAttr::get(&context, few.getIsa(), few.getAlgorithm(), *crossing),
      many};
  return best;
}
