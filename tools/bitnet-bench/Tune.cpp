//===- Tune.cpp - Search the parameters of kernels ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tune.h"

#include "llvm/ADT/SetVector.h"

using namespace bitnet;
using namespace bitnet::bench;
using ternary::KernelAttr;

/// What kernels for few and for many tokens are tuned with.
static constexpr int64_t kFewTokens = 4, kManyTokens = 128;

static MeasureOptions measured(const TuneOptions &options) {
  MeasureOptions measure;
  measure.threads = {options.threads};
  measure.seconds = options.seconds;
  return measure;
}

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
  llvm::Expected<KernelAttr> findLutTile(KernelAttr few);
  llvm::Error improveLutMemory(KernelAttr &kernel);
  llvm::Expected<size_t> findFastest(llvm::ArrayRef<KernelAttr> kernels,
                                     int64_t tokens) {
    std::vector<Candidate> candidates;
    for (KernelAttr kernel : kernels)
      candidates.push_back({options.cpu, kernel, packing});
    return bench::findFastest(context, candidates, tokens, measured(options),
                              memory);
  }

  /// Up to how many tokens the first kernel is faster than the second.
  llvm::Expected<int64_t> findCrossing(KernelAttr few, KernelAttr many);

private:
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
  auto now = [&] {
    return llvm::cast<LutRegistersAttr>(kernel.getAlgorithm());
  };
  auto tuned = [&](int64_t tokenTile, int64_t rowBlocks, int64_t prefetch,
                   int64_t lookupTokens) {
    return LutRegistersAttr::get(&context, tokenTile, rowBlocks, prefetch,
                                 lookupTokens);
  };
  if (llvm::Error error =
          improve(kernel, 1, {1, 2, 4, 8}, [&](int64_t rowBlocks) {
            return tuned(now().getTokenTile(), rowBlocks, now().getPrefetch(),
                         now().getLookupTokens());
          }))
    return error;
  if (llvm::Error error = improve(
          kernel, 1, {0, 512, 1024, 1536, 2048, 4096}, [&](int64_t prefetch) {
            return tuned(now().getTokenTile(), now().getRowBlocks(), prefetch,
                         now().getLookupTokens());
          }))
    return error;
  if (llvm::Error error =
          improve(kernel, kFewTokens, {1, 2}, [&](int64_t lookupTokens) {
            return tuned(now().getTokenTile(), now().getRowBlocks(),
                         now().getPrefetch(), lookupTokens);
          }))
    return error;
  return improve(kernel, kFewTokens, {1, 2, 4}, [&](int64_t tokenTile) {
    return tuned(tokenTile, now().getRowBlocks(), now().getPrefetch(),
                 now().getLookupTokens());
  });
}

/// Of the kernel for few tokens that for any number: how many have tables in
/// the cache together, and how many words are computed at a time.
llvm::Expected<KernelAttr> Search::findLutTile(KernelAttr few) {
  using ternary::LutRegistersAttr;
  auto tuned = llvm::cast<LutRegistersAttr>(few.getAlgorithm());
  auto tile = [&](int64_t tokens, int64_t words) {
    return LutRegistersAttr::get(&context, tuned.getTokenTile(),
                                 tuned.getRowBlocks(), tuned.getPrefetch(),
                                 tuned.getLookupTokens(), tokens, words);
  };
  constexpr int64_t usualTokens = 16;
  // A scale group is always whole.
  llvm::SmallVector<int64_t> wordTiles = {0};
  if (packing.getScaleGroup() == 0)
    wordTiles.append({14, 28, 56, 140});
  KernelAttr many = few.forAnyTokens();
  if (llvm::Error error =
          improve(many, kManyTokens, wordTiles,
                  [&](int64_t words) { return tile(usualTokens, words); }))
    return error;
  int64_t words =
      llvm::cast<LutRegistersAttr>(many.getAlgorithm()).getWordTile();
  if (llvm::Error error =
          improve(many, kManyTokens, {8, usualTokens, 32, 64},
                  [&](int64_t tokens) { return tile(tokens, words); }))
    return error;
  return many;
}

llvm::Error Search::improveLutMemory(KernelAttr &kernel) {
  using ternary::LutMemoryAttr;
  auto now = [&] { return llvm::cast<LutMemoryAttr>(kernel.getAlgorithm()); };
  // A set with small registers may begin with less.
  llvm::SetVector<int64_t> tiles;
  tiles.insert(now().getTokenTile());
  for (int64_t tile : {32, 64, 128})
    tiles.insert(tile);
  if (llvm::Error error = improve(
          kernel, kManyTokens, tiles.getArrayRef(), [&](int64_t tokenTile) {
            return LutMemoryAttr::get(&context, tokenTile,
                                      now().getTableBytes());
          }))
    return error;
  return improve(kernel, kManyTokens,
                 {14 << 10, 21 << 10, 28 << 10, 32 << 10, 42 << 10, 48 << 10},
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

/// How many rows lie side by side: once, twice or four times as many as the set
/// has it, with a kernel that reads as many at once.
static llvm::Expected<ternary::PackingAttr>
findPacking(mlir::MLIRContext &context, ternary::PackingAttr packing,
            KernelAttr few, const TuneOptions &options, Memory &memory) {
  auto streams = llvm::dyn_cast<ternary::LutRegistersAttr>(few.getAlgorithm());
  if (!streams)
    return packing;
  std::vector<Candidate> candidates;
  for (int64_t times : {1, 2, 4}) {
    packing::Packing format = packing.getPacking();
    format.rows *= times;
    auto wider = ternary::PackingAttr::get(
        &context, format, packing.getLogicalRows(), packing.getLogicalDepth(),
        packing.getScaleGroup());
    int64_t rowBlocks = std::max<int64_t>(1, streams.getRowBlocks() / times);
    auto algorithm = ternary::LutRegistersAttr::get(
        &context, streams.getTokenTile(), rowBlocks, streams.getPrefetch(),
        streams.getLookupTokens());
    candidates.push_back({options.cpu, few.withAlgorithm(algorithm), wider});
  }
  llvm::Expected<size_t> fastest =
      findFastest(context, candidates, /*tokens=*/1, measured(options), memory);
  if (!fastest)
    return fastest.takeError();
  return candidates[*fastest].packing;
}

llvm::Expected<kernels::Selection>
bench::tune(mlir::MLIRContext &context, const kernels::MatrixShape &shape,
            const TuneOptions &options, Memory &memory) {
  auto selections = findSelections(context, options.cpu, shape);
  if (!selections)
    return selections.takeError();
  kernels::Selection best = selections->front();
  KernelAttr few = best.kernels.front();
  llvm::Expected<ternary::PackingAttr> packing =
      findPacking(context, best.packing, few, options, memory);
  if (!packing)
    return packing.takeError();
  best.packing = *packing;
  Search search(context, options, best.packing, memory);

  // The best of each algorithm for many tokens.
  llvm::SmallVector<KernelAttr> many;
  if (llvm::isa<ternary::LutRegistersAttr>(few.getAlgorithm())) {
    if (llvm::Error error = search.improveLutRegisters(few))
      return error;
    llvm::Expected<KernelAttr> tiled = search.findLutTile(few);
    if (!tiled)
      return tiled.takeError();
    many.push_back(*tiled);
  }
  many.push_back(best.kernels.back());
  if (!llvm::isa<ternary::LutMemoryAttr>(many.back().getAlgorithm()))
    many.back() = many.back().withAlgorithm(ternary::LutMemoryAttr::get(
        &context, /*tokenTile=*/64, /*tableBytes=*/28 << 10));
  if (llvm::Error error = search.improveLutMemory(many.back()))
    return error;
  llvm::Expected<size_t> fastest = search.findFastest(many, kManyTokens);
  if (!fastest)
    return fastest.takeError();
  llvm::Expected<int64_t> limit = search.findCrossing(few, many[*fastest]);
  if (!limit)
    return limit.takeError();
  best.kernels = {
      KernelAttr::get(&context, few.getIsa(), few.getAlgorithm(), *limit),
      many[*fastest]};
  return best;
}
