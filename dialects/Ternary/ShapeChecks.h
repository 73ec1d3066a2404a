//===- ShapeChecks.h - Shapes in verifiers -------------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_SHAPECHECKS_H
#define DIALECTS_TERNARY_SHAPECHECKS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace bitnet::ternary {

/// Dynamic dimensions agree with any.
inline bool agree(int64_t a, int64_t b) {
  return mlir::ShapedType::isDynamic(a) || mlir::ShapedType::isDynamic(b) ||
         a == b;
}

/// "?" for a dynamic dimension.
inline std::string show(int64_t dim) {
  return mlir::ShapedType::isDynamic(dim) ? "?" : std::to_string(dim);
}

/// Checks that `value` has the rank and, where both are static, the dimensions
/// of `expected`.
mlir::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef name,
                                mlir::Value value,
                                llvm::ArrayRef<int64_t> expected);

} // namespace bitnet::ternary

#endif // DIALECTS_TERNARY_SHAPECHECKS_H
