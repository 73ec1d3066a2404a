//===- Emitter.h - A builder for kernels ------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The few operations that kernels are made of, under short names. Arithmetic
// works on scalars and vectors alike.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_EMITTER_H
#define LIB_KERNELS_EMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace bitnet::kernels {

using Values = llvm::SmallVector<mlir::Value>;

class Emitter : public mlir::ImplicitLocOpBuilder {
public:
  /// Emits where `builder` stands, for registers of fixed width or of one that
  /// only the machine knows.
  Emitter(mlir::Location loc, mlir::OpBuilder &builder, bool isScalable)
      : ImplicitLocOpBuilder(loc, builder), isScalable(isScalable) {}
  const bool isScalable;

  /// An integer, index or splat constant.
  mlir::Value constant(mlir::Type type, int64_t value);
  mlir::Value constantLike(mlir::Value like, int64_t value) {
    return constant(like.getType(), value);
  }
  /// Zero, of floats as well.
  mlir::Value zero(mlir::Type type);
  mlir::Value index(int64_t value) { return constant(getIndexType(), value); }
  /// A vector constant of the given values.
  mlir::Value vectorConstant(unsigned bits, llvm::ArrayRef<int64_t> values);

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitAnd(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitAnd(mlir::Value lhs, int64_t rhs);
  mlir::Value shiftLeft(mlir::Value value, int64_t bits);
  /// Shifts right, signed values with their sign.
  mlir::Value shiftRight(mlir::Value value, int64_t bits);
  mlir::Value shiftRightSigned(mlir::Value value, int64_t bits);
  /// An index times a constant: the address arithmetic of tiles.
  mlir::Value scale(mlir::Value index, int64_t factor);
  mlir::Value equal(mlir::Value value, int64_t constant);
  mlir::Value isNegative(mlir::Value value);
  mlir::Value select(mlir::Value mask, mlir::Value lhs, mlir::Value rhs);
  /// Sign- or zero-extends elements to `bits`.
  mlir::Value extendSigned(mlir::Value value, unsigned bits);
  mlir::Value extendUnsigned(mlir::Value value, unsigned bits);
  /// The lowest `bits` of each element.
  mlir::Value truncate(mlir::Value value, unsigned bits);
  mlir::Value toIndex(mlir::Value value);
  /// `lanes` copies of a scalar.
  mlir::Value broadcast(mlir::Value scalar, int64_t lanes);
  mlir::Value intrinsic(llvm::StringRef name, mlir::Type result,
                        mlir::ValueRange arguments);

  /// An intrinsic that returns several vectors of one type.
  Values intrinsic(llvm::StringRef name, mlir::Type result, unsigned count,
                   mlir::ValueRange arguments);
  /// The address of an element of a memref of one dimension, for intrinsics.
  mlir::Value addressOf(mlir::Value memref, mlir::Value index);

  /// Vectors of fixed width, or of `lanes` in each 128 bits of a register whose
  /// width only the machine knows.
  mlir::VectorType vectorType(int64_t lanes, unsigned bits) {
    return mlir::VectorType::get({lanes}, getIntegerType(bits), {isScalable});
  }
  /// How many of `lanes` a register has, `registers` times.
  mlir::Value lanesOf(int64_t lanes, int64_t registers = 1);
  /// The lanes that are below `end` when the first one is `begin`; no mask
  /// where registers are filled anyway.
  mlir::Value laneMask(mlir::Value begin, mlir::Value end, int64_t lanes);
  mlir::Value dim(mlir::Value memref, int64_t dimension);
  mlir::Value load(mlir::Value memref, mlir::ValueRange indices);
  /// With a mask, the other lanes are zero and not read.
  mlir::Value loadVector(int64_t lanes, mlir::Value memref,
                         mlir::ValueRange indices, unsigned alignment = 0,
                         mlir::Value mask = {});
  void storeVector(mlir::Value value, mlir::Value memref,
                   mlir::ValueRange indices, mlir::Value mask = {});

  /// A loop without results.
  void loop(mlir::Value lower, mlir::Value upper, mlir::Value step,
            llvm::function_ref<void(mlir::Value)> body);
  void loop(mlir::Value lower, mlir::Value upper, int64_t step,
            llvm::function_ref<void(mlir::Value)> body) {
    loop(lower, upper, index(step), body);
  }
  void loop(mlir::Value upper, llvm::function_ref<void(mlir::Value)> body) {
    loop(index(0), upper, 1, body);
  }
  /// Walks over `count` elements by whole registers, of `lanes` each or of
  /// scalable ones, whose mask says which lanes are below `count`.
  void
  registers(mlir::Value count, int64_t lanes,
            llvm::function_ref<void(mlir::Value begin, mlir::Value mask)> body);
  /// A loop that carries values; the body returns the next ones. No loop is
  /// emitted when `count` is 0, and only its body when it is one step.
  Values loop(mlir::Value lower, int64_t count, int64_t step,
              mlir::ValueRange initial,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);

  /// One of two, at run time.
  void branch(mlir::Value condition, llvm::function_ref<void()> yes,
              llvm::function_ref<void()> no);

  /// Cuts [0, count) into chunks of at most `size`, as needed where sums of 16
  /// bits must be flushed: a loop over the full ones and the rest.
  void chunks(int64_t count, int64_t size,
              llvm::function_ref<void(mlir::Value begin, int64_t size)> body);
  /// Cuts [0, count) into tiles of `most`, a power of two, and the rest into
  /// ever smaller powers of two: a loop for each size.
  void tiles(mlir::Value count, int64_t most,
             llvm::function_ref<void(mlir::Value begin, int64_t size)> body);
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_EMITTER_H
