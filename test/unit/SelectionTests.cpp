//===- SelectionTests.cpp - Which kernels a target gets -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelProcess.h"

#include "bitnet/InitAll.h"
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
    registerAllDialects(registry);
    appendDialectRegistry(registry);
    loadAllAvailableDialects();
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

static kernels::Selection select(MLIRContext &context,
                                 ArrayRef<StringRef> features,
                                 const kernels::MatrixShape &shape) {
  return kernels::candidates(
             &context, LLVM::TargetFeaturesAttr::get(&context, features), shape)
      .front();
}

// The longest counts whole, of the others a quarter.
TEST(Prediction, HidesThreeQuarters) {
  EXPECT_EQ((kernels::Prediction{100, 40, 20}.cycles()), 115);
  EXPECT_EQ((kernels::Prediction{8, 0, 20}.cycles()), 22);
}

// Weights come from memory once, with the zeros that fill up words, and their
// scales.
TEST(Prediction, ReadsTheWeights) {
  Context context;
  TargetFacts facts;
  facts.bytesPerCycle = 2;
  for (StringRef feature : {"", "+avx2", "+sve"})
    for (int64_t scaleGroup : {0, 32})
      for (int64_t tokens : {1, 5}) {
        auto selection = select(context, {feature}, {128, 100, scaleGroup});
        double bytes = selection.packing.getStorageBytes();
        if (scaleGroup)
          bytes += 4. * selection.packing.getScaleGroups() * 128;
        EXPECT_DOUBLE_EQ(kernels::predict(selection, tokens, facts).read,
                         bytes / 2)
            << feature.str() << ", " << scaleGroup << ", " << tokens;
      }
}

// One row block of 64 rows and one word of 9 inputs. Tables: three groups of
// three trits. Looking up: two registers of words, for each three lookups,
// which occupy the permuting port twice.
TEST(Prediction, CountsTheBusiestPorts) {
  Context context;
  auto selection = select(context, {"+avx512f", "+avx512bw"}, {64, 9 * 28});
  TargetFacts facts;
  // So many of all the others that lookups are what counts.
  facts.vectorPorts = facts.loadPorts = {16, 1 << 16};
  facts.issueWidth = 16;
  double slow = kernels::predict(selection, 1, facts).compute;
  facts.permutePorts = {2, 1024};
  double two = kernels::predict(selection, 1, facts).compute;
  facts.hasFastPermute16 = 1;
  double fast = kernels::predict(selection, 1, facts).compute;
  EXPECT_GE(slow, 28 * 2 * 3 * 2);
  EXPECT_NEAR(two, slow / 2, slow / 10);
  EXPECT_GE(fast, 28 * 2 * 3 / 2);
  EXPECT_LT(fast, two);
}

// Twice the tokens, or the rows, are twice the work, whatever the kernel.
TEST(Prediction, GrowsWithTheWork) {
  Context context;
  TargetFacts facts;
  for (StringRef feature : {"", "+avx2", "+neon", "+sve"}) {
    auto cycles = [&](int64_t rows, int64_t tokens) {
      auto selection = select(context, {feature}, {rows, 1000});
      return kernels::predict(selection, tokens, facts).compute;
    };
    EXPECT_NEAR(cycles(4096, 1) / cycles(2048, 1), 2, 0.1) << feature.str();
    EXPECT_NEAR(cycles(2048, 256) / cycles(2048, 128), 2, 0.1) << feature.str();
  }
}

// What does not fit the first-level cache is fetched again.
TEST(Prediction, KnowsTheCaches) {
  Context context;
  auto selection = select(context, {"+avx512f", "+avx512bw"}, {2560, 2560});
  TargetFacts small, large;
  large.l1dBytes = 1 << 20;
  double often = kernels::predict(selection, 16, small).fetch;
  double once = kernels::predict(selection, 16, large).fetch;
  EXPECT_GT(often, 3 * once);
}

// Fewer bits per weight are worth more computing where memory is slow, and the
// reason says so.
TEST(Selection, ReadsLessFromSlowMemory) {
  Context context;
  auto features = LLVM::TargetFeaturesAttr::get(
      &context, {"+avx512f", "+avx512bw", "+avx512vbmi"});
  kernels::SelectionOptions options;
  for (auto [bytesPerCycle, isa] :
       {std::pair(12., "x86-avx512"), std::pair(1., "x86-avx512-vbmi")}) {
    options.facts.bytesPerCycle = bytesPerCycle;
    auto found = kernels::candidates(&context, features, {2560, 2560}, options);
    EXPECT_EQ(found.front().kernels[0].getIsa(), isa) << bytesPerCycle;
    EXPECT_EQ(found.size(), 3u); // and the generic one
  }
  options.facts.bytesPerCycle = 0.5;
  auto found = kernels::candidates(&context, {}, {640, 256}, options);
  EXPECT_NE(found.front().reason.find("and 512 to read"), std::string::npos)
      << found.front().reason;
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
    auto found = kernels::candidates(&context, features, {640, 640}, options);
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
