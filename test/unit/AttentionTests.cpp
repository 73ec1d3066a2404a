//===- AttentionTests.cpp - Lowered attention against a reference ---------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ternary.attention, lowered and compiled, reads slices of caches of a larger
// capacity; the reference is computed in double.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/ExecutionEngine/CRunnerUtils.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/TargetSelect.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace mlir;

namespace {

constexpr int64_t kCapacity = 80;

struct Shape {
  int64_t heads, keyHeads, depth, valueDepth;
  float scale;
  // Heads of the mask, 0 for no mask.
  int64_t maskHeads;
};

struct Tensor {
  Tensor(std::array<int64_t, 4> sizes)
      : sizes(sizes), data(sizes[0] * sizes[1] * sizes[2] * sizes[3]) {}
  float &at(int64_t a, int64_t b, int64_t c, int64_t d) {
    return data[((a * sizes[1] + b) * sizes[2] + c) * sizes[3] + d];
  }
  StridedMemRefType<float, 4> view() {
    StridedMemRefType<float, 4> result{data.data(), data.data(), 0, {}, {}};
    int64_t stride = 1;
    for (int i = 4; i-- > 0; stride *= sizes[i]) {
      result.sizes[i] = sizes[i];
      result.strides[i] = stride;
    }
    return result;
  }

  std::array<int64_t, 4> sizes;
  std::vector<float> data;
};

struct Inputs {
  Inputs(const Shape &s, int64_t batch, int64_t tokens, int64_t keys,
         unsigned seed)
      : query({batch, s.heads, tokens, s.depth}),
        key({batch, s.keyHeads, kCapacity, s.depth}),
        value({batch, s.keyHeads, kCapacity, s.valueDepth}),
        mask({batch, std::max<int64_t>(s.maskHeads, 1), tokens, keys}) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (Tensor *tensor : {&query, &key, &value})
      for (float &x : tensor->data)
        x = uniform(random);
    // Causal as models write it, with the two numbers that stand for -inf.
    for (int64_t b = 0; b < batch; ++b)
      for (int64_t h = 0; h < mask.sizes[1]; ++h)
        for (int64_t s = 0; s < tokens; ++s)
          for (int64_t t = 0; t < keys; ++t)
            mask.at(b, h, s, t) =
                t <= keys - tokens + s || t == 0 ? 0.1f * uniform(random)
                : h % 2 ? std::numeric_limits<float>::lowest()
                        : -std::numeric_limits<float>::infinity();
    // What is behind the keys is never read.
    for (Tensor *cache : {&key, &value})
      for (int64_t b = 0; b < batch; ++b)
        for (int64_t g = 0; g < s.keyHeads; ++g)
          for (int64_t t = keys; t < kCapacity; ++t)
            for (int64_t d = 0; d < cache->sizes[3]; ++d)
              cache->at(b, g, t, d) = std::nanf("");
  }
  Tensor query, key, value, mask;
};

class Attention : public testing::TestWithParam<Shape> {
protected:
  static void SetUpTestSuite() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    registerAllPasses();
  }

  void SetUp() override {
    DialectRegistry registry;
    registerAllDialects(registry);
    registerAllExtensions(registry);
    registerAllToLLVMIRTranslations(registry);
    registry.insert<bitnet::ternary::TernaryDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    compile();
  }

  void compile();
  Tensor run(const char *tile, Inputs &inputs);
  std::unique_ptr<ExecutionEngine> engine;
  MLIRContext context{MLIRContext::Threading::DISABLED};
};

} // namespace

/// A function over buffers, whose keys and values are slices.
static std::string moduleText(const Shape &s, StringRef name) {
  std::string mask = s.maskHeads ? ", %mt" : "";
  std::string maskType =
      llvm::formatv("tensor<?x{0}x?x?xf32>", std::max<int64_t>(s.maskHeads, 1));
  return llvm::formatv(
      R"(
func.func @{0}(%q: memref<?x{1}x?x{3}xf32>, %k: memref<?x{2}x{8}x{3}xf32>, %v: memref<?x{2}x{8}x{4}xf32>,
    %m: memref<?x{9}x?x?xf32>, %o: memref<?x{1}x?x{4}xf32>) attributes {{llvm.emit_c_interface} {{
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %qt = bufferization.to_tensor %q restrict : memref<?x{1}x?x{3}xf32> to tensor<?x{1}x?x{3}xf32>
  %kc = bufferization.to_tensor %k restrict : memref<?x{2}x{8}x{3}xf32> to tensor<?x{2}x{8}x{3}xf32>
  %vc = bufferization.to_tensor %v restrict : memref<?x{2}x{8}x{4}xf32> to tensor<?x{2}x{8}x{4}xf32>
  %mt = bufferization.to_tensor %m restrict : memref<?x{9}x?x?xf32> to {6}
  %b = tensor.dim %qt, %c0 : tensor<?x{1}x?x{3}xf32>
  %s = tensor.dim %qt, %c2 : tensor<?x{1}x?x{3}xf32>
  %t = tensor.dim %mt, %c3 : {6}
  %kt = tensor.extract_slice %kc[0, 0, 0, 0] [%b, {2}, %t, {3}] [1, 1, 1, 1] : tensor<?x{2}x{8}x{3}xf32> to tensor<?x{2}x?x{3}xf32>
  %vt = tensor.extract_slice %vc[0, 0, 0, 0] [%b, {2}, %t, {4}] [1, 1, 1, 1] : tensor<?x{2}x{8}x{4}xf32> to tensor<?x{2}x?x{4}xf32>
  %e = tensor.empty(%b, %s) : tensor<?x{1}x?x{4}xf32>
  %r = ternary.attention scale = {5:E8}
    ins(%qt, %kt, %vt{7} : tensor<?x{1}x?x{3}xf32>, tensor<?x{2}x?x{3}xf32>, tensor<?x{2}x?x{4}xf32>{10})
    outs(%e : tensor<?x{1}x?x{4}xf32>) -> tensor<?x{1}x?x{4}xf32>
  bufferization.materialize_in_destination %r in restrict writable %o : (tensor<?x{1}x?x{4}xf32>, memref<?x{1}x?x{4}xf32>) -> ()
  return
})",
      name, s.heads, s.keyHeads, s.depth, s.valueDepth, s.scale, maskType, mask,
      kCapacity, std::max<int64_t>(s.maskHeads, 1),
      s.maskHeads ? ", " + maskType : std::string());
}

/// Compiles `tile1` and `tile5`, which differ in the tokens of a tile.
void Attention::compile() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  for (int64_t tile : {1, 5}) {
    std::string name = "tile" + std::to_string(tile);
    OwningOpRef<ModuleOp> part = parseSourceString<ModuleOp>(
        moduleText(GetParam(), name), ParserConfig(&context));
    ASSERT_TRUE(part);
    PassManager lower(&context);
    lower.addNestedPass<func::FuncOp>(
        bitnet::createTernaryLowerAttention({/*tokenTile=*/tile}));
    ASSERT_TRUE(succeeded(lower.run(*part)));
    for (auto function :
         llvm::make_early_inc_range(part->getOps<func::FuncOp>())) {
      function->remove();
      module->push_back(function);
    }
  }
  PassManager passes(&context);
  ASSERT_TRUE(succeeded(parsePassPipeline(
      "eliminate-empty-tensors,empty-tensor-to-alloc-tensor,"
      "one-shot-bufferize{unknown-type-conversion=identity-layout-map},"
      "buffer-deallocation-pipeline,func.func(scf-forall-to-for),"
      "expand-strided-metadata,lower-affine,canonicalize,convert-scf-to-cf,"
      "convert-vector-to-llvm,convert-to-llvm,reconcile-unrealized-casts",
      passes)));
  ASSERT_TRUE(succeeded(passes.run(*module)));
  ExecutionEngineOptions options;
  auto optimize = makeOptimizingTransformer(3, 0, nullptr);
  options.transformer = optimize;
  engine = llvm::cantFail(ExecutionEngine::create(*module, options));
}

Tensor Attention::run(const char *tile, Inputs &inputs) {
  Tensor out({inputs.query.sizes[0], inputs.query.sizes[1],
              inputs.query.sizes[2], inputs.value.sizes[3]});
  auto q = inputs.query.view(), k = inputs.key.view(), v = inputs.value.view();
  auto m = inputs.mask.view(), o = out.view();
  auto *function =
      llvm::cantFail(engine->lookup(std::string("_mlir_ciface_") + tile));
  reinterpret_cast<void (*)(void *, void *, void *, void *, void *)>(function)(
      &q, &k, &v, &m, &o);
  return out;
}

static std::vector<double> reference(const Shape &s, Inputs &in, int64_t keys,
                                     int64_t b, int64_t h, int64_t token) {
  int64_t g = h / (s.heads / s.keyHeads);
  std::vector<double> scores(keys), out(s.valueDepth);
  for (int64_t t = 0; t < keys; ++t) {
    double dot = 0;
    for (int64_t d = 0; d < s.depth; ++d)
      dot += double(in.query.at(b, h, token, d)) * in.key.at(b, g, t, d);
    scores[t] = s.scale * dot;
    if (s.maskHeads)
      scores[t] += in.mask.at(b, h % s.maskHeads, token, t);
  }
  double max = *std::max_element(scores.begin(), scores.end()), sum = 0;
  for (double &score : scores)
    sum += score = std::exp(score - max);
  for (int64_t t = 0; t < keys; ++t)
    for (int64_t d = 0; d < s.valueDepth; ++d)
      out[d] += scores[t] / sum * in.value.at(b, g, t, d);
  return out;
}

TEST_P(Attention, IsNearTheReference) {
  const Shape &s = GetParam();
  unsigned seed = 1;
  for (int64_t keys : {1, 2, 15, 16, 17, 31, 33, 64, 70})
    for (int64_t tokens : {int64_t(1), std::min<int64_t>(keys, 7), keys}) {
      int64_t batch = 1 + keys % 2;
      Inputs inputs(s, batch, tokens, keys, seed++);
      Tensor out = run("tile5", inputs);
      for (int64_t b = 0; b < batch; ++b)
        for (int64_t h = 0; h < s.heads; ++h)
          for (int64_t i = 0; i < tokens; ++i) {
            std::vector<double> expected = reference(s, inputs, keys, b, h, i);
            for (int64_t d = 0; d < s.valueDepth; ++d)
              ASSERT_NEAR(out.at(b, h, i, d), expected[d], 1e-5)
                  << keys << " keys, batch " << b << ", head " << h
                  << ", token " << i << ", column " << d;
          }
    }
}

/// How tokens are shared among threads changes no bit.
TEST_P(Attention, DoesNotDependOnTiles) {
  Inputs inputs(GetParam(), 2, 13, 70, 99);
  EXPECT_EQ(run("tile1", inputs).data, run("tile5", inputs).data);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Attention,
                         testing::Values(Shape{4, 2, 64, 64, 0.125f, 1},
                                         Shape{4, 1, 10, 10, 0.3f, 4},
                                         Shape{3, 3, 16, 20, 2.0f, 0},
                                         Shape{2, 1, 33, 7, 9.0f, 2}));
