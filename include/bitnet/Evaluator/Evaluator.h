//===- Evaluator.h - Linalg on constants ------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_EVALUATOR_EVALUATOR_H
#define BITNET_EVALUATOR_EVALUATOR_H

#include "bitnet/Support/Elements.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "llvm/ADT/DenseMap.h"

namespace bitnet {

/// Computes tensors from constants as the compiled program would: elementwise
/// and reducing linalg ops by their bodies, and ops that move elements. Whoever
/// wants to fold an operator lowers it and asks for the value of what came out,
/// so that it has one meaning.
///
/// Floats are computed in their own type, op by op, with the functions of the
/// host's libm, f16 and bf16 in f32 and rounded after each op: bit for bit what
/// the target computes, but for two things. A sum (`arith.addf` onto the
/// result), and a mean of one (`arith.divf` of it by a constant), is taken in
/// f64 and rounded once, since in f32 a sum of millions of weights loses most
/// of them. A float that its integer type does not hold becomes the smallest
/// integer, as on x86. Which NaN comes out is not specified.
class Evaluator {
public:
  /// Computes no tensor of more than `limit` bytes, and nothing that takes more
  /// than a few steps for each of them.
  explicit Evaluator(uint64_t limit) : limit(limit) {}

  /// The elements of `value`, a tensor of static shape; nothing if they depend
  /// on anything but constants, or if an op has no evaluation here or would
  /// pass the limit.
  std::optional<ElementBytes> evaluate(mlir::Value value);

private:
  std::optional<ElementBytes> compute(mlir::Operation *op);

  std::optional<ElementBytes> computeMean(mlir::linalg::LinalgOp op);

  uint64_t limit;
  llvm::DenseMap<mlir::Value, ElementBytes> known;
  /// The elements of results that are sums, before they were rounded.
  llvm::DenseMap<mlir::Value, std::vector<double>> sums;
};

} // namespace bitnet

#endif // BITNET_EVALUATOR_EVALUATOR_H
