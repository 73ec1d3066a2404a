//===- ScaledProductTests.cpp - Products with group scales ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products whose weights have a scale for some inputs of each row, compiled as
// models are, for each instruction set that this machine or an emulator runs.
// They must be equal to the scalar formula, bit for bit: sums of a group are
// exact, and the order in which groups are added is part of the op's meaning.
//
//===----------------------------------------------------------------------===//

#include "ProductProcess.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace bitnet;
using bitnet::test::Array;
using bitnet::test::Level;

namespace {

/// Weights of one function, `product<index>`, with its scales.
struct Matrix {
  int64_t rows, depth, group;
  /// Whether the result is divided by a scale for each token.
  bool hasEpilogue;
  std::vector<int8_t> trits;
  std::vector<float> scales;

  int64_t groups() const { return (depth + group - 1) / group; }
};

class ScaledProducts : public test::ProductProcess {
protected:
  void add(int64_t rows, int64_t depth, int64_t group, bool hasEpilogue);
  size_t functionCount() const override { return matrices.size(); }
  std::string functionText(size_t index) override;
  void check(size_t index, int64_t tokens) override;

  std::vector<Matrix> matrices;
};

} // namespace

void ScaledProducts::add(int64_t rows, int64_t depth, int64_t group,
                         bool hasEpilogue) {
  Matrix m{rows, depth, group, hasEpilogue, {}, {}};
  m.trits.resize(rows * depth);
  m.scales.resize(m.groups() * rows);
  for (int8_t &trit : m.trits)
    trit = int8_t(random() % 3) - 1;
  // Of very different size, so that another order of the groups is seen.
  for (float &scale : m.scales)
    scale = std::ldexp(float(random()) / 2e9f - 1, int(random() % 30) - 15);
  matrices.push_back(std::move(m));
}

/// A function of activations, scales and a scale for each token, by which the
/// epilogue divides.
std::string ScaledProducts::functionText(size_t index) {
  const Matrix &m = matrices[index];
  return llvm::formatv(
      R"(
func.func @product{0}(%x: tensor<?x{2}xi8>, %s: tensor<{3}x{1}xf32>, %t: tensor<?xf32>) -> tensor<?x{1}xf32>
    attributes {{llvm.emit_c_interface} {{
  %c0 = arith.constant 0 : index
  %w = ternary.constant dense<"{5}"> : tensor<{1}x{2}xi8>
  %tokens = tensor.dim %x, %c0 : tensor<?x{2}xi8>
  %acc = tensor.empty(%tokens) : tensor<?x{1}xf32>
  %y = ternary.matmul {{scale_group = {4} : i64} ins(%x, %w : tensor<?x{2}xi8>, tensor<{1}x{2}x!ternary.trit>)
    scales(%s : tensor<{3}x{1}xf32>) outs(%acc : tensor<?x{1}xf32>) -> tensor<?x{1}xf32>
  %z = linalg.generic {{indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m, n)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%y, %t : tensor<?x{1}xf32>, tensor<?xf32>) outs(%acc : tensor<?x{1}xf32>) {{
  ^bb0(%sum: f32, %token: f32, %unused: f32):
    %q = arith.divf %sum, %token : f32
    linalg.yield %q : f32
  } -> tensor<?x{1}xf32>
  return %{6} : tensor<?x{1}xf32>
}
)",
      index, m.rows, m.depth, m.groups(), m.group, test::hexText(m.trits),
      m.hasEpilogue ? "z" : "y");
}

/// One output by the formula of `ternary.matmul`.
static float reference(const Matrix &m, const int8_t *x, int64_t row) {
  float total = 0;
  for (int64_t g = 0; g < m.groups(); ++g) {
    int32_t sum = 0;
    for (int64_t k = g * m.group; k < std::min((g + 1) * m.group, m.depth); ++k)
      sum += x[k] * m.trits[row * m.depth + k];
    // Each operation rounded: no part of it may be fused.
    volatile float scaled = float(sum) * m.scales[g * m.rows + row];
    total = total + scaled;
  }
  return total;
}

void ScaledProducts::check(size_t index, int64_t tokens) {
  Matrix &m = matrices[index];
  std::vector<int8_t> x(tokens * m.depth);
  std::vector<float> tokenScales(tokens);
  for (int8_t &code : x)
    code = int8_t(random());
  for (float &scale : tokenScales)
    scale = 1 + float(random() % 1000);
  std::vector<float> y(tokens * m.rows, -1);
  call("product" + std::to_string(index),
       {Array{x.data(), 1, {tokens, m.depth}},
        Array{m.scales.data(), 4, {m.groups(), m.rows}},
        Array{tokenScales.data(), 4, {tokens}},
        Array{y.data(), 4, {tokens, m.rows}}});
  if (HasFatalFailure())
    return;
  int64_t wrong = 0;
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t row = 0; row < m.rows; ++row) {
      float expected = reference(m, &x[t * m.depth], row);
      if (m.hasEpilogue)
        expected /= tokenScales[t];
      wrong +=
          std::memcmp(&expected, &y[t * m.rows + row], sizeof expected) != 0;
    }
  EXPECT_EQ(wrong, 0) << m.rows << "x" << m.depth << ", " << m.group
                      << " inputs a scale, " << tokens << " tokens";
}

// Few tokens and many, whole groups and a last one of fewer inputs, one group
// for all inputs, and groups that do not end with a word.
TEST_P(ScaledProducts, EqualTheFormula) {
  for (int64_t group : {32, 64, 128, 256}) {
    add(70, 512, group, /*hasEpilogue=*/true);
    add(33, 300, group, /*hasEpilogue=*/false);
  }
  add(100, 60, 60, /*hasEpilogue=*/false);
  // As many words as 16 bits hold, which are no whole blocks of tables.
  for (int64_t group : {208, 224, 250, 255})
    add(33, 2 * group, group, /*hasEpilogue=*/false);
  add(20, 50, 7, /*hasEpilogue=*/true);
  // More row blocks than are computed at once, of sums that 16 bits do not
  // hold.
  add(600, 1100, 500, /*hasEpilogue=*/true);
  compileAndCheck(/*threads=*/1, {1, 2, 5, 67});
}

// Enough weights that a single token is worth threads, and rows that are no
// multiple of a row block.
TEST_P(ScaledProducts, ThreadsShareTheRows) {
  if (GetParam().emulated)
    GTEST_SKIP() << "no OpenMP in the emulator";
  add(530, 512, 128, /*hasEpilogue=*/true);
  add(610, 450, 32, /*hasEpilogue=*/false);
  compileAndCheck(/*threads=*/3, {1, 3, 67});
}

INSTANTIATE_TEST_SUITE_P(
    Isas, ScaledProducts,
    testing::Values(Level{"generic", "x86-64"}, Level{"x86-sse4", "x86-64-v2"},
                    Level{"x86-avx2", "x86-64-v3"},
                    Level{"x86-avx512", "x86-64-v4"},
                    Level{"x86-avx512", "znver5"},
                    Level{"x86-avx512-vbmi", "icelake-server"},
                    Level{"generic", "cortex-a72", "cortex-a72"},
                    Level{"arm-neon", "cortex-a72", "cortex-a72"},
                    Level{"arm-sve", "neoverse-v1", "max,sve256=on"}));
