//===- Execution.h - A kernel function as if it ran -------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel function is walked on buffers of given sizes. What is computed from
// sizes alone is known, and so are the steps of every loop.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_EXECUTION_H
#define LIB_KERNELS_EXECUTION_H

#include "Work.h"

#include <vector>

namespace bitnet::kernels {

/// Operations on registers, by the ports that they need.
struct Operations {
  double vector = 0, permutes = 0, dots = 0, shifts = 0, loads = 0, stores = 0,
         scalars = 0;
};

/// Bytes of an argument that an operation reads or writes, the same ones in
/// each step of a loop but of those around it that stand in `loops`, by their
/// depth.
struct Access {
  double bytes;
  uint64_t loops;
  size_t argument;
};

/// A loop, or the whole function: one step of it, and how many there are.
struct Loop {
  double steps = 1;
  unsigned depth = 0;
  Operations operations;
  std::vector<Access> accesses;
  std::vector<Loop> inner;
};

/// The loops of the function, and how often they run.
Loop execute(mlir::func::FuncOp function, const Isa &isa,
             llvm::ArrayRef<ArgumentSizes> arguments, const TargetFacts &facts);

/// The bytes of an element or a vector.
double bytesOf(mlir::Type type, const TargetFacts &facts);

} // namespace bitnet::kernels

#endif // LIB_KERNELS_EXECUTION_H
