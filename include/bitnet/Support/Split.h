//===- Split.h - Equal parts for threads ------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_SPLIT_H
#define BITNET_SUPPORT_SPLIT_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace bitnet {

/// A part of a range, of which `size` may be 0.
struct Part {
  mlir::OpFoldResult begin, size;
};

/// Part number `index` of `count` parts of [0, total). All but the last ones
/// have the same size, ceil(total / count) rounded up to a multiple of `unit`.
Part splitEvenly(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::OpFoldResult total, mlir::OpFoldResult count,
                 mlir::OpFoldResult index, int64_t unit = 1);

} // namespace bitnet

#endif // BITNET_SUPPORT_SPLIT_H
