//===- KernelTests.cpp - Emitted kernels against a scalar reference -------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every instruction set that this machine or an emulator runs, both of its
// algorithms: the sums must be equal, bit for bit, for odd shapes and for the
// worst values.
//
//===----------------------------------------------------------------------===//

#include "KernelModules.h"
#include "KernelProcess.h"

#include "bitnet/Passes/LLVMStage.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace bitnet;
using bitnet::test::Array;
using bitnet::test::Level;
using bitnet::test::Product;

namespace {

/// A contiguous array of `values`, whose elements may be parts of its own.
template <typename T>
Array array(std::vector<T> &values, std::vector<int64_t> sizes,
            unsigned elementBytes = sizeof(T)) {
  return {values.data(), elementBytes, std::move(sizes)};
}

class Kernels : public testing::TestWithParam<Level> {
protected:
  static void SetUpTestSuite() {
    test::initializeTargets();
    registerAllPasses();
  }

  void SetUp() override {
    registerAllDialects(registry);
    registerAllExtensions(registry);
    registerAllToLLVMIRTranslations(registry);
    registry.insert<ternary::TernaryDialect>();
    kernels::registerAlgorithms(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    if (auto why = test::findMachine(GetParam(), machine))
      GTEST_SKIP() << *why;
  }

  void add(int64_t rows, int64_t depth) {
    auto features = test::targetFeatures(context, GetParam().isa);
    size_t before = products.size();
    for (bool dot : {false, true}) {
      kernels::SelectionOptions options;
      options.dot = dot;
      for (const kernels::Selection &selection :
           kernels::candidates(&context, features, {rows, depth}, options))
        if (selection.kernels.front().getIsa() == GetParam().isa)
          products.push_back({rows, depth, selection});
    }
    ASSERT_EQ(products.size(), before + 1) << "not among the candidates";
    if (GetParam().maskedAdd)
      useMaskedAdd(products.back());
  }

  /// By hand: no set prefers them to its lookups.
  void useMaskedAdd(Product &p) {
    packing::Packing packing{/*group=*/1, /*indexBits=*/2, /*wordBits=*/8,
                             /*rows=*/64};
    p.selection.packing =
        ternary::PackingAttr::get(&context, packing, p.rows, p.depth);
    p.selection.kernels.front() =
        p.few().withAlgorithm(ternary::MaskedAddAttr::get(&context));
  }

  void compile();
  void check(size_t index, int64_t tokens, bool many, int worst = 0);

  DialectRegistry registry;
  MLIRContext context{MLIRContext::Threading::DISABLED};
  std::vector<Product> products;
  test::Machine machine;
  std::unique_ptr<test::KernelProcess> process;
  std::mt19937 random{7};

private:
  std::vector<int32_t> runFew(size_t index, int64_t tokens,
                              std::vector<int8_t> x,
                              std::vector<uint8_t> &weights);
  std::vector<int32_t> runMany(size_t index, int64_t tokens,
                               const std::vector<int8_t> &x,
                               std::vector<uint8_t> &weights);
  void call(std::string name, ArrayRef<Array> arguments) {
    if (llvm::Error error = process->call(name, arguments))
      FAIL() << toString(std::move(error));
  }
};

} // namespace

/// Compiles all products into one object, for a CPU of the level under test.
void Kernels::compile() {
  OwningOpRef<ModuleOp> module = test::emitKernelOps(context, products);
  PassManager passes(&context);
  passes.addPass(createConvertTernaryToVector());
  ASSERT_TRUE(succeeded(parsePassPipeline(
      "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
      "convert-vector-to-llvm,"
      "finalize-memref-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,"
      "convert-cf-to-llvm,reconcile-unrealized-casts",
      passes)));
  ASSERT_TRUE(succeeded(passes.run(*module)));

  auto started = test::KernelProcess::start(*module, machine);
  ASSERT_TRUE(bool(started)) << toString(started.takeError());
  process = std::move(*started);
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

/// Returns acc[token * paddedRows + row].
std::vector<int32_t> Kernels::runFew(size_t index, int64_t tokens,
                                     std::vector<int8_t> x,
                                     std::vector<uint8_t> &weights) {
  const Product &p = products[index];
  packing::Packing packing = p.packing();
  int64_t blocks = packing.rowBlocks(p.rows), words = packing.words(p.depth);
  int64_t rows = blocks * packing.rows;
  // Nothing is promised of what kernels write to.
  std::vector<int32_t> acc(tokens * rows, -1);
  Array w = array(weights, {blocks, words, packing.rows}, packing.wordBytes());
  Array out = array(acc, {tokens, rows});
  std::string name = "few" + std::to_string(index);
  if (p.readsRows()) {
    std::vector<int8_t> padded(tokens * p.paddedDepth());
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t k = 0; k < p.depth; ++k) {
        // Four by four activations stand turned for dot products.
        int64_t at = p.isDot() ? k / 16 * 16 + k % 4 * 4 + k / 4 % 4 : k;
        padded[t * p.paddedDepth() + at] = x[t * p.depth + k];
      }
    call(name, {array(padded, {tokens, p.paddedDepth()}), w, out});
    return acc;
  }
  RankedTensorType type =
      kernels::tableType(p.few(), p.selection.packing, tokens);
  unsigned entryBytes = type.getElementTypeBitWidth() / 8;
  std::vector<uint8_t> table(type.getNumElements() * entryBytes, 0x5a);
  call(name, {array(x, {tokens, p.depth}),
              array(table, type.getShape().vec(), entryBytes), w, out});
  return acc;
}

/// Returns acc[token * paddedRows + row].
std::vector<int32_t> Kernels::runMany(size_t index, int64_t tokens,
                                      const std::vector<int8_t> &x,
                                      std::vector<uint8_t> &weights) {
  const Product &p = products[index];
  packing::Packing packing = p.packing();
  int64_t blocks = packing.rowBlocks(p.rows), words = packing.words(p.depth);
  std::vector<int8_t> transposed(p.paddedDepth() * tokens);
  int64_t real = x.size() / p.depth, rows = blocks * packing.rows;
  for (int64_t k = 0; k < p.depth; ++k)
    for (int64_t t = 0; t < real; ++t)
      transposed[k * tokens + t] = x[t * p.depth + k];
  std::vector<int32_t> acc(real * rows, -1);
  call("many" + std::to_string(index),
       {array(transposed, {p.paddedDepth(), tokens}),
        array(weights, {blocks, words, packing.rows}, packing.wordBytes()),
        array(acc, {real, rows})});
  return acc;
}

/// Runs a product on random values, or with `worst` weights of that sign and
/// activations of the largest magnitude, whole (worst = 1) or of their low
/// halves (worst = 2), and compares every sum.
void Kernels::check(size_t index, int64_t tokens, bool many, int worst) {
  const Product &p = products[index];
  if (many && p.isDot())
    return;
  std::vector<int8_t> trits(p.rows * p.depth), x(tokens * p.depth);
  for (int8_t &trit : trits)
    trit = worst ? worst / std::abs(worst) : int8_t(random() % 3) - 1;
  for (int64_t i = 0; i < int64_t(x.size()); ++i)
    // 120 and -120 are 8 and -8 sixteens and 8 less.
    x[i] = !worst                 ? int8_t(random())
           : std::abs(worst) == 2 ? (i / p.depth % 2 ? 120 : -120)
           : i / p.depth % 2      ? 127
                                  : -128;
  packing::Packing packing = p.packing();
  std::vector<uint8_t> weights(packing.storageBytes(p.rows, p.depth));
  pack(packing, trits.data(), p.rows, p.depth, weights.data());
  int64_t paddedRows = packing.rowBlocks(p.rows) * packing.rows;
  int64_t tile = p.tokenTile();
  int64_t paddedTokens = many ? (tokens + tile - 1) / tile * tile : tokens;
  std::vector<int32_t> acc = many ? runMany(index, paddedTokens, x, weights)
                                  : runFew(index, tokens, x, weights);
  int64_t wrong = 0;
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t r = 0; r < p.rows; ++r) {
      int32_t expected = 0;
      for (int64_t k = 0; k < p.depth; ++k)
        expected += int32_t(x[t * p.depth + k]) * trits[r * p.depth + k];
      wrong += expected != acc[t * paddedRows + r];
    }
  EXPECT_EQ(wrong, 0) << p.rows << "x" << p.depth << ", " << tokens
                      << (many ? " tokens in lanes" : " tokens");
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

TEST_P(Kernels, RandomShapes) {
  add(1, 1);
  add(300, 299);
  for (int i = 0; i < 8; ++i)
    add(1 + random() % 300, 1 + random() % 300);
  compile();
  for (size_t i = 0; i < products.size(); ++i)
    for (bool many : {false, true}) {
      check(i, 1 + random() % 70, many);
      check(i, 1, many);
      check(i, 2, many, /*worst=*/1);
      check(i, 3, many, /*worst=*/-1);
      check(i, 2, many, /*worst=*/2);
      check(i, 2, many, /*worst=*/-2);
    }
}

TEST_P(Kernels, LayersOfLargeModels) {
  add(2560, 2560);
  add(6912, 2560);
  add(2560, 6912);
  compile();
  for (size_t i = 0; i < products.size(); ++i)
    for (bool many : {false, true}) {
      check(i, many ? 37 : 3, many);
      check(i, 2, many, /*worst=*/1);
      check(i, 2, many, /*worst=*/-1);
    }
}

// Row blocks of a number of registers that is no power of two, and other
// numbers of them at once than fit.
TEST_P(Kernels, OddRowBlocks) {
  for (unsigned blocks : {3u, 5u}) {
    add(1, 1);
    unsigned rows = blocks * products.back().packing().rows;
    products.pop_back();
    add(rows * 11 - 3, 77);
    kernels::Selection &selection = products.back().selection;
    packing::Packing packing = selection.packing.getPacking();
    packing.rows = rows;
    selection.packing = ternary::PackingAttr::get(
        &context, packing, selection.packing.getLogicalRows(), 77);
    ternary::KernelAttr few = selection.kernels.front();
    int64_t tokenTile = blocks == 3 ? 1 : 2, rowBlocks = 8, prefetch = 64;
    if (isa<ternary::LutRegistersAttr>(few.getAlgorithm()))
      selection.kernels.front() =
          few.withAlgorithm(ternary::LutRegistersAttr::get(
              &context, tokenTile, rowBlocks, prefetch,
              /*lookupTokens=*/blocks == 3 ? 2 : 1));
    if (isa<ternary::DotAttr>(few.getAlgorithm()))
      selection.kernels.front() = few.withAlgorithm(
          ternary::DotAttr::get(&context, tokenTile, rowBlocks, prefetch));
  }
  compile();
  for (size_t i = 0; i < products.size(); ++i)
    for (int64_t tokens : {1, 2, 3, 5})
      for (bool many : {false, true})
        check(i, tokens, many);
}

static constexpr char kSve384[] = "max,sve384=on";
// Without the second property the emulator gives programs 64 bytes at most.
static constexpr char kSve2048[] =
    "max,sve2048=on,sve-default-vector-length=256";

INSTANTIATE_TEST_SUITE_P(
    Isas, Kernels,
    testing::Values(Level{"generic", "x86-64"},
                    Level{"x86-avx2-madd", "x86-64-v3"},
                    Level{"x86-avx-vnni", "alderlake"},
                    Level{"x86-avx512-vnni", "cascadelake"},
                    Level{"x86-sse4", "x86-64-v2"},
                    Level{"x86-avx2", "x86-64-v3"},
                    Level{"x86-avx512-vbmi", "icelake-server"},
                    Level{"x86-avx512", "x86-64-v4"},
                    Level{"generic", "cortex-a72", "cortex-a72"},
                    Level{"arm-neon", "cortex-a72", "cortex-a72"},
                    Level{"arm-neon", "cortex-a72", "cortex-a72", true},
                    Level{"arm-sdot", "cortex-a76", "max"},
                    Level{"arm-smlal", "cortex-a72", "cortex-a72"},
                    Level{"arm-smmla", "neoverse-v1", "max"},
                    Level{"arm-sve", "neoverse-v1", "max,sve128=on"},
                    Level{"arm-sve", "neoverse-v1", "max,sve256=on"},
                    Level{"arm-sve", "neoverse-v1", "max,sve512=on"},
                    // Rows and tokens do not fill these: lanes are masked.
                    Level{"arm-sve", "neoverse-v1", kSve384},
                    Level{"arm-sve", "neoverse-v1", kSve2048},
                    Level{"arm-sve", "neoverse-v1", kSve384, true},
                    Level{"arm-sve", "neoverse-v1", kSve2048, true}),
    [](const testing::TestParamInfo<Level> &info) {
      std::string name = info.param.isa;
      // The widths that an emulator offers.
      StringRef emulated = info.param.emulated ? info.param.emulated : "";
      if (emulated.consume_front("max,sve"))
        name +=
            "_" + emulated.take_until([](char c) { return c == '='; }).str();
      else if (!emulated.empty())
        name += "_" + std::string(info.param.cpu);
      if (info.param.maskedAdd)
        name += "_masked_add";
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });
