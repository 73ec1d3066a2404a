//===- Operators.h - What the operator families share -----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_ONNX_OPERATORS_H
#define LIB_ONNX_OPERATORS_H

#include "Node.h"
#include "Operator.h"

#include <cmath>

namespace bitnet::onnx {

/// The version of the standard operator set that `module` imports.
mlir::FailureOr<int64_t> getOpset(mlir::ModuleOp module);

/// The row of the operator of `op`, null if there is none.
const Operator *findOperator(NodeOp op);

/// Lowers one node by its row, before it: makes its outputs known to `graph`,
/// which knows its inputs. Whatever is not supported is a diagnostic.
mlir::LogicalResult lowerNode(Graph &graph, NodeOp op, int64_t opset);

//===----------------------------------------------------------------------===//
// Families
//===----------------------------------------------------------------------===//

void addArithmetic(OperatorTable &table);
void addCasts(OperatorTable &table);
void addComparisons(OperatorTable &table);
void addContractions(OperatorTable &table);
void addGenerators(OperatorTable &table);
void addIndexing(OperatorTable &table);
void addIntegerContractions(OperatorTable &table);
void addNormalizations(OperatorTable &table);
void addQuantization(OperatorTable &table);
void addReductions(OperatorTable &table);
void addReshapes(OperatorTable &table);
void addSlices(OperatorTable &table);

//===----------------------------------------------------------------------===//
// Elementwise operations
//===----------------------------------------------------------------------===//

using ScalarBody = llvm::function_ref<mlir::Value(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// One linalg.generic that applies `body` to the inputs, broadcast to `shape`.
/// Inputs that hold one constant are constants of the body.
mlir::Value elementwise(Node &node, llvm::ArrayRef<Tensor *> inputs,
                        llvm::ArrayRef<mlir::AffineExpr> shape,
                        mlir::Type elementType, ScalarBody body);

/// The same for the only output of `node` and all of its inputs.
mlir::LogicalResult lowerElementwise(Node &node, mlir::Type elementType,
                                     bool isUnsigned, ScalarBody body);

/// The one value of a tensor that holds one constant.
mlir::TypedAttr getSplat(Tensor &tensor);

/// Converts a scalar as ONNX's Cast does.
mlir::Value castScalar(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value value, bool fromUnsigned, mlir::Type to,
                       bool toUnsigned);

/// Rounds half to even, adds a zero point (or none) of type `to`, saturates.
mlir::Value quantizeScalar(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::Value zeroPoint,
                           bool isUnsigned, mlir::Type to);

/// A constant of any integer or float type.
mlir::Value getScalar(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Type type, double value);

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

struct Matrix {
  mlir::Value value;
  llvm::SmallVector<mlir::AffineExpr> shape;
};

/// The product of MatMul: vectors, matrices, or stacks of matrices whose batch
/// dimensions broadcast. Sums in `sum`, to which signed factors are extended.
mlir::FailureOr<Matrix> multiply(Node &node, Matrix a, Matrix b,
                                 mlir::Type sum);

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

enum class Reduction { Max, Min, Sum, Mean, Prod, SumSquare };

/// Reduces `value` over `axes`; the result has `shape` without them.
mlir::Value reduce(Node &node, mlir::Value value, bool isUnsigned,
                   llvm::ArrayRef<mlir::AffineExpr> shape,
                   llvm::ArrayRef<int64_t> axes, Reduction kind);

/// A slice of input 0: the full tensor but for one range of each axis.
mlir::Value extractSlice(Node &node, llvm::ArrayRef<mlir::AffineExpr> starts,
                         llvm::ArrayRef<mlir::AffineExpr> sizes,
                         llvm::ArrayRef<int64_t> steps);

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

/// The value of a scalar operation on expressions, nothing if it is not known.
using ListBody = llvm::function_ref<std::optional<mlir::AffineExpr>(
    llvm::ArrayRef<mlir::AffineExpr>)>;

/// If all inputs are lists and `body` knows every element of the result, makes
/// it the result and returns true.
bool lowerList(Node &node, mlir::Type elementType, ListBody body);

} // namespace bitnet::onnx

#endif // LIB_ONNX_OPERATORS_H
