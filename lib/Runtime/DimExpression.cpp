//===- DimExpression.cpp - Sizes that depend on symbols -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DimExpression.h"

using namespace bitnet::runtime;

/// Bounds what a damaged descriptor can make the runtime read.
static constexpr size_t kMaxOperations = 1024;

bool bitnet::runtime::isWellFormed(const int64_t *expression,
                                   int32_t symbolCount) {
  if (!expression)
    return false;
  size_t depth = 0;
  for (size_t i = 0; i < kMaxOperations; ++i, expression += 2) {
    int64_t operation = expression[0];
    if (operation == BITNET_DIM_END)
      return depth == 1;
    if (operation == BITNET_DIM_CONSTANT || operation == BITNET_DIM_SYMBOL) {
      if (operation == BITNET_DIM_SYMBOL &&
          (expression[1] < 0 || expression[1] >= symbolCount))
        return false;
      ++depth;
      continue;
    }
    if (operation < BITNET_DIM_ADD || operation > BITNET_DIM_MOD || depth < 2)
      return false;
    --depth;
  }
  return false;
}

static std::optional<int64_t> apply(int64_t operation, int64_t a, int64_t b) {
  int64_t result;
  if (operation == BITNET_DIM_ADD)
    return __builtin_add_overflow(a, b, &result) ? std::nullopt
                                                 : std::optional(result);
  if (operation == BITNET_DIM_MUL)
    return __builtin_mul_overflow(a, b, &result) ? std::nullopt
                                                 : std::optional(result);
  if (b <= 0)
    return std::nullopt;
  int64_t quotient = a / b, remainder = a % b;
  if (operation == BITNET_DIM_FLOORDIV)
    return quotient - (remainder < 0);
  if (operation == BITNET_DIM_CEILDIV)
    return quotient + (remainder > 0);
  return remainder < 0 ? remainder + b : remainder;
}

std::optional<int64_t>
bitnet::runtime::evaluate(const int64_t *expression,
                          const std::vector<int64_t> &symbols) {
  std::vector<int64_t> stack;
  for (; *expression != BITNET_DIM_END; expression += 2) {
    if (*expression == BITNET_DIM_CONSTANT) {
      stack.push_back(expression[1]);
      continue;
    }
    if (*expression == BITNET_DIM_SYMBOL) {
      int64_t value = symbols[expression[1]];
      if (value == kUnbound)
        return std::nullopt;
      stack.push_back(value);
      continue;
    }
    int64_t b = stack.back();
    stack.pop_back();
    std::optional<int64_t> result = apply(*expression, stack.back(), b);
    if (!result)
      return std::nullopt;
    stack.back() = *result;
  }
  return stack.back();
}

int32_t bitnet::runtime::bareSymbol(const int64_t *expression) {
  if (expression[0] == BITNET_DIM_SYMBOL && expression[2] == BITNET_DIM_END)
    return int32_t(expression[1]);
  return -1;
}

std::string bitnet::runtime::print(const int64_t *expression,
                                   const char *const *symbols) {
  // Precedence: 0 sum, 1 product or quotient, 2 atom. A negated text is
  // without its sign, so that a sum can show a difference.
  struct Text {
    std::string text;
    int precedence;
    bool negated = false;
  };
  static constexpr const char *operators[] = {" * ", " floordiv ", " ceildiv ",
                                              " mod "};
  auto atLeast = [](const Text &text, int precedence) {
    std::string sign = text.negated ? "-" : "";
    return text.precedence < precedence ? sign + "(" + text.text + ")"
                                        : sign + text.text;
  };
  std::vector<Text> stack;
  for (; *expression != BITNET_DIM_END; expression += 2) {
    if (*expression == BITNET_DIM_CONSTANT) {
      stack.push_back({std::to_string(expression[1]), 2});
      continue;
    }
    if (*expression == BITNET_DIM_SYMBOL) {
      stack.push_back({symbols[expression[1]], 2});
      continue;
    }
    Text b = std::move(stack.back());
    stack.pop_back();
    Text &a = stack.back();
    if (*expression == BITNET_DIM_ADD) {
      bool negated = b.negated;
      b.negated = false;
      a = {atLeast(a, 0) +
               (negated ? " - " + atLeast(b, 1) : " + " + atLeast(b, 0)),
           0};
      continue;
    }
    if (*expression == BITNET_DIM_MUL && b.text == "-1" && !a.negated) {
      a = {atLeast(a, 1), 1, true};
      continue;
    }
    a = {atLeast(a, 1) + operators[*expression - BITNET_DIM_MUL] +
             atLeast(b, 2),
         1};
  }
  return atLeast(stack.back(), 0);
}
