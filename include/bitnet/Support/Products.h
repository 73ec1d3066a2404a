//===- Products.h - Products and what follows them --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_PRODUCTS_H
#define BITNET_SUPPORT_PRODUCTS_H

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {

/// A product, or several, and the elementwise op that nobody else shares their
/// sums with: scales, bias, residual, what a gate does. Without such an op, a
/// product alone.
struct ProductUnit {
  llvm::SmallVector<ternary::MatmulOp> products;
  /// What the epilogue reads of each: its result or, since an accumulator has a
  /// column for each row of the row blocks, a slice of the logical columns.
  llvm::SmallVector<mlir::Value> sums;
  mlir::linalg::GenericOp epilogue;

  /// The value that others read.
  mlir::Value getResult() const;
  /// Whether `sums` are slices.
  bool isSliced() const;
};

/// The only op that reads the value, null if there are several or none.
mlir::Operation *findOnlyReader(mlir::Value value);

/// Replaces the unit's result and erases what it was made of.
void replaceUnit(mlir::RewriterBase &rewriter, const ProductUnit &unit,
                 mlir::Value result);

/// A tensor for the sums of a product with packed weights.
mlir::Value createAccumulator(mlir::OpBuilder &builder, ternary::MatmulOp op);

/// Products with packed weights and kernels for which `filter` holds that read
/// the same activations and have the same kernels, with their epilogues: one
/// group for each such set, in the order of the products. What the epilogues
/// read besides, and weights that are constants, is moved before the first
/// product of the group, so that all of it can be replaced there; products
/// never move. An epilogue is left out if it waits for another product in some
/// other way, or reads products of different packings.
llvm::SmallVector<llvm::SmallVector<ProductUnit>>
collectProducts(mlir::RewriterBase &rewriter, mlir::Operation *root,
                llvm::function_ref<bool(ternary::MatmulOp)> filter);

} // namespace bitnet

#endif // BITNET_SUPPORT_PRODUCTS_H
