//===- SelectionTests.cpp - Which kernels a target gets -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelProcess.h"

#include "bitnet/Kernels/Tuned.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "llvm/ADT/StringSet.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace bitnet;

namespace {
struct Context : MLIRContext {
  Context() {
    DialectRegistry registry;
    kernels::registerAlgorithms(registry);
    appendDialectRegistry(registry);
    loadDialect<ternary::TernaryDialect, LLVM::LLVMDialect>();
  }
};
} // namespace

TEST(Selection, FollowsTheFeatures) {
  Context context;
  auto select = [&](ArrayRef<StringRef> features) {
    return kernels::candidates(
               &context, LLVM::TargetFeaturesAttr::get(&context, features),
               {2560, 100})
        .front();
  };
  EXPECT_EQ(select({}).kernels[0].getIsa(), "generic");
  EXPECT_EQ(select({"+sse4.2", "-avx2"}).kernels[0].getIsa(), "generic");
  EXPECT_EQ(select({"+avx2", "+avx512f"}).kernels[0].getIsa(), "x86-avx2");
  kernels::Selection best = select({"+avx2", "+avx512f", "+avx512bw"});
  EXPECT_EQ(best.kernels[1].getIsa(), "x86-avx512");
  EXPECT_EQ(best.kernels[1].getMaxTokens(), 0);
  EXPECT_EQ(best.packing.getLogicalRows(), 2560);
  EXPECT_EQ(best.packing.getPacking().tritsPerWord(), 9u);
  EXPECT_TRUE(kernels::requiredFeatures("no such").empty());
  // 12 words of three groups, 32 entries each.
  EXPECT_EQ(kernels::tableType(best.kernels[0], best.packing, 5).getShape(),
            ArrayRef<int64_t>({5, 36, 32}));
}

// Dot products are taken on demand only, and then nothing else.
TEST(Selection, MultipliesOnDemandOnly) {
  Context context;
  auto find = [&](ArrayRef<StringRef> features, bool dot) {
    kernels::SelectionOptions options;
    options.dot = dot;
    return kernels::candidates(
        &context, LLVM::TargetFeaturesAttr::get(&context, features), {64, 64},
        options);
  };
  SmallVector<StringRef> features = {"+avx2", "+avx512f", "+avx512bw",
                                     "+avx512vnni"};
  for (bool dot : {false, true}) {
    auto found = find(features, dot);
    ASSERT_FALSE(found.empty());
    for (const kernels::Selection &selection : found)
      for (ternary::KernelAttr kernel : selection.kernels)
        EXPECT_EQ(isa<ternary::DotAttr>(kernel.getAlgorithm()), dot);
  }
  EXPECT_EQ(find(features, true).front().kernels[0].getIsa(),
            "x86-avx512-vnni");
  EXPECT_TRUE(find({"+sse4.1"}, true).empty());
}

// The greater one of computing and reading, and a quarter of the other.
TEST(Selection, CostIsComputingAndReading) {
  Context context;
  auto features =
      LLVM::TargetFeaturesAttr::get(&context, {"+avx2", "+ssse3", "+sse4.1"});
  kernels::SelectionOptions slow, fast;
  slow.facts.bytesPerCycle = 0.5;
  fast.facts.bytesPerCycle = 1000;
  auto bound = kernels::candidates(&context, features, {64, 64}, slow);
  auto unbound = kernels::candidates(&context, features, {64, 64}, fast);
  EXPECT_EQ(bound.front().kernels[0].getIsa(), "x86-avx2");
  EXPECT_EQ(bound.front().cost, 512 + 39 / 4.); // 256 bytes
  EXPECT_LT(unbound.front().cost, 100);
  EXPECT_NE(bound.front().reason.find("512 to read"), std::string::npos);
}

// What scale groups pad is computed and read, and their scales are read.
TEST(Selection, CostCountsTheScaleGroups) {
  Context context;
  kernels::SelectionOptions slow;
  slow.facts.bytesPerCycle = 0.5;
  struct Case {
    int64_t scaleGroup;
    double bits, cost;
  };
  // 4 trits in 8 bits and 570 cycles for 1024 weights; five inputs take two
  // words.
  for (auto [scaleGroup, bits, cost] :
       {Case{0, 2, 570 + 512 / 4.}, Case{32, 2 + 1, 768 + 570 / 4.},
        Case{5, (16 + 32) / 5., 256 * 9.6 + 570 * 1.6 / 4}}) {
    auto found = kernels::candidates(&context, {}, {64, 64, scaleGroup}, slow);
    EXPECT_TRUE(found.front().isFor({64, 64, scaleGroup}));
    EXPECT_DOUBLE_EQ(found.front().packing.getBitsPerWeight(), bits);
    EXPECT_DOUBLE_EQ(found.front().cost, cost);
  }
}

// Fewer bits per weight are worth more computing where memory is slow.
TEST(Selection, ReadsLessFromSlowMemory) {
  Context context;
  auto features = LLVM::TargetFeaturesAttr::get(
      &context, {"+avx512f", "+avx512bw", "+avx512vbmi"});
  kernels::SelectionOptions options;
  for (auto [bytesPerCycle, isa] :
       {std::pair(7., "x86-avx512"), std::pair(2., "x86-avx512-vbmi")}) {
    options.facts.bytesPerCycle = bytesPerCycle;
    auto found = kernels::candidates(&context, features, {64, 64}, options);
    EXPECT_EQ(found.front().kernels[0].getIsa(), isa) << bytesPerCycle;
    EXPECT_EQ(found.size(), 3u); // and the generic one
  }
}

// The rows of processors are lists of kernels that the set has, the last one
// for any number of tokens, and are taken on such processors.
TEST(Selection, TakesWhatWasTuned) {
  Context context;
  ASSERT_FALSE(kernels::tunedRows().empty());
  for (const kernels::TunedRow &row : kernels::tunedRows()) {
    auto features = test::targetFeatures(context, row.isa);
    kernels::SelectionOptions options;
    options.processor = row.processor.str();
    auto found = kernels::candidates(&context, features, {2560, 2560}, options);
    auto *selection = llvm::find_if(found, [&](const auto &choice) {
      return choice.kernels.front().getIsa() == row.isa;
    });
    ASSERT_NE(selection, found.end());
    EXPECT_EQ(selection->kernels, kernels::readKernels(row, &context));
    EXPECT_EQ(selection->packing.getRows(), row.rows);
    auto list = ArrayAttr::get(
        &context, SmallVector<Attribute>(selection->kernels.begin(),
                                         selection->kernels.end()));
    EXPECT_FALSE(ternary::findFault(list));
    EXPECT_EQ(selection->kernels.back().getMaxTokens(), 0);
  }
}

// Scalable registers are as fast as they are wide.
TEST(Selection, KnowsTheWidthOfScalableRegisters) {
  Context context;
  auto features = LLVM::TargetFeaturesAttr::get(&context, {"+neon", "+sve"});
  kernels::SelectionOptions options;
  for (auto [vscale, isa] :
       {std::pair(1, "arm-neon"), std::pair(2, "arm-sve")}) {
    options.facts.vscale = vscale;
    auto found = kernels::candidates(&context, features, {64, 64}, options);
    EXPECT_EQ(found.front().kernels[0].getIsa(), isa) << vscale;
  }
}

// An object refuses a processor without what its kernels need only if the
// runtime can ask for it.
TEST(Selection, NeedsFeaturesThatTheRuntimeChecks) {
  const llvm::StringSet<> known = {
#define X86_FEATURE(name, use, leaf, subleaf, register, bit, state) name,
#define AARCH64_FEATURE(name, use, hwcap, hwcap2) name,
#include "bitnet/Runtime/CpuFeatures.def"
  };
  for (StringRef isa : kernels::isaNames())
    for (StringRef feature : kernels::requiredFeatures(isa))
      EXPECT_TRUE(known.contains(feature))
          << isa.str() << ": " << feature.str();
}
