//===- Contenders.cpp - What is to be measured ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contenders.h"

#include "bitnet/Kernels/Choices.h"

#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"

using namespace bitnet;
using namespace bitnet::bench;
using kernels::MatrixShape;
using kernels::Selection;
using llvm::StringRef;
using ternary::KernelAttr;

/// Of a matrix in either direction.
static constexpr int64_t kMostRows = 1 << 20;

std::optional<MatrixShape> bench::parseShape(StringRef text) {
  auto [rows, depth] = text.split('x');
  MatrixShape shape{};
  if (rows.getAsInteger(10, shape.rows) ||
      depth.getAsInteger(10, shape.depth) || shape.rows <= 0 ||
      shape.depth <= 0 || shape.rows > kMostRows || shape.depth > kMostRows)
    return std::nullopt;
  return shape;
}

/// Lesser processors for their instruction sets, and this one.
static std::vector<std::string> defaultCpus() {
#if defined(__x86_64__)
  return {"generic", "x86-64-v2", "x86-64-v3", "host"};
#else
  return {"generic", "host"};
#endif
}

/// Whether this machine has the instruction set.
static bool canRun(StringRef isa) {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(kernels::requiredFeatures(isa),
                      [&](StringRef feature) { return host.lookup(feature); });
}

/// The numbers of tokens that a kernel is measured for unless some are given:
/// those that it is taken for, and some around them. The kernel before it takes
/// up to `above` of them.
static std::vector<int64_t> tokensFor(KernelAttr kernel, int64_t above) {
  std::vector<int64_t> found;
  int64_t most = kernel.getMaxTokens();
  for (int64_t tokens : {1, 2, 4, 8, 16, 32, 128, 512})
    if (2 * tokens > above && (most == 0 || tokens <= 2 * most))
      found.push_back(tokens);
  return found;
}

/// Adds the kernels of a selection.
static void addContenders(const Selection &selection, StringRef cpu,
                          const ContenderOptions &options,
                          std::vector<Contender> &contenders) {
  int64_t above = 0;
  KernelAttr last = selection.kernels.back();
  for (KernelAttr kernel : selection.kernels) {
    // One that differs from the last by its limit alone is that one.
    if (kernel != last && kernel.getAlgorithm() == last.getAlgorithm())
      continue;
    if (options.kernels.empty() ||
        llvm::is_contained(options.kernels, kernelName(kernel)))
      contenders.push_back(
          {{cpu.str(), kernel, selection.packing},
           options.tokens.empty() ? tokensFor(kernel, above) : options.tokens});
    above = kernel.getMaxTokens();
  }
}

static llvm::Expected<std::vector<Contender>>
selectFor(mlir::MLIRContext &context, const MatrixShape &shape,
          const ContenderOptions &options) {
  std::vector<Contender> selected;
  llvm::StringSet<> seen;
  bool named = !options.cpus.empty();
  for (const std::string &cpu : named ? options.cpus : defaultCpus()) {
    auto selections = findSelections(context, cpu, shape);
    if (!selections)
      return selections.takeError();
    std::vector<Contender> ofCpu;
    llvm::SmallSet<bool, 2> kinds;
    for (const Selection &selection : *selections) {
      KernelAttr first = selection.kernels.front();
      StringRef isa = first.getIsa();
      bool dot = llvm::isa<ternary::DotAttr>(first.getAlgorithm());
      bool wanted = options.isas.empty()
                        ? !named || !kinds.contains(dot)
                        : llvm::is_contained(options.isas, isa);
      kinds.insert(dot);
      if (wanted && (named || canRun(isa)) && seen.insert(isa).second)
        addContenders(selection, cpu, options, ofCpu);
    }
    selected.insert(selected.begin(), ofCpu.begin(), ofCpu.end());
  }
  return selected;
}

llvm::Expected<std::vector<std::vector<Contender>>>
bench::selectContenders(mlir::MLIRContext &context,
                        llvm::ArrayRef<MatrixShape> shapes,
                        const ContenderOptions &options) {
  std::vector<std::vector<Contender>> groups;
  for (const MatrixShape &shape : shapes) {
    auto contenders = selectFor(context, shape, options);
    if (!contenders)
      return contenders.takeError();
    if (contenders->empty())
      return llvm::createStringError("--isa, --kernel and --cpu leave none of "
                                     "the kernels that are chosen here");
    groups.push_back(std::move(*contenders));
  }
  return groups;
}

llvm::Expected<std::vector<std::vector<Contender>>>
bench::readContenders(mlir::MLIRContext &context,
                      llvm::ArrayRef<std::string> paths,
                      const ContenderOptions &options) {
  std::string cpu = options.cpus.empty() ? "host" : options.cpus.front();
  std::vector<std::vector<Contender>> groups;
  for (const std::string &path : paths) {
    auto choices = kernels::readChoices(path, &context);
    if (failed(choices))
      return llvm::createStringError("--choices: " + path + " cannot be taken");
    for (const Selection &choice : *choices) {
      StringRef isa = choice.kernels.front().getIsa();
      if (!canRun(isa))
        return llvm::createStringError(path + ": this machine has no " + isa);
      auto group = llvm::find_if(groups, [&](const auto &contenders) {
        ternary::PackingAttr packing = contenders.front().candidate.packing;
        return choice.isFor({packing.getLogicalRows(),
                             packing.getLogicalDepth(),
                             packing.getScaleGroup()});
      });
      std::vector<Contender> contenders;
      addContenders(choice, cpu, options, contenders);
      if (contenders.empty())
        continue;
      if (group == groups.end())
        groups.push_back(std::move(contenders));
      else
        llvm::append_range(*group, contenders);
    }
  }
  if (groups.empty())
    return llvm::createStringError(
        "--choices and --kernel leave nothing to measure");
  return groups;
}
