//===- DimExpression.cpp - Sizes that depend on symbols -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/DimExpression.h"

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

namespace {
/// Infix text while it is put together. A negated one is without its sign, so
/// that a sum can show a difference.
struct Infix {
  enum Precedence { Sum, Product, Atom };

  std::string text;
  Precedence precedence;
  bool isNegated = false;

  std::string atLeast(Precedence least) const {
    return (isNegated ? "-" : "") +
           (precedence < least ? "(" + text + ")" : text);
  }
};
} // namespace

static Infix combine(int64_t operation, const Infix &a, Infix b) {
  static constexpr const char *operators[] = {" * ", " floordiv ", " ceildiv ",
                                              " mod "};
  if (operation == BITNET_DIM_ADD) {
    bool isDifference = b.isNegated;
    b.isNegated = false;
    return {a.atLeast(Infix::Sum) + (isDifference
                                         ? " - " + b.atLeast(Infix::Product)
                                         : " + " + b.atLeast(Infix::Sum)),
            Infix::Sum};
  }
  if (operation == BITNET_DIM_MUL && b.isNegated && b.text == "1" &&
      !a.isNegated)
    return {a.atLeast(Infix::Product), Infix::Product, true};
  static const std::string isNotNegative =
      operators[1] + std::to_string(kMoreThanAnySize) + " + 1";
  if (operation == BITNET_DIM_MUL &&
      b.atLeast(Infix::Sum) == a.atLeast(Infix::Product) + isNotNegative)
    return {"max(" + a.atLeast(Infix::Sum) + ", 0)", Infix::Atom};
  return {a.atLeast(Infix::Product) + operators[operation - BITNET_DIM_MUL] +
              b.atLeast(Infix::Atom),
          Infix::Product};
}

std::string
bitnet::runtime::print(const int64_t *expression,
                       const std::function<std::string(int64_t)> &nameOf) {
  std::vector<Infix> stack;
  for (; *expression != BITNET_DIM_END; expression += 2) {
    if (*expression == BITNET_DIM_CONSTANT) {
      std::string digits = std::to_string(expression[1]);
      bool isNegated = expression[1] < 0;
      stack.push_back({digits.substr(isNegated), Infix::Atom, isNegated});
      continue;
    }
    if (*expression == BITNET_DIM_SYMBOL) {
      stack.push_back({nameOf(expression[1]), Infix::Atom});
      continue;
    }
    Infix b = std::move(stack.back());
    stack.pop_back();
    stack.back() = combine(*expression, stack.back(), std::move(b));
  }
  return stack.back().atLeast(Infix::Sum);
}

std::string bitnet::runtime::print(const int64_t *expression,
                                   const char *const *symbols) {
  return print(expression,
               [&](int64_t number) { return std::string(symbols[number]); });
}
