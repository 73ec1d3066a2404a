//===- Products.h - Products that are computed together ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_PRODUCTS_H
#define BITNET_SUPPORT_PRODUCTS_H

#include "dialects/Ternary/Ternary.h"

namespace bitnet {

/// The products below `root` that have kernels for which `filter` holds, in
/// sets that can be computed together, before the first of the set: they read
/// the same activations with the same kernels, and what they read besides is
/// known there. Constants, which are known anywhere, are moved to see to that.
llvm::SmallVector<llvm::SmallVector<ternary::ProductOp>>
findSiblings(mlir::Operation *root,
             llvm::function_ref<bool(mlir::ArrayAttr kernels)> filter);

/// The only op that reads the value, null if there are several or none.
mlir::Operation *findOnlyReader(mlir::Value value);

} // namespace bitnet

#endif // BITNET_SUPPORT_PRODUCTS_H
