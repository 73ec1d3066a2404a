//===- IntegerSteps.cpp - Integers, comparisons and choices ---------------===//
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

using namespace mlir;
using namespace bitnet::evaluator;

/// `f` on the bits of two integers, wrapped to `width` bits.
template <typename F>
static Step wrapped(const Operands &operands, unsigned width, F f) {
  return binary<int64_t>(operands, [=](int64_t a, int64_t b) {
    return extend(f(uint64_t(a), uint64_t(b)), width);
  });
}

/// `f` on two integers as numbers without a sign.
template <typename F>
static Step unsignedBinary(const Operands &operands, unsigned width, F f) {
  uint64_t mask = ~uint64_t(0) >> (64 - width);
  return wrapped(operands, width, [=](uint64_t a, uint64_t b) -> uint64_t {
    return f(a & mask, b & mask);
  });
}

/// `f` on two integers as numbers with a sign.
template <typename F>
static Step signedBinary(const Operands &operands, unsigned width, F f) {
  return wrapped(operands, width, [=](uint64_t a, uint64_t b) -> uint64_t {
    return uint64_t(f(int64_t(a), int64_t(b)));
  });
}

static uint64_t power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1)
      result *= base;
  return result;
}

/// Of a negative exponent what is left of the fraction, as
/// `convert-math-to-funcs` has it.
static int64_t signedPower(int64_t base, int64_t exponent) {
  if (exponent >= 0)
    return int64_t(power(uint64_t(base), uint64_t(exponent)));
  if (base == 1)
    return 1;
  if (base == -1)
    return exponent % 2 ? -1 : 1;
  return 0;
}

static Step getArithmetic(Operation *op, const Operands &in, unsigned width) {
  using U = uint64_t;
  using S = int64_t;
  return TypeSwitch<Operation *, Step>(op)
      .Case([&](arith::AddIOp) {
        return wrapped(in, width, [](U a, U b) { return a + b; });
      })
      .Case([&](arith::SubIOp) {
        return wrapped(in, width, [](U a, U b) { return a - b; });
      })
      .Case([&](arith::MulIOp) {
        return wrapped(in, width, [](U a, U b) { return a * b; });
      })
      .Case([&](arith::AndIOp) {
        return wrapped(in, width, [](U a, U b) { return a & b; });
      })
      .Case([&](arith::OrIOp) {
        return wrapped(in, width, [](U a, U b) { return a | b; });
      })
      .Case([&](arith::XOrIOp) {
        return wrapped(in, width, [](U a, U b) { return a ^ b; });
      })
      .Case([&](arith::ShLIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return b < 64 ? a << b : 0; });
      })
      .Case([&](arith::ShRUIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return b < 64 ? a >> b : 0; });
      })
      // Where there is no quotient, none is used.
      .Case([&](arith::DivUIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return b ? a / b : 0; });
      })
      .Case([&](arith::RemUIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return b ? a % b : 0; });
      })
      .Case([&](arith::DivSIOp) {
        return signedBinary(in, width, [](S a, S b) {
          return b == -1 ? S(-U(a)) : b ? a / b : 0;
        });
      })
      .Case([&](arith::RemSIOp) {
        return signedBinary(
            in, width, [](S a, S b) { return b == -1 || b == 0 ? 0 : a % b; });
      })
      .Case([&](arith::MaxSIOp) {
        return signedBinary(in, width, [](S a, S b) { return std::max(a, b); });
      })
      .Case([&](arith::MinSIOp) {
        return signedBinary(in, width, [](S a, S b) { return std::min(a, b); });
      })
      .Case([&](arith::MaxUIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return std::max(a, b); });
      })
      .Case([&](arith::MinUIOp) {
        return unsignedBinary(in, width,
                              [](U a, U b) { return std::min(a, b); });
      })
      .Case([&](math::IPowIOp) { return signedBinary(in, width, signedPower); })
      .Default(Step());
}

//===----------------------------------------------------------------------===//
// Comparisons and choices
//===----------------------------------------------------------------------===//

/// `test` on two lanes; true is -1.
template <typename T, typename F>
static Step compare(const Operands &operands, F test) {
  return binary<int64_t, T>(operands,
                            [=](T a, T b) { return -int64_t(test(a, b)); });
}

static Step getCompare(arith::CmpIOp op, const Operands &in) {
  using U = uint64_t;
  using S = int64_t;
  using P = arith::CmpIPredicate;
  switch (op.getPredicate()) {
  case P::eq:
    return compare<S>(in, [](S a, S b) { return a == b; });
  case P::ne:
    return compare<S>(in, [](S a, S b) { return a != b; });
  case P::slt:
    return compare<S>(in, [](S a, S b) { return a < b; });
  case P::sle:
    return compare<S>(in, [](S a, S b) { return a <= b; });
  case P::sgt:
    return compare<S>(in, [](S a, S b) { return a > b; });
  case P::sge:
    return compare<S>(in, [](S a, S b) { return a >= b; });
  // Extended by their sign, numbers without one keep their order.
  case P::ult:
    return compare<S>(in, [](S a, S b) { return U(a) < U(b); });
  case P::ule:
    return compare<S>(in, [](S a, S b) { return U(a) <= U(b); });
  case P::ugt:
    return compare<S>(in, [](S a, S b) { return U(a) > U(b); });
  case P::uge:
    return compare<S>(in, [](S a, S b) { return U(a) >= U(b); });
  }
  return nullptr;
}

template <typename T>
static Step getCompare(arith::CmpFOp op, const Operands &in) {
  using P = arith::CmpFPredicate;
  switch (op.getPredicate()) {
  case P::OEQ:
    return compare<T>(in, [](T a, T b) { return a == b; });
  case P::OGT:
    return compare<T>(in, [](T a, T b) { return a > b; });
  case P::OGE:
    return compare<T>(in, [](T a, T b) { return a >= b; });
  case P::OLT:
    return compare<T>(in, [](T a, T b) { return a < b; });
  case P::OLE:
    return compare<T>(in, [](T a, T b) { return a <= b; });
  case P::UNE:
    return compare<T>(in, [](T a, T b) { return a != b; });
  case P::UNO:
    return compare<T>(in, [](T a, T b) { return a != a || b != b; });
  default:
    return nullptr;
  }
}

template <typename T>
static Step select(const Operands &operands) {
  return [c = operands.in[0], a = operands.in[1], b = operands.in[2],
          out = operands.out](Register *r, int64_t begin, int64_t end) {
    const int64_t *condition = r[c].i64;
    const T *x = r[a].as<T>(), *y = r[b].as<T>();
    T *result = r[out].as<T>();
    for (int64_t i = begin; i < end; ++i)
      result[i] = condition[i] ? x[i] : y[i];
  };
}

Step bitnet::evaluator::getIntegerStep(Operation *op,
                                       const Operands &operands) {
  Type type = op->getResult(0).getType();
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return getCompare(compare, operands);
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return compare.getLhs().getType().isF64()
               ? getCompare<double>(compare, operands)
               : getCompare<float>(compare, operands);
  if (isa<arith::SelectOp>(op)) {
    if (!isa<FloatType>(type))
      return select<int64_t>(operands);
    return type.isF64() ? select<double>(operands) : select<float>(operands);
  }
  if (isa<math::AbsIOp>(op))
    return unary<int64_t>(operands, [width = getWidth(type)](int64_t x) {
      return extend(x < 0 ? -uint64_t(x) : uint64_t(x), width);
    });
  if (isa<FloatType>(type) || op->getNumOperands() != 2)
    return nullptr;
  return getArithmetic(op, operands, getWidth(type));
}
