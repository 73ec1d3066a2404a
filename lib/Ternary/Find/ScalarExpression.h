//===- ScalarExpression.h - Elementwise linalg as expressions ---*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A chain of elementwise linalg ops computes each element by one scalar
// expression, however it is cut into ops. Patterns that come from a model's
// graph, one op for each node, are matched on that expression.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TERNARY_FIND_SCALAREXPRESSION_H
#define LIB_TERNARY_FIND_SCALAREXPRESSION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <vector>

namespace bitnet {

/// The expression of the elements of a tensor.
class ScalarExpression {
public:
  /// The elements of `tensor`, whatever computes them.
  explicit ScalarExpression(mlir::Value tensor) : tensor(tensor) {}

  /// The tensor whose elements these are, if they are read rather than
  /// computed in the middle of an op.
  mlir::Value getTensor() const;

  /// If the elements are results of an `OpTy`: its operands.
  template <typename OpTy>
  std::optional<std::vector<ScalarExpression>> match() const;

  /// The value of a floating-point constant, equal for all elements.
  std::optional<double> matchConstant() const;

  /// If the elements are `OpTy` of something and a constant, in this order or,
  /// with `commutes`, in any: the something, and the constant.
  template <typename OpTy>
  std::optional<std::pair<ScalarExpression, double>>
  matchWithConstant(bool commutes = true) const {
    auto operands = match<OpTy>();
    if (!operands)
      return std::nullopt;
    if (auto constant = (*operands)[1].matchConstant())
      return std::pair((*operands)[0], *constant);
    if (auto constant = (*operands)[0].matchConstant(); constant && commutes)
      return std::pair((*operands)[1], *constant);
    return std::nullopt;
  }

private:
  ScalarExpression(mlir::Value scalar, mlir::linalg::GenericOp owner)
      : scalar(scalar), owner(owner) {}

  /// Goes from a tensor or an argument of an op's body to what computes it.
  ScalarExpression lookThrough() const;

  mlir::Value tensor; // null: `scalar` in the body of `owner`
  mlir::Value scalar;
  // Op interfaces have no const methods.
  mutable mlir::linalg::GenericOp owner;
};

template <typename OpTy>
std::optional<std::vector<ScalarExpression>> ScalarExpression::match() const {
  ScalarExpression inner = lookThrough();
  if (!inner.scalar || !inner.scalar.getDefiningOp<OpTy>())
    return std::nullopt;
  std::vector<ScalarExpression> operands;
  for (mlir::Value operand : inner.scalar.getDefiningOp()->getOperands())
    operands.push_back(ScalarExpression(operand, inner.owner));
  return operands;
}

} // namespace bitnet

#endif // LIB_TERNARY_FIND_SCALAREXPRESSION_H
