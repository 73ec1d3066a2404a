//===- TiledProductTests.cpp - Products in parts of the depth -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products of the same activations whose tables are made for some tokens and
// some words at a time, compiled as models are, for each instruction set that
// looks up in registers and that this machine or an emulator runs. They must be
// equal to the scalar product.
//
//===----------------------------------------------------------------------===//

#include "ProductProcess.h"

#include "bitnet/Kernels/Kernels.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace bitnet;
using bitnet::test::Array;
using bitnet::test::Level;

namespace {

/// Function `products<index>`: three matrices with the same activations.
struct Siblings {
  int64_t rows[3], depth;
  int64_t lookupTokens, cacheTokens, wordTile;
  std::vector<int8_t> trits[3];
};

class TiledProducts : public test::ProductProcess {
protected:
  void add(int64_t depth, int64_t lookupTokens, int64_t cacheTokens,
           int64_t wordTile);
  size_t functionCount() const override { return all.size(); }
  std::string functionText(size_t index) override;
  void check(size_t index, int64_t tokens) override;

  std::vector<Siblings> all;
};

} // namespace

void TiledProducts::add(int64_t depth, int64_t lookupTokens,
                        int64_t cacheTokens, int64_t wordTile) {
  // Whole row blocks, some that end with padding, and fewer rows than one has.
  Siblings siblings{{384, 201, 40}, depth,    lookupTokens,
                    cacheTokens,    wordTile, {}};
  for (int i = 0; i < 3; ++i) {
    siblings.trits[i].resize(siblings.rows[i] * depth);
    for (int8_t &trit : siblings.trits[i])
      trit = int8_t(random() % 3) - 1;
  }
  all.push_back(std::move(siblings));
}

/// The attributes of a product with the kernel under test.
static std::string attributesOf(MLIRContext &context, StringRef isa,
                                const Siblings &siblings, int64_t rows) {
  auto target = test::targetFeatures(context, isa);
  std::string text;
  for (const kernels::Selection &selection :
       kernels::candidates(&context, target, {rows, siblings.depth})) {
    ternary::KernelAttr few = selection.kernels.front();
    if (few.getIsa() != isa)
      continue;
    auto tuned = llvm::cast<ternary::LutRegistersAttr>(few.getAlgorithm());
    auto tiled = ternary::LutRegistersAttr::get(
        &context, tuned.getTokenTile(), tuned.getRowBlocks(),
        tuned.getPrefetch(), siblings.lookupTokens, siblings.cacheTokens,
        siblings.wordTile);
    llvm::raw_string_ostream(text)
        << "kernels = [" << few.forAnyTokens().withAlgorithm(tiled)
        << "], packing = " << selection.packing;
  }
  return text;
}

std::string TiledProducts::functionText(size_t index) {
  const Siblings &siblings = all[index];
  int64_t depth = siblings.depth;
  std::string arguments, body;
  for (int i = 0; i < 3; ++i) {
    int64_t rows = siblings.rows[i];
    arguments += llvm::formatv(", %o{0}: tensor<?x{1}xi32>", i, rows);
    body += llvm::formatv(
        R"(
  %w{0} = ternary.constant dense<"{1}"> : tensor<{2}x{3}xi8>
  %acc{0} = tensor.empty(%tokens) : tensor<?x{2}xi32>
  %y{0} = ternary.matmul {{ {4} } ins(%x, %w{0} : tensor<?x{3}xi8>, tensor<{2}x{3}x!ternary.trit>)
    outs(%acc{0} : tensor<?x{2}xi32>) -> tensor<?x{2}xi32>
)",
        i, test::hexText(siblings.trits[i]), rows, depth,
        attributesOf(context, GetParam().isa, siblings, rows));
  }
  // The second one with an epilogue, and what it reads known late.
  return llvm::formatv(
      R"(
func.func @products{0}(%x: tensor<?x{1}xi8>, %add: tensor<?x{2}xi32>)
    -> (tensor<?x{3}xi32>, tensor<?x{2}xi32>, tensor<?x{4}xi32>)
    attributes {{llvm.emit_c_interface} {{
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x{1}xi8>
  {5}
  %z = linalg.add ins(%y1, %add : tensor<?x{2}xi32>, tensor<?x{2}xi32>)
    outs(%acc1 : tensor<?x{2}xi32>) -> tensor<?x{2}xi32>
  return %y0, %z, %y2 : tensor<?x{3}xi32>, tensor<?x{2}xi32>, tensor<?x{4}xi32>
}
)",
      index, depth, siblings.rows[1], siblings.rows[0], siblings.rows[2], body);
}

void TiledProducts::check(size_t index, int64_t tokens) {
  Siblings &siblings = all[index];
  std::vector<int8_t> x(tokens * siblings.depth);
  for (int8_t &code : x)
    code = int8_t(random());
  std::vector<int32_t> added(tokens * siblings.rows[1]), y[3];
  for (int32_t &value : added)
    value = int32_t(random());
  std::vector<Array> arguments = {
      Array{x.data(), 1, {tokens, siblings.depth}},
      Array{added.data(), 4, {tokens, siblings.rows[1]}}};
  for (int i = 0; i < 3; ++i) {
    y[i].assign(tokens * siblings.rows[i], -1);
    arguments.push_back(Array{y[i].data(), 4, {tokens, siblings.rows[i]}});
  }
  call("products" + std::to_string(index), arguments);
  int64_t wrong = 0;
  for (int i = 0; i < 3; ++i)
    for (int64_t at = 0; at < int64_t(y[i].size()); ++at) {
      const int8_t *row =
          &siblings.trits[i][at % siblings.rows[i] * siblings.depth];
      uint32_t sum = i == 1 ? added[at] : 0;
      for (int64_t k = 0; k < siblings.depth; ++k)
        sum += x[at / siblings.rows[i] * siblings.depth + k] * row[k];
      wrong += int32_t(sum) != y[i][at];
    }
  EXPECT_EQ(wrong, 0) << siblings.depth << " inputs, " << siblings.wordTile
                      << " words at a time, " << tokens << " tokens, "
                      << siblings.cacheTokens << " at a time";
}

// Parts that fill the depth, a last one of fewer words, one that ends within a
// word, and all of the depth; tokens that fill tiles and do not.
TEST_P(TiledProducts, EqualTheScalarProduct) {
  add(/*depth=*/360, /*lookupTokens=*/1, /*cacheTokens=*/4, /*wordTile=*/5);
  add(/*depth=*/299, /*lookupTokens=*/1, /*cacheTokens=*/6, /*wordTile=*/7);
  add(/*depth=*/83, /*lookupTokens=*/2, /*cacheTokens=*/2, /*wordTile=*/1);
  add(/*depth=*/100, /*lookupTokens=*/2, /*cacheTokens=*/4, /*wordTile=*/0);
  add(/*depth=*/120, /*lookupTokens=*/1, /*cacheTokens=*/0, /*wordTile=*/4);
  compileAndCheck(/*threads=*/1, {0, 1, 2, 7, 20});
}

// Tiles of tokens that keep threads equally busy, and others, where they share
// the rows; also no token at all.
TEST_P(TiledProducts, ThreadsShareTokensOrRows) {
  if (GetParam().emulated)
    GTEST_SKIP() << "no OpenMP in the emulator";
  add(/*depth=*/299, /*lookupTokens=*/1, /*cacheTokens=*/2, /*wordTile=*/7);
  compileAndCheck(/*threads=*/3, {0, 1, 5, 6, 7, 9, 60, 61});
}

INSTANTIATE_TEST_SUITE_P(
    Isas, TiledProducts,
    testing::Values(Level{"x86-sse4", "x86-64-v2"},
                    Level{"x86-avx2", "x86-64-v3"},
                    Level{"x86-avx512", "x86-64-v4"},
                    Level{"x86-avx512-vbmi", "icelake-server"},
                    Level{"arm-neon", "cortex-a72", "cortex-a72"},
                    Level{"arm-sve", "neoverse-v1", "max,sve256=on"}));
