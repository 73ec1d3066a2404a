//===- Steps.h - Steps of one and of two operands ---------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_STEPS_H
#define LIB_EVALUATOR_STEPS_H

#include "Body.h"

namespace bitnet::evaluator {

/// `f` on the lanes of one operand.
template <typename To, typename From = To, typename F>
Step unary(const Operands &operands, F f) {
  return [a = operands.in[0], out = operands.out, f](Register *r, int64_t begin,
                                                     int64_t end) {
    const From *x = r[a].as<From>();
    To *result = r[out].as<To>();
    for (int64_t i = begin; i < end; ++i)
      result[i] = f(x[i]);
  };
}

/// `f` on the lanes of two operands.
template <typename To, typename From = To, typename F>
Step binary(const Operands &operands, F f) {
  return [a = operands.in[0], b = operands.in[1], out = operands.out,
          f](Register *r, int64_t begin, int64_t end) {
    const From *x = r[a].as<From>(), *y = r[b].as<From>();
    To *result = r[out].as<To>();
    for (int64_t i = begin; i < end; ++i)
      result[i] = f(x[i], y[i]);
  };
}

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_STEPS_H
