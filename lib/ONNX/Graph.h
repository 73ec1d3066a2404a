//===- Graph.h - An ONNX graph while it is converted ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_ONNX_GRAPH_H
#define LIB_ONNX_GRAPH_H

#include "dialects/Model/Model.h"
#include "dialects/ONNX/ElementTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"

#include <memory>
#include <optional>

namespace bitnet::onnx {

/// What the conversion knows of one value of the graph. Dimensions and list
/// elements are expressions over the symbols of the function, uniqued and
/// simplified, so that equal ones are the same pointer.
struct Tensor {
  mlir::Type elementType; // signless
  bool isUnsigned = false;
  llvm::SmallVector<mlir::AffineExpr> shape;

  /// The tensor; null for a list that no data operator has asked for.
  mlir::Value value;

  /// A list: the content of an integer tensor of rank 0 or 1 that is known as
  /// expressions. Shape arithmetic works on these alone.
  std::optional<llvm::SmallVector<mlir::AffineExpr>> elements;

  int64_t rank() const { return shape.size(); }

  /// The elements, if this is a list of constants.
  std::optional<llvm::SmallVector<int64_t>> constants() const;
};

/// The lists of an operator's inputs are at most this long.
constexpr int64_t kMaxListSize = 64;

/// A lower bound of `expr` for symbols that are not negative.
std::optional<int64_t> getLowerBound(mlir::AffineExpr expr);

/// The graph while it is converted: its values, the symbols of its shapes, and
/// what must hold between them.
class Graph {
public:
  explicit Graph(mlir::func::FuncOp function);

  mlir::OpBuilder builder;

  //===--- Expressions ----------------------------------------------------===//

  mlir::AffineExpr constant(int64_t value) const;
  mlir::AffineExpr simplify(mlir::AffineExpr expr) const;
  mlir::AffineExpr product(llvm::ArrayRef<mlir::AffineExpr> factors) const;
  /// max(expr, 0), and the smaller one of two.
  mlir::AffineExpr positivePart(mlir::AffineExpr expr) const;
  mlir::AffineExpr minimum(mlir::AffineExpr a, mlir::AffineExpr b) const;

  /// `expr` as an index value or attribute.
  mlir::OpFoldResult fold(mlir::Location loc, mlir::AffineExpr expr);
  mlir::Value index(mlir::Location loc, mlir::AffineExpr expr);
  llvm::SmallVector<mlir::OpFoldResult>
  fold(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> exprs);

  /// Records that `a` and `b` are equal in every call. Fails, without a
  /// diagnostic, if they never are.
  mlir::LogicalResult constrainEqual(mlir::Location loc, mlir::AffineExpr a,
                                     mlir::AffineExpr b);
  /// The same for `expr` >= 0.
  mlir::LogicalResult constrainNonNegative(mlir::Location loc,
                                           mlir::AffineExpr expr);

  /// `expr` as a message shows it, with the symbols' names.
  std::string print(mlir::AffineExpr expr) const;
  std::string print(llvm::ArrayRef<mlir::AffineExpr> shape) const;

  //===--- Values ---------------------------------------------------------===//

  Tensor &get(mlir::Value value);
  bool contains(mlir::Value value) const { return values.contains(value); }
  void set(mlir::Value value, Tensor tensor);

  /// A constant tensor; a list too if it is a short one of integers.
  Tensor getConstant(mlir::Location loc, mlir::ElementsAttr value);

  /// The type of a tensor of that shape.
  mlir::RankedTensorType getType(llvm::ArrayRef<mlir::AffineExpr> shape,
                                 mlir::Type elementType) const;
  mlir::Value empty(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> shape,
                    mlir::Type elementType);
  /// An empty tensor filled with a scalar.
  mlir::Value filled(mlir::Location loc, llvm::ArrayRef<mlir::AffineExpr> shape,
                     mlir::TypedAttr scalar);

  /// The tensor value of `tensor`; a list becomes one here.
  mlir::Value materialize(mlir::Location loc, Tensor &tensor);

  //===--- Checks on values -----------------------------------------------===//

  /// Adds a check that runs with the model and returns its 1-based number.
  int64_t addCheck(std::string message);
  mlir::Value status; // tensor<i64>: 0, or the first check that failed

  //===--- Signature ------------------------------------------------------===//

  /// Makes the arguments known; reports what they cannot be.
  mlir::LogicalResult readArguments();
  /// Makes a constant outside of the nodes (an initialiser) known.
  mlir::LogicalResult readConstant(mlir::Operation *constant);
  /// Checks `tensor` against what the function declares for a result and
  /// returns the value to return.
  mlir::FailureOr<mlir::Value> declareResult(mlir::Location loc,
                                             unsigned number, Tensor &tensor);
  /// Writes symbols, constraints, checks and shapes to the function.
  void writeAttributes();

private:
  struct Constraint {
    model::ConstraintKind kind;
    mlir::AffineExpr expr;
    std::string node;
  };

  mlir::AffineExpr getSymbol(llvm::StringRef name) const;
  llvm::SmallVector<llvm::StringRef> getSymbolNames() const;
  /// What the file calls a dynamic dimension; nothing if it is an expression.
  std::optional<llvm::StringRef> getDeclaredName(model::ValueAttr value,
                                                 int64_t dim) const;
  model::ValueAttr describe(llvm::StringRef name, const Tensor &tensor) const;

  mlir::func::FuncOp function;
  llvm::SmallVector<std::string> symbolNames;
  llvm::SmallVector<mlir::Value> symbols;
  llvm::SmallVector<Constraint> constraints;
  llvm::SmallVector<std::string> checks;
  llvm::SmallVector<std::string> inputNames;
  /// The outputs' names and values.
  llvm::SmallVector<std::pair<std::string, const Tensor *>> results;
  llvm::DenseMap<mlir::Value, std::unique_ptr<Tensor>> values;
  llvm::DenseMap<mlir::AffineExpr, mlir::Value> indices;
};

} // namespace bitnet::onnx

#endif // LIB_ONNX_GRAPH_H
