//===- Work.h - What a kernel function does ---------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel function is walked as if it ran, on buffers of given sizes: what is
// computed from sizes alone is known, so are the steps of every loop, and each
// operation is counted as often as it would be executed. What loops read again
// tells which of it a cache still has.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_WORK_H
#define LIB_KERNELS_WORK_H

#include "bitnet/Support/TargetFacts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace bitnet::kernels {

class Isa;

/// An argument of the function: its sizes, and whether what it has is in no
/// cache before.
struct ArgumentSizes {
  llvm::SmallVector<int64_t> sizes;
  bool isInMemory = false;
};

/// For one call of the function on one core.
struct Work {
  /// Cycles of the busiest ports, all data being in the first-level cache.
  double cycles = 0;
  /// Bytes that come from beyond the first-level cache, and those of them that
  /// come from memory.
  double l2Bytes = 0, memoryBytes = 0;

  Work &operator+=(const Work &other);
  Work operator*(double times) const;
};

Work workOf(mlir::func::FuncOp function, const Isa &isa,
            llvm::ArrayRef<ArgumentSizes> arguments, const TargetFacts &facts);

} // namespace bitnet::kernels

#endif // LIB_KERNELS_WORK_H
