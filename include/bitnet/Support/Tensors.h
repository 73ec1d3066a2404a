//===- Tensors.h - Sizes of tensors -----------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_TENSORS_H
#define BITNET_SUPPORT_TENSORS_H

#include "mlir/IR/Builders.h"

#include <optional>

namespace bitnet {

/// An upper bound of a size of a tensor, nothing if none is known.
std::optional<int64_t> findBound(mlir::Value value, int64_t dim);

/// A tensor of integers of rank 2, which has `present` columns, with zeros up
/// to `columns` of them.
mlir::Value padColumns(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value tensor, int64_t present, int64_t columns);

} // namespace bitnet

#endif // BITNET_SUPPORT_TENSORS_H
