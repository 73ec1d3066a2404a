//===- Products.h - Products that are computed together ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TERNARY_PRODUCTS_H
#define LIB_TERNARY_PRODUCTS_H

#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/IRMapping.h"

namespace bitnet {

/// The products below `root` that have kernels for which `filter` holds, in
/// sets that can be computed together, before the first of the set: they read
/// the same activations with the same kernels, and what they read
/// besides is known there, where it may have been moved.
llvm::SmallVector<llvm::SmallVector<ternary::ProductOp>>
findSiblings(mlir::Operation *root,
             llvm::function_ref<bool(mlir::ArrayAttr kernels)> filter);

/// The kernel of a product that has one.
inline ternary::KernelAttr kernelOf(ternary::ProductOp op) {
  return llvm::cast<ternary::KernelAttr>((*op.getKernels())[0]);
}

/// The only op that reads the value, null if there are several or none.
mlir::Operation *findOnlyReader(mlir::Value value);

/// Copies a body of one result to where `builder` stands. A `linalg.generic`
/// and a `ternary.product` compute alike; what differs is the index and the
/// yield op. `mapping` has the arguments of `from`.
template <typename FromIndex, typename FromYield, typename ToIndex,
          typename ToYield>
void copyBody(mlir::OpBuilder &builder, mlir::Block &from,
              mlir::IRMapping &mapping) {
  for (mlir::Operation &op : from) {
    if (auto index = llvm::dyn_cast<FromIndex>(op))
      mapping.map(
          index.getResult(),
          ToIndex::create(builder, op.getLoc(), index.getDim()).getResult());
    else if (llvm::isa<FromYield>(op))
      ToYield::create(builder, op.getLoc(),
                      mapping.lookupOrDefault(op.getOperand(0)));
    else
      builder.clone(op, mapping);
  }
}

} // namespace bitnet

#endif // LIB_TERNARY_PRODUCTS_H
