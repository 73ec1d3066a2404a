//===- Lanes.h - Scalars of many elements at once ---------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_LANES_H
#define LIB_EVALUATOR_LANES_H

#include "mlir/IR/BuiltinTypes.h"

#include <functional>

namespace bitnet::evaluator {

/// The elements that one step computes: enough to pay for the call, few enough
/// that the registers of a body stay in the cache.
inline constexpr int64_t kLanes = 512;

/// One scalar value of the body for `kLanes` elements. f16, bf16 and f32 are
/// floats, f64 doubles; integers, the index type and booleans are 64 bits,
/// extended by their sign bit (so true is -1).
union alignas(64) Register {
  float f32[kLanes];
  double f64[kLanes];
  int64_t i64[kLanes];

  template <typename T>
  T *as() {
    if constexpr (std::is_same_v<T, float>)
      return f32;
    else if constexpr (std::is_same_v<T, double>)
      return f64;
    else
      return i64;
  }
};

/// Computes lanes [begin, end) of one op's result.
using Step =
    std::function<void(Register *registers, int64_t begin, int64_t end)>;

/// Bits of an integer type; those of the index type are 64.
unsigned getWidth(mlir::Type type);

/// Whether registers hold values of `type`.
bool isKnown(mlir::Type type);

/// `value` as a register holds an integer of `width` bits.
inline int64_t extend(uint64_t value, unsigned width) {
  return int64_t(value << (64 - width)) >> (64 - width);
}

/// `step`, whose result in register `out` is of `type`, a float. What it leaves
/// there as f32 is rounded to f16 or bf16, half to even.
Step roundResult(mlir::Type type, Step step, unsigned out);

/// `value` rounded once to `type`, a float.
double roundTo(mlir::Type type, double value);

/// Copies `count` elements of `type`, `stride` elements apart, from memory to
/// the first lanes, and back.
void load(mlir::Type type, Register &lanes, const char *data, int64_t stride,
          int64_t count);
void store(mlir::Type type, char *data, int64_t stride, Register &lanes,
           int64_t count);

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_LANES_H
