//===- KernelModules.h - Functions that call one kernel ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_KERNELMODULES_H
#define TEST_UNIT_KERNELMODULES_H

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Packing/Packing.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace bitnet::test {

/// A matrix with its function names `few<i>` and `many<i>`.
struct Product {
  int64_t rows, depth;
  kernels::Selection selection;

  ternary::KernelAttr few() const { return selection.kernels.front(); }
  ternary::KernelAttr many() const { return selection.kernels.back(); }
  bool isDot() const {
    return llvm::isa<ternary::DotAttr>(few().getAlgorithm());
  }
  /// Tokens of a tile of `many`.
  int64_t tokenTile() const {
    auto algorithm =
        llvm::dyn_cast<ternary::LutMemoryAttr>(many().getAlgorithm());
    return algorithm ? algorithm.getTokenTile() : 1;
  }
  /// Activations as they are, not their tables.
  bool readsRows() const {
    return isDot() || llvm::isa<ternary::MaskedAddAttr>(few().getAlgorithm());
  }
  packing::Packing packing() const { return selection.packing.getPacking(); }
  int64_t paddedDepth() const {
    return packing().words(depth) * packing().tritsPerWord();
  }
};

/// Kernel ops on buffers, in two functions for each product, neither with a
/// result: `few<i>` of activations (i8), tables for kernels that look up,
/// weights and sums (i32), and, but for dot products, `many<i>` of transposed
/// activations, weights and sums.
mlir::OwningOpRef<mlir::ModuleOp>
emitKernelOps(mlir::MLIRContext &context, llvm::ArrayRef<Product> products);

} // namespace bitnet::test

#endif // TEST_UNIT_KERNELMODULES_H
