//===- FloatSteps.cpp - arith and math on floats --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace bitnet::evaluator;

/// The larger one: a NaN wins, and 0 is larger than -0.
template <typename T>
static T maximum(T a, T b) {
  if (a != a || b != b)
    return a != a ? a : b;
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
template <typename T>
static T minimum(T a, T b) {
  if (a != a || b != b)
    return a != a ? a : b;
  if (a == b)
    return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

template <typename T>
static Step getUnary(Operation *op, const Operands &in) {
  return TypeSwitch<Operation *, Step>(op)
      .Case([&](arith::NegFOp) { return unary<T>(in, [](T x) { return -x; }); })
      .Case([&](math::AbsFOp) {
        return unary<T>(in, [](T x) { return std::fabs(x); });
      })
      .Case([&](math::CeilOp) {
        return unary<T>(in, [](T x) { return std::ceil(x); });
      })
      .Case([&](math::CosOp) {
        return unary<T>(in, [](T x) { return std::cos(x); });
      })
      .Case([&](math::ErfOp) {
        return unary<T>(in, [](T x) { return std::erf(x); });
      })
      .Case([&](math::ExpOp) {
        return unary<T>(in, [](T x) { return std::exp(x); });
      })
      .Case([&](math::FloorOp) {
        return unary<T>(in, [](T x) { return std::floor(x); });
      })
      .Case([&](math::LogOp) {
        return unary<T>(in, [](T x) { return std::log(x); });
      })
      .Case([&](math::RoundEvenOp) {
        return unary<T>(in, [](T x) { return std::nearbyint(x); });
      })
      .Case([&](math::SinOp) {
        return unary<T>(in, [](T x) { return std::sin(x); });
      })
      .Case([&](math::SqrtOp) {
        return unary<T>(in, [](T x) { return std::sqrt(x); });
      })
      .Case([&](math::TanhOp) {
        return unary<T>(in, [](T x) { return std::tanh(x); });
      })
      .Default(Step());
}

template <typename T>
static Step getBinary(Operation *op, const Operands &in) {
  return TypeSwitch<Operation *, Step>(op)
      .Case([&](arith::AddFOp) {
        return binary<T>(in, [](T a, T b) { return a + b; });
      })
      .Case([&](arith::SubFOp) {
        return binary<T>(in, [](T a, T b) { return a - b; });
      })
      .Case([&](arith::MulFOp) {
        return binary<T>(in, [](T a, T b) { return a * b; });
      })
      .Case([&](arith::DivFOp) {
        return binary<T>(in, [](T a, T b) { return a / b; });
      })
      .Case([&](arith::RemFOp) {
        return binary<T>(in, [](T a, T b) { return std::fmod(a, b); });
      })
      .Case([&](arith::MaximumFOp) {
        return binary<T>(in, [](T a, T b) { return maximum(a, b); });
      })
      .Case([&](arith::MinimumFOp) {
        return binary<T>(in, [](T a, T b) { return minimum(a, b); });
      })
      .Case([&](arith::MaxNumFOp) {
        return binary<T>(in, [](T a, T b) { return std::fmax(a, b); });
      })
      .Case([&](arith::MinNumFOp) {
        return binary<T>(in, [](T a, T b) { return std::fmin(a, b); });
      })
      .Case([&](math::PowFOp) {
        return binary<T>(in, [](T a, T b) { return std::pow(a, b); });
      })
      .Default(Step());
}

Step bitnet::evaluator::getFloatStep(Operation *op, const Operands &operands) {
  Type type = op->getResult(0).getType();
  if (!isa<FloatType>(type) ||
      !llvm::all_of(op->getOperandTypes(),
                    [&](Type operand) { return operand == type; }))
    return nullptr;
  bool isDouble = type.isF64();
  if (op->getNumOperands() == 1)
    return isDouble ? getUnary<double>(op, operands)
                    : getUnary<float>(op, operands);
  if (op->getNumOperands() == 2)
    return isDouble ? getBinary<double>(op, operands)
                    : getBinary<float>(op, operands);
  return nullptr;
}
