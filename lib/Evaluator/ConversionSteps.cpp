//===- ConversionSteps.cpp - From one scalar type to another --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace bitnet::evaluator;

/// A float to an integer of `width` bits, the smallest one if it holds no such
/// number.
template <typename From>
static Step toInteger(const Operands &operands, unsigned width) {
  double limit = std::ldexp(1.0, width - 1);
  int64_t least = extend(uint64_t(1) << (width - 1), width);
  return unary<int64_t, From>(operands, [=](From value) {
    double x = std::trunc(double(value));
    return x >= -limit && x < limit ? int64_t(x) : least;
  });
}

/// An integer to a float. 16 bits are rounded from f32, as LLVM does it.
static Step fromInteger(const Operands &operands, Type to, uint64_t mask,
                        bool isUnsigned) {
  if (to.isF64() && isUnsigned)
    return unary<double, int64_t>(
        operands, [=](int64_t x) { return double(uint64_t(x) & mask); });
  if (to.isF64())
    return unary<double, int64_t>(operands,
                                  [](int64_t x) { return double(x); });
  Step step =
      isUnsigned
          ? unary<float, int64_t>(
                operands, [=](int64_t x) { return float(uint64_t(x) & mask); })
          : unary<float, int64_t>(operands, [](int64_t x) { return float(x); });
  return roundResult(to, std::move(step), operands.out);
}

/// One float type to another.
static Step toFloat(const Operands &operands, Type from, Type to) {
  if (from.isF64())
    return unary<float, double>(
        operands, [=](double x) { return float(roundTo(to, x)); });
  if (to.isF64())
    return unary<double, float>(operands, [](float x) { return double(x); });
  Step step = unary<float>(operands, [](float x) { return x; });
  return roundResult(to, std::move(step), operands.out);
}

Step bitnet::evaluator::getConversionStep(Operation *op,
                                          const Operands &operands) {
  if (op->getNumOperands() != 1)
    return nullptr;
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  if (!from.isIntOrIndexOrFloat() || !to.isIntOrIndexOrFloat())
    return nullptr;
  unsigned fromWidth = getWidth(from), toWidth = getWidth(to);
  uint64_t mask = ~uint64_t(0) >> (64 - fromWidth);
  return TypeSwitch<Operation *, Step>(op)
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](auto) { return toFloat(operands, from, to); })
      .Case([&](arith::FPToSIOp) {
        return from.isF64() ? toInteger<double>(operands, toWidth)
                            : toInteger<float>(operands, toWidth);
      })
      .Case([&](arith::SIToFPOp) {
        return fromInteger(operands, to, mask, /*isUnsigned=*/false);
      })
      .Case([&](arith::UIToFPOp) {
        return fromInteger(operands, to, mask, /*isUnsigned=*/true);
      })
      // Signed numbers of fewer bits are extended already.
      .Case<arith::TruncIOp, arith::ExtSIOp, arith::IndexCastOp>([&](auto) {
        return unary<int64_t>(operands,
                              [=](int64_t x) { return extend(x, toWidth); });
      })
      .Case([&](arith::ExtUIOp) {
        return unary<int64_t>(operands, [=](int64_t x) {
          return extend(uint64_t(x) & mask, toWidth);
        });
      })
      .Default(Step());
}
