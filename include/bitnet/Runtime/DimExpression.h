//===- DimExpression.h - Sizes that depend on symbols -----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler uses these, too: a dimension is shown by one printer.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_RUNTIME_DIMEXPRESSION_H
#define BITNET_RUNTIME_DIMEXPRESSION_H

#include "bitnet/Runtime/Descriptor.h"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace bitnet::runtime {

/// The value of a symbol that nothing has bound.
constexpr int64_t kUnbound = std::numeric_limits<int64_t>::min();

/// No size comes near it, so that x floordiv this is -1 for negative x and else
/// 0, and x * (x floordiv this + 1) is max(x, 0), which is printed so.
constexpr int64_t kMoreThanAnySize = int64_t(1) << 40;

/// Whether the postfix expression ends, keeps its stack and names only symbols
/// that exist. Everything below expects this.
bool isWellFormed(const int64_t *expression, int32_t symbolCount);

/// Nothing if a symbol is unbound, a divisor is not positive or the value does
/// not fit.
std::optional<int64_t> evaluate(const int64_t *expression,
                                const std::vector<int64_t> &symbols);

/// The number of the symbol if the expression is nothing else, or -1.
int32_t bareSymbol(const int64_t *expression);

/// Calls `visit` with the number of each symbol in the expression.
template <typename Visitor>
void forEachSymbol(const int64_t *expression, Visitor visit) {
  for (; *expression != BITNET_DIM_END; expression += 2)
    if (*expression == BITNET_DIM_SYMBOL)
      visit(int32_t(expression[1]));
}

/// In infix form, with as many parentheses as needed: "past + sequence".
/// `nameOf` gives the name of a symbol by its number.
std::string print(const int64_t *expression,
                  const std::function<std::string(int64_t)> &nameOf);
std::string print(const int64_t *expression, const char *const *symbols);

} // namespace bitnet::runtime

#endif // BITNET_RUNTIME_DIMEXPRESSION_H
