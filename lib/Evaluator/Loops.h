//===- Loops.h - The elements of a linalg op --------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_LOOPS_H
#define LIB_EVALUATOR_LOOPS_H

#include "Body.h"

namespace bitnet::evaluator {

/// Computes all elements of the result of `op`, whose body is `body`, into
/// `result`. `operands` are the bytes of its inputs; `result` holds those of
/// its destination. Of an op that sums floats `sums` gets the elements of the
/// result before they are rounded. Fails where an operand is not read by a
/// linear map.
mlir::LogicalResult run(mlir::linalg::LinalgOp op, const Body &body,
                        llvm::ArrayRef<const char *> inputs, char *result,
                        std::vector<double> &sums);

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_LOOPS_H
