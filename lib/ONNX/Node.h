//===- Node.h - One ONNX node as its lowering reads it ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_ONNX_NODE_H
#define LIB_ONNX_NODE_H

#include "Graph.h"
#include "Operator.h"

#include "dialects/ONNX/ONNX.h"

namespace bitnet::onnx {

/// One node of the graph as a lowering reads it. Whatever the lowering asks for
/// and the node does not have is one diagnostic that names node (its location),
/// operator, opset and attribute or input.
class Node {
public:
  Node(Graph &graph, NodeOp op, const Operator &row, int64_t opset)
      : graph(graph), op(op), row(row), opset(opset) {}

  Graph &graph;
  NodeOp op;
  const Operator &row;
  const int64_t opset;

  mlir::Location loc() const { return op->getLoc(); }
  mlir::OpBuilder &builder() { return graph.builder; }
  llvm::StringRef type() const { return NodeOp(op).getOpType(); }

  /// Starts a diagnostic: `operator 'X' (opset n): `.
  mlir::InFlightDiagnostic error();

  /// Checks that the node has the form that its operator's row says.
  mlir::LogicalResult checkForm();
  /// Checks that every output was set.
  mlir::LogicalResult finish();

  //===--- Inputs and outputs ---------------------------------------------===//

  unsigned size() { return op.getInputs().size(); }
  bool has(unsigned number);
  Tensor &input(unsigned number);
  mlir::Value value(unsigned number) {
    return graph.materialize(loc(), input(number));
  }
  mlir::Value value(Tensor &tensor) { return graph.materialize(loc(), tensor); }

  /// Checks that an input has a floating point (integer) element type.
  mlir::LogicalResult expectFloat(unsigned number);
  mlir::LogicalResult expectInteger(unsigned number);
  /// Checks that two inputs have the same element type.
  mlir::LogicalResult expectSameType(unsigned a, unsigned b);

  /// An input that must be a list of constants (axes, say).
  mlir::FailureOr<llvm::SmallVector<int64_t>> constants(unsigned number);
  /// An input that must be a list.
  mlir::FailureOr<llvm::SmallVector<mlir::AffineExpr>> list(unsigned number);

  void setResult(unsigned number, Tensor tensor);
  /// The only result: a tensor, or a list.
  mlir::LogicalResult setResult(mlir::Value value,
                                llvm::ArrayRef<mlir::AffineExpr> shape,
                                bool isUnsigned = false);
  mlir::LogicalResult setList(llvm::ArrayRef<mlir::AffineExpr> elements,
                              llvm::ArrayRef<mlir::AffineExpr> shape,
                              mlir::Type elementType, bool isUnsigned = false);

  //===--- Attributes -----------------------------------------------------===//

  // By the row: an attribute that is left out, or that this opset does not have
  // yet, has the value that it states.
  int64_t integer(llvm::StringRef name);
  double real(llvm::StringRef name);
  llvm::StringRef text(llvm::StringRef name);
  // Nothing if there is neither one nor a default, or not in this opset.
  std::optional<int64_t> findInteger(llvm::StringRef name);
  std::optional<double> findReal(llvm::StringRef name);
  std::optional<llvm::SmallVector<int64_t>> findIntegers(llvm::StringRef name);

  /// An axis in [0, rank) from one in [-rank, rank).
  mlir::FailureOr<int64_t> normalize(int64_t axis, int64_t rank);
  /// The attribute `axis`, so.
  mlir::FailureOr<int64_t> axis(int64_t rank);
  /// Axes, each once, ascending.
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  normalize(llvm::ArrayRef<int64_t> axes, int64_t rank);
  /// Numbers that are an attribute in some opsets (those that the row states)
  /// and an input in the others.
  mlir::FailureOr<llvm::SmallVector<mlir::AffineExpr>>
  list(llvm::StringRef name, unsigned number);
  /// Likewise, constants; nothing if they are left out.
  mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>>
  constants(llvm::StringRef name, unsigned number);

  //===--- Shapes ---------------------------------------------------------===//

  /// The shape that both broadcast to; records what must hold for that.
  mlir::FailureOr<llvm::SmallVector<mlir::AffineExpr>>
  broadcast(llvm::ArrayRef<mlir::AffineExpr> a,
            llvm::ArrayRef<mlir::AffineExpr> b);
  /// Records that two dimensions are equal, or says that they are not.
  mlir::LogicalResult expectEqual(mlir::AffineExpr a, mlir::AffineExpr b,
                                  llvm::StringRef what);

  /// `value` of shape `from` in shape `to`, which has as many elements:
  /// collapse_shape and expand_shape.
  mlir::FailureOr<mlir::Value> reshape(mlir::Value value,
                                       llvm::ArrayRef<mlir::AffineExpr> from,
                                       llvm::ArrayRef<mlir::AffineExpr> to);
  /// Likewise `tensor` in shape `to`, without the elements of a list.
  mlir::FailureOr<Tensor> reshape(Tensor &tensor,
                                  llvm::ArrayRef<mlir::AffineExpr> to);

private:
  mlir::LogicalResult checkInputs();
  mlir::LogicalResult checkElementTypes();
  mlir::LogicalResult checkAttribute(mlir::NamedAttribute attribute);

  mlir::Value reshapeByElements(mlir::Value value,
                                llvm::ArrayRef<mlir::AffineExpr> to);
};

} // namespace bitnet::onnx

#endif // LIB_ONNX_NODE_H
