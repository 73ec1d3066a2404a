//===- OnlineWeightsTests.cpp - Both forms of the demo model agree --------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/ONNX.h"
#include "bitnet/Passes/ConversionStage.h"
#include "bitnet/Support/Elements.h"
#include "dialects/ONNX/ONNX.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

using namespace mlir;
using namespace bitnet;

/// A ternary matrix: its trits and their common magnitude.
struct Ternary {
  std::vector<int64_t> shape;
  std::vector<int8_t> trits;
  float scale = 0;
};

/// The ternary matrix of `values`, whose magnitudes may differ by 1e-6.
static std::optional<Ternary> ternary(ArrayRef<int64_t> shape,
                                      ArrayRef<float> values) {
  Ternary result{shape.vec(), {}, 0};
  for (float value : values)
    result.scale = std::max(result.scale, std::fabs(value));
  for (float value : values) {
    if (value != 0 && std::fabs(std::fabs(value) / result.scale - 1) > 1e-6f)
      return std::nullopt;
    result.trits.push_back(int8_t((value > 0) - (value < 0)));
  }
  return result;
}

/// The ternary right-hand sides of the products of `model`, by node name, once
/// constants are folded.
static std::map<std::string, Ternary> ternaryWeights(StringRef model) {
  std::map<std::string, Ternary> weights;
  std::string path = (BITNET_MODELS "/" + model).str();
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return weights;
  MLIRContext context;
  OwningOpRef<ModuleOp> module = importONNX(**file, &context);
  PassManager passes(&context);
  passes.addPass(createOnnxFoldConstants());
  if (!module || failed(passes.run(*module)))
    return weights;
  module->walk([&](onnx::NodeOp node) {
    ElementsAttr value;
    if (node.getOpType() != "MatMul" ||
        !matchPattern(node.getInputs()[1], m_Constant(&value)))
      return;
    auto data = elementBytes(value);
    ASSERT_TRUE(data && value.getElementType().isF32());
    ArrayRef<float> floats(reinterpret_cast<const float *>(data->bytes.data()),
                           data->bytes.size() / sizeof(float));
    auto name = dyn_cast<NameLoc>(node.getLoc());
    ASSERT_TRUE(name);
    if (auto found = ternary(value.getShapedType().getShape(), floats))
      weights[name.getName().str()] = *found;
  });
  return weights;
}

TEST(OnlineWeights, FoldToTheTritsOfTheDenseModel) {
  auto dense = ternaryWeights("kjv.onnx");
  auto online = ternaryWeights("kjv-online.onnx");
  ASSERT_EQ(dense.size(), 28u);
  ASSERT_EQ(online.size(), 28u);
  for (const auto &[name, expected] : dense) {
    const Ternary &found = online[name];
    EXPECT_EQ(found.shape, expected.shape) << name;
    EXPECT_EQ(found.trits, expected.trits) << name;
    EXPECT_NEAR(found.scale / expected.scale, 1, 1e-6) << name;
  }
}
