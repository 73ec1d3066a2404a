//===- DimExpressionTests.cpp - Sizes computed from dimensions ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/DimExpression.h"

#include <gtest/gtest.h>
#include <limits>

using namespace bitnet::runtime;

TEST(DimExpression, EvaluatesAndPrints) {
  // ((a + 3) floordiv 2) * a
  const int64_t expression[] = {BITNET_DIM_SYMBOL,   0, BITNET_DIM_CONSTANT, 3,
                                BITNET_DIM_ADD,      0, BITNET_DIM_CONSTANT, 2,
                                BITNET_DIM_FLOORDIV, 0, BITNET_DIM_SYMBOL,   0,
                                BITNET_DIM_MUL,      0, BITNET_DIM_END};
  const char *symbols[] = {"a"};
  ASSERT_TRUE(isWellFormed(expression, 1));
  EXPECT_FALSE(isWellFormed(expression, 0));
  EXPECT_FALSE(isWellFormed(expression + 2, 1));
  EXPECT_FALSE(isWellFormed(nullptr, 1));
  EXPECT_EQ(print(expression, symbols), "(a + 3) floordiv 2 * a");
  EXPECT_EQ(evaluate(expression, {4}), 12);
  EXPECT_EQ(evaluate(expression, {-8}), 24);
  EXPECT_EQ(evaluate(expression, {kUnbound}), std::nullopt);
  EXPECT_EQ(evaluate(expression, {int64_t(1) << 62}), std::nullopt);
}

TEST(DimExpression, PrintsDifferences) {
  // -(a + b) + a * -1 * b
  const int64_t expression[] = {
      BITNET_DIM_SYMBOL,   0,  BITNET_DIM_SYMBOL, 1, BITNET_DIM_ADD,    0,
      BITNET_DIM_CONSTANT, -1, BITNET_DIM_MUL,    0, BITNET_DIM_SYMBOL, 0,
      BITNET_DIM_CONSTANT, -1, BITNET_DIM_MUL,    0, BITNET_DIM_SYMBOL, 1,
      BITNET_DIM_MUL,      0,  BITNET_DIM_ADD,    0, BITNET_DIM_END};
  const char *symbols[] = {"a", "b"};
  EXPECT_EQ(print(expression, symbols), "-(a + b) + -a * b");
  EXPECT_EQ(evaluate(expression, {2, 3}), -11);
}

TEST(DimExpression, PrintsNegativeConstants) {
  const char *symbols[] = {"n"};
  const int64_t rest[] = {BITNET_DIM_SYMBOL, 0, BITNET_DIM_CONSTANT, -3,
                          BITNET_DIM_ADD,    0, BITNET_DIM_END};
  EXPECT_EQ(print(rest, symbols), "n - 3");
  const int64_t product[] = {BITNET_DIM_SYMBOL, 0, BITNET_DIM_CONSTANT, -3,
                             BITNET_DIM_MUL,    0, BITNET_DIM_END};
  EXPECT_EQ(print(product, symbols), "n * -3");
  // max(n - 3, 0) in the affine way.
  const int64_t above[] = {BITNET_DIM_SYMBOL,   0,
                           BITNET_DIM_CONSTANT, -3,
                           BITNET_DIM_ADD,      0,
                           BITNET_DIM_SYMBOL,   0,
                           BITNET_DIM_CONSTANT, -3,
                           BITNET_DIM_ADD,      0,
                           BITNET_DIM_CONSTANT, kMoreThanAnySize,
                           BITNET_DIM_FLOORDIV, 0,
                           BITNET_DIM_CONSTANT, 1,
                           BITNET_DIM_ADD,      0,
                           BITNET_DIM_MUL,      0,
                           BITNET_DIM_END};
  EXPECT_EQ(print(above, symbols), "max(n - 3, 0)");
  EXPECT_EQ(evaluate(above, {1}), 0);
  EXPECT_EQ(evaluate(above, {5}), 2);
  const int64_t least[] = {BITNET_DIM_CONSTANT,
                           std::numeric_limits<int64_t>::min(), BITNET_DIM_END};
  EXPECT_EQ(print(least, symbols), "-9223372036854775808");
}

TEST(DimExpression, DividesAsItsNamesSay) {
  auto divide = [](int64_t a, int64_t operation, int64_t b) {
    const int64_t expression[] = {
        BITNET_DIM_CONSTANT, a, BITNET_DIM_CONSTANT, b,
        operation,           0, BITNET_DIM_END};
    return evaluate(expression, {});
  };
  EXPECT_EQ(divide(-7, BITNET_DIM_FLOORDIV, 2), -4);
  EXPECT_EQ(divide(-7, BITNET_DIM_CEILDIV, 2), -3);
  EXPECT_EQ(divide(-7, BITNET_DIM_MOD, 2), 1);
  EXPECT_EQ(divide(7, BITNET_DIM_FLOORDIV, 2), 3);
  EXPECT_EQ(divide(7, BITNET_DIM_CEILDIV, 2), 4);
  EXPECT_EQ(divide(7, BITNET_DIM_MOD, 2), 1);
  EXPECT_EQ(divide(7, BITNET_DIM_MOD, 0), std::nullopt);
  EXPECT_EQ(divide(7, BITNET_DIM_FLOORDIV, -1), std::nullopt);
}
