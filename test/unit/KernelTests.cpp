//===- KernelTests.cpp - Emitted kernels against a scalar reference -------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every instruction set that this machine runs, both of its algorithms: the
// sums must be equal, bit for bit, for odd shapes and for the worst values.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Conversion/Passes.h"
#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Packing/Packing.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/CRunnerUtils.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace bitnet;

namespace {

struct Level {
  const char *isa, *cpu;
};

void PrintTo(const Level &level, std::ostream *stream) {
  *stream << level.isa << " on " << level.cpu;
}

/// A matrix with its function names `few<i>` and `many<i>`.
struct Product {
  int64_t rows, depth;
  kernels::Selection selection;

  ternary::KernelAttr few() const { return selection.kernels.front(); }
  ternary::KernelAttr many() const { return selection.kernels.back(); }
  bool isDot() const { return few().getAlgorithm() == ternary::Algorithm::Dot; }
  /// Activations as they are, not their tables.
  bool readsRows() const {
    return isDot() || few().getAlgorithm() == ternary::Algorithm::MaskedAdd;
  }
  packing::Packing packing() const { return selection.packing.getPacking(); }
  int64_t paddedDepth() const {
    return packing().words(depth) * packing().tritsPerWord();
  }
};

/// Memory at a cache line's boundary, as compiled models have it, with a line
/// behind it that nobody may write.
template <typename T>
class Buffer {
public:
  explicit Buffer(int64_t size)
      : bytes(size * sizeof(T) + 128, guard), size(size) {
    auto address = reinterpret_cast<uintptr_t>(bytes.data());
    begin = reinterpret_cast<T *>((address + 63) / 64 * 64);
  }
  ~Buffer() {
    auto *end = reinterpret_cast<char *>(begin + size);
    EXPECT_TRUE(std::all_of(end, end + 64, [](char c) { return c == guard; }))
        << "written past the end";
  }
  T *data() { return begin; }
  T &operator[](int64_t i) { return begin[i]; }

private:
  static constexpr char guard = 0x5a;
  std::vector<char> bytes;
  int64_t size;
  T *begin;
};

template <typename T, int N>
StridedMemRefType<T, N> view(T *data, std::array<int64_t, N> sizes) {
  StridedMemRefType<T, N> result{data, data, 0, {}, {}};
  int64_t stride = 1;
  for (int i = N; i-- > 0; stride *= sizes[i]) {
    result.sizes[i] = sizes[i];
    result.strides[i] = stride;
  }
  return result;
}

class Kernels : public testing::TestWithParam<Level> {
protected:
  static void SetUpTestSuite() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    registerAllPasses();
  }

  void SetUp() override {
    registerAllDialects(registry);
    registerAllExtensions(registry);
    registerAllToLLVMIRTranslations(registry);
    registry.insert<ternary::TernaryDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
    for (StringRef feature : kernels::requiredFeatures(GetParam().isa)) {
      if (!host.lookup(feature))
        GTEST_SKIP() << "this CPU has no " << feature.str();
      features.push_back(("+" + feature).str());
    }
  }

  void add(int64_t rows, int64_t depth) {
    SmallVector<StringRef> names(features.begin(), features.end());
    auto attribute = LLVM::TargetFeaturesAttr::get(&context, names);
    size_t before = products.size();
    for (bool dot : {false, true}) {
      kernels::SelectionOptions options;
      options.dot = dot;
      for (const kernels::Selection &selection :
           kernels::candidates(&context, attribute, rows, depth, options))
        if (selection.kernels.front().getIsa() == GetParam().isa)
          products.push_back({rows, depth, selection});
    }
    ASSERT_EQ(products.size(), before + 1) << "not among the candidates";
  }

  void compile();
  void check(size_t index, int64_t tokens, bool many, int worst = 0);

  DialectRegistry registry;
  MLIRContext context{MLIRContext::Threading::DISABLED};
  std::vector<std::string> features;
  std::vector<Product> products;
  std::unique_ptr<ExecutionEngine> engine;
  std::mt19937 random{7};

private:
  void emitFew(ImplicitLocOpBuilder &b, const Product &p, std::string name);
  void emitMany(ImplicitLocOpBuilder &b, const Product &p, std::string name);
  void runFew(size_t index, int64_t tokens, const std::vector<int8_t> &x,
              Buffer<uint8_t> &weights, Buffer<int32_t> &acc);
  void runMany(size_t index, int64_t tokens, const std::vector<int8_t> &x,
               Buffer<uint8_t> &weights, Buffer<int32_t> &acc);
};

} // namespace

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

static ValueRange startFunction(ImplicitLocOpBuilder &b, std::string name,
                                ArrayRef<Type> types) {
  auto function = func::FuncOp::create(b, name, b.getFunctionType(types, {}));
  function->setAttr("llvm.emit_c_interface", b.getUnitAttr());
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  return entry->getArguments();
}

static Type buffer(ImplicitLocOpBuilder &b, ArrayRef<int64_t> sizes,
                   unsigned bits) {
  return MemRefType::get(sizes, b.getIntegerType(bits));
}

static Type weightsType(ImplicitLocOpBuilder &b, const Product &p) {
  return buffer(b, p.selection.packing.getStorageType().getShape(),
                p.packing().wordBits);
}

static constexpr int64_t dynamic = ShapedType::kDynamic;

void Kernels::emitFew(ImplicitLocOpBuilder &b, const Product &p,
                      std::string name) {
  Type acc = buffer(b, {dynamic, dynamic}, 32), weights = weightsType(b, p);
  if (p.readsRows()) {
    auto a = startFunction(
        b, name, {buffer(b, {dynamic, p.paddedDepth()}, 8), weights, acc});
    if (p.isDot())
      ternary::DotAccumulateOp::create(b, TypeRange(), p.few(),
                                       p.selection.packing, a[0], a[1], a[2]);
    else
      ternary::AddAccumulateOp::create(b, TypeRange(), p.few(),
                                       p.selection.packing, a[0], a[1], a[2]);
    func::ReturnOp::create(b);
    return;
  }
  RankedTensorType type =
      kernels::tableType(p.few(), p.selection.packing, dynamic);
  Type table = buffer(b, type.getShape(), type.getElementTypeBitWidth());
  auto a = startFunction(
      b, name, {buffer(b, {dynamic, p.depth}, 8), table, weights, acc});
  ternary::LutBuildOp::create(b, TypeRange(), p.few(), p.selection.packing,
                              a[0], a[1]);
  ternary::LutAccumulateOp::create(b, TypeRange(), p.few(), p.selection.packing,
                                   a[1], a[2], a[3]);
  func::ReturnOp::create(b);
}

void Kernels::emitMany(ImplicitLocOpBuilder &b, const Product &p,
                       std::string name) {
  auto a = startFunction(b, name,
                         {buffer(b, {p.paddedDepth(), dynamic}, 8),
                          weightsType(b, p), buffer(b, {dynamic, dynamic}, 32),
                          buffer(b, {dynamic}, 16),
                          buffer(b, {dynamic, p.many().getTokenTile()}, 32)});
  ternary::TokenAccumulateOp::create(b, TypeRange(), p.many(),
                                     p.selection.packing, a[0], a[1], a[2],
                                     a[3], a[4]);
  func::ReturnOp::create(b);
}

/// Compiles all products into one engine, for a CPU of the level under test.
void Kernels::compile() {
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  ImplicitLocOpBuilder b(loc, &context);
  for (size_t i = 0; i < products.size(); ++i) {
    b.setInsertionPointToEnd(module->getBody());
    emitFew(b, products[i], "few" + std::to_string(i));
    b.setInsertionPointToEnd(module->getBody());
    if (!products[i].isDot())
      emitMany(b, products[i], "many" + std::to_string(i));
  }
  PassManager passes(&context);
  passes.addPass(createConvertTernaryToVector());
  ASSERT_TRUE(succeeded(parsePassPipeline(
      "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
      "convert-vector-to-llvm,"
      "finalize-memref-to-llvm,convert-arith-to-llvm,convert-func-to-llvm,"
      "convert-cf-to-llvm,reconcile-unrealized-casts",
      passes)));
  ASSERT_TRUE(succeeded(passes.run(*module)));

  auto builder =
      llvm::cantFail(llvm::orc::JITTargetMachineBuilder::detectHost());
  builder.setCPU(GetParam().cpu);
  builder.getFeatures() = llvm::SubtargetFeatures();
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  auto machine = llvm::cantFail(builder.createTargetMachine());
  ExecutionEngineOptions options;
  auto optimize = makeOptimizingTransformer(3, 0, machine.get());
  options.transformer = optimize;
  engine = llvm::cantFail(
      ExecutionEngine::create(*module, options, std::move(machine)));
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

/// Leaves acc[token * paddedRows + row].
void Kernels::runFew(size_t index, int64_t tokens, const std::vector<int8_t> &x,
                     Buffer<uint8_t> &weights, Buffer<int32_t> &acc) {
  const Product &p = products[index];
  packing::Packing packing = p.packing();
  int64_t blocks = packing.rowBlocks(p.rows), words = packing.words(p.depth);
  auto w = view<uint8_t, 3>(weights.data(), {blocks, words, packing.rows});
  auto out = view<int32_t, 2>(acc.data(), {tokens, blocks * packing.rows});
  std::string name = "_mlir_ciface_few" + std::to_string(index);
  if (p.readsRows()) {
    Buffer<int8_t> padded(tokens * p.paddedDepth());
    std::fill_n(padded.data(), tokens * p.paddedDepth(), 0);
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t k = 0; k < p.depth; ++k) {
        // Four by four activations stand turned for dot products.
        int64_t at = p.isDot() ? k / 16 * 16 + k % 4 * 4 + k / 4 % 4 : k;
        padded[t * p.paddedDepth() + at] = x[t * p.depth + k];
      }
    auto in = view<int8_t, 2>(padded.data(), {tokens, p.paddedDepth()});
    void *arguments[] = {&in, &w, &out};
    auto *function = llvm::cantFail(engine->lookup(name));
    reinterpret_cast<void (*)(void *, void *, void *)>(function)(
        arguments[0], arguments[1], arguments[2]);
    return;
  }
  RankedTensorType type =
      kernels::tableType(p.few(), p.selection.packing, tokens);
  Buffer<uint8_t> table(type.getNumElements() *
                        (type.getElementTypeBitWidth() / 8));
  auto in = view<int8_t, 2>(const_cast<int8_t *>(x.data()), {tokens, p.depth});
  auto tables = view<uint8_t, 3>(
      table.data(), {tokens, type.getDimSize(1), type.getDimSize(2)});
  auto *function = llvm::cantFail(engine->lookup(name));
  reinterpret_cast<void (*)(void *, void *, void *, void *)>(function)(
      &in, &tables, &w, &out);
}

/// Leaves acc[token * paddedRows + row].
void Kernels::runMany(size_t index, int64_t tokens,
                      const std::vector<int8_t> &x, Buffer<uint8_t> &weights,
                      Buffer<int32_t> &acc) {
  const Product &p = products[index];
  packing::Packing packing = p.packing();
  int64_t blocks = packing.rowBlocks(p.rows), words = packing.words(p.depth);
  Buffer<int8_t> transposed(p.paddedDepth() * tokens);
  std::fill_n(transposed.data(), p.paddedDepth() * tokens, 0);
  int64_t real = x.size() / p.depth, rows = blocks * packing.rows;
  for (int64_t k = 0; k < p.depth; ++k)
    for (int64_t t = 0; t < real; ++t)
      transposed[k * tokens + t] = x[t * p.depth + k];
  int64_t size = kernels::scratchSize(p.many(), p.selection.packing);
  Buffer<int16_t> scratch(size);
  auto in = view<int8_t, 2>(transposed.data(), {p.paddedDepth(), tokens});
  auto w = view<uint8_t, 3>(weights.data(), {blocks, words, packing.rows});
  auto out = view<int32_t, 2>(acc.data(), {real, rows});
  auto s = view<int16_t, 1>(scratch.data(), {size});
  int64_t sums = kernels::wideRows(p.selection.packing);
  Buffer<int32_t> wide(sums * p.many().getTokenTile());
  auto v = view<int32_t, 2>(wide.data(), {sums, p.many().getTokenTile()});
  auto *function = llvm::cantFail(
      engine->lookup("_mlir_ciface_many" + std::to_string(index)));
  reinterpret_cast<void (*)(void *, void *, void *, void *, void *)>(function)(
      &in, &w, &out, &s, &v);
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
  Buffer<uint8_t> weights(packing.storageBytes(p.rows, p.depth));
  pack(packing, trits.data(), p.rows, p.depth, weights.data());
  int64_t paddedRows = packing.rowBlocks(p.rows) * packing.rows;
  int64_t tile = p.many().getTokenTile();
  int64_t paddedTokens = many ? (tokens + tile - 1) / tile * tile : tokens;
  Buffer<int32_t> acc(paddedRows * tokens);
  if (many)
    runMany(index, paddedTokens, x, weights, acc);
  else
    runFew(index, tokens, x, weights, acc);
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
    selection.packing = ternary::PackingAttr::get(
        &context, selection.packing.getGroup(),
        selection.packing.getIndexBits(), selection.packing.getWordBits(), rows,
        selection.packing.getLogicalRows(), 77);
    ternary::KernelAttr few = selection.kernels.front();
    if (few.getAlgorithm() == ternary::Algorithm::LutRegisters ||
        few.getAlgorithm() == ternary::Algorithm::Dot)
      selection.kernels.front() = ternary::KernelAttr::get(
          &context, few.getIsa(), few.getAlgorithm(), few.getMaxTokens(),
          /*tokenTile=*/blocks == 3 ? 1 : 2, /*rowBlocks=*/8, /*prefetch=*/64,
          few.getTableBytes());
  }
  compile();
  for (size_t i = 0; i < products.size(); ++i)
    for (int64_t tokens : {1, 2, 3, 5})
      for (bool many : {false, true})
        check(i, tokens, many);
}

TEST(Selection, FollowsTheFeatures) {
  MLIRContext context;
  context.loadDialect<ternary::TernaryDialect, LLVM::LLVMDialect>();
  auto select = [&](ArrayRef<StringRef> features) {
    return kernels::candidates(
               &context, LLVM::TargetFeaturesAttr::get(&context, features),
               2560, 100)
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
  MLIRContext context;
  context.loadDialect<ternary::TernaryDialect, LLVM::LLVMDialect>();
  auto find = [&](ArrayRef<StringRef> features, bool dot) {
    kernels::SelectionOptions options;
    options.dot = dot;
    return kernels::candidates(
        &context, LLVM::TargetFeaturesAttr::get(&context, features), 64, 64,
        options);
  };
  SmallVector<StringRef> features = {"+avx2", "+avx512f", "+avx512bw",
                                     "+avx512vnni"};
  for (bool dot : {false, true}) {
    auto found = find(features, dot);
    ASSERT_FALSE(found.empty());
    for (const kernels::Selection &selection : found)
      for (ternary::KernelAttr kernel : selection.kernels)
        EXPECT_EQ(kernel.getAlgorithm() == ternary::Algorithm::Dot, dot);
  }
  EXPECT_EQ(find(features, true).front().kernels[0].getIsa(),
            "x86-avx512-vnni");
  EXPECT_TRUE(find({"+sse4.1"}, true).empty());
}

// The greater one of computing and reading, and a quarter of the other.
TEST(Selection, CostIsComputingAndReading) {
  MLIRContext context;
  context.loadDialect<ternary::TernaryDialect, LLVM::LLVMDialect>();
  auto features =
      LLVM::TargetFeaturesAttr::get(&context, {"+avx2", "+ssse3", "+sse4.1"});
  kernels::SelectionOptions slow, fast;
  slow.bytesPerCycle = 0.5;
  fast.bytesPerCycle = 1000;
  auto bound = kernels::candidates(&context, features, 64, 64, slow);
  auto unbound = kernels::candidates(&context, features, 64, 64, fast);
  EXPECT_EQ(bound.front().kernels[0].getIsa(), "x86-avx2");
  EXPECT_EQ(bound.front().cost, 512 + 39 / 4.); // 256 bytes
  EXPECT_LT(unbound.front().cost, 100);
  EXPECT_NE(bound.front().reason.find("512 to read"), std::string::npos);
}

// Fewer bits per weight are worth more computing where memory is slow.
TEST(Selection, ReadsLessFromSlowMemory) {
  MLIRContext context;
  context.loadDialect<ternary::TernaryDialect, LLVM::LLVMDialect>();
  auto features = LLVM::TargetFeaturesAttr::get(
      &context, {"+avx512f", "+avx512bw", "+avx512vbmi"});
  kernels::SelectionOptions options;
  for (auto [bytesPerCycle, isa] :
       {std::pair(7., "x86-avx512"), std::pair(2., "x86-avx512-vbmi")}) {
    options.bytesPerCycle = bytesPerCycle;
    auto found = kernels::candidates(&context, features, 64, 64, options);
    EXPECT_EQ(found.front().kernels[0].getIsa(), isa) << bytesPerCycle;
    EXPECT_EQ(found.size(), 3u); // and the generic one
  }
}

INSTANTIATE_TEST_SUITE_P(
    Isas, Kernels,
    testing::Values(Level{"generic", "x86-64"},
                    Level{"x86-avx2-madd", "x86-64-v3"},
                    Level{"x86-avx-vnni", "alderlake"},
                    Level{"x86-avx512-vnni", "cascadelake"},
                    Level{"x86-sse4", "x86-64-v2"},
                    Level{"x86-avx2", "x86-64-v3"},
                    Level{"x86-avx512-vbmi", "icelake-server"},
                    Level{"x86-avx512", "x86-64-v4"}),
    [](const testing::TestParamInfo<Level> &info) {
      std::string name = info.param.isa;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });
