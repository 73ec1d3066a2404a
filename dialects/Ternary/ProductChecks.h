//===- ProductChecks.h - What verifiers of products share -------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_PRODUCTCHECKS_H
#define DIALECTS_TERNARY_PRODUCTCHECKS_H

#include "dialects/Ternary/Ternary.h"

namespace bitnet::ternary {

/// The sizes of the destinations, which results have.
mlir::LogicalResult reifyInits(mlir::OpBuilder &builder, mlir::Operation *op,
                               mlir::ReifiedRankedShapedTypeDims &shapes);

/// Whether a product can have activations and weights of these depths.
mlir::LogicalResult verifyDepth(mlir::Operation *op, int64_t activations,
                                int64_t weights);

/// Whether `scales` has a row for each group of inputs and a column for each of
/// the result.
mlir::LogicalResult verifyScaleShape(mlir::Operation *op, int64_t scaleGroup,
                                     int64_t depth, int64_t columns,
                                     mlir::Value scales);

/// Whether `kernels` are for growing numbers of tokens, and `packing`, of a
/// product whose weights are not packed yet, is for them. Both may be null.
mlir::LogicalResult verifyDecision(mlir::Operation *op, mlir::ArrayAttr kernels,
                                   PackingAttr packing, int64_t scaleGroup,
                                   mlir::RankedTensorType weights);

} // namespace bitnet::ternary

#endif // DIALECTS_TERNARY_PRODUCTCHECKS_H
