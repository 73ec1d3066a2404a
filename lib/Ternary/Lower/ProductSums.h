//===- ProductSums.h - The sums of products ---------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TERNARY_LOWER_PRODUCTSUMS_H
#define LIB_TERNARY_LOWER_PRODUCTSUMS_H

#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/PatternMatch.h"

namespace bitnet {

/// Builds the kernel ops of `products`, siblings with one kernel each, before
/// the first of them where they share a loop. Returns for each product the sums
/// of each of its weights, without those of padding.
llvm::SmallVector<llvm::SmallVector<mlir::Value>>
buildSums(mlir::RewriterBase &rewriter,
          mlir::ArrayRef<ternary::ProductOp> products);

/// Whether the sums of a product are its result, in its destination.
bool areSumsResult(ternary::ProductOp op);

} // namespace bitnet

#endif // LIB_TERNARY_LOWER_PRODUCTSUMS_H
