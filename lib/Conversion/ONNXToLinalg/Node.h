//===- Node.h - One ONNX node as its lowering reads it ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_CONVERSION_ONNXTOLINALG_NODE_H
#define BITNET_CONVERSION_ONNXTOLINALG_NODE_H

#include "Graph.h"

#include "dialects/ONNX/ONNX.h"

namespace bitnet::onnx {

/// One node of the graph as a lowering reads it. Whatever the lowering asks for
/// and the node does not have is one diagnostic that names node (its location),
/// operator, opset and attribute or input.
class Node {
public:
  Node(Graph &graph, NodeOp op, int64_t opset)
      : graph(graph), op(op), opset(opset) {}

  Graph &graph;
  NodeOp op;
  const int64_t opset;

  mlir::Location loc() const { return op->getLoc(); }
  mlir::OpBuilder &builder() { return graph.builder; }
  llvm::StringRef type() const { return NodeOp(op).getOpType(); }

  /// Starts a diagnostic: `operator 'X' (opset n): `.
  mlir::InFlightDiagnostic error();

  //===--- Inputs and outputs ---------------------------------------------===//

  unsigned size() { return op.getInputs().size(); }
  bool has(unsigned number);
  Tensor &input(unsigned number);
  mlir::Value value(unsigned number) {
    return graph.materialize(loc(), input(number));
  }
  mlir::Value value(Tensor &tensor) { return graph.materialize(loc(), tensor); }

  /// Checks the number of inputs; the first `minimum` may not be absent.
  mlir::LogicalResult expectInputs(unsigned minimum, unsigned maximum);
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

  bool hasAttr(llvm::StringRef name);
  /// The attribute `name`, or the default; without a default it must be there.
  mlir::FailureOr<int64_t>
  integer(llvm::StringRef name, std::optional<int64_t> standard = std::nullopt);
  mlir::FailureOr<double> real(llvm::StringRef name, double standard);
  mlir::FailureOr<llvm::SmallVector<int64_t>> integers(llvm::StringRef name);
  mlir::FailureOr<llvm::StringRef> string(llvm::StringRef name,
                                          llvm::StringRef standard);
  /// An integer attribute that must have the given value if it is there.
  mlir::LogicalResult expectAttr(llvm::StringRef name, int64_t value);
  mlir::Attribute attribute(llvm::StringRef name);

  /// An axis in [0, rank) from one in [-rank, rank).
  mlir::FailureOr<int64_t> normalize(int64_t axis, int64_t rank);
  mlir::FailureOr<int64_t> axis(llvm::StringRef name,
                                std::optional<int64_t> standard, int64_t rank);
  /// Axes, each once, ascending.
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  normalize(llvm::ArrayRef<int64_t> axes, int64_t rank);
  /// Numbers that are the attribute `name` before opset `since` and an input
  /// from then on.
  mlir::FailureOr<llvm::SmallVector<mlir::AffineExpr>>
  list(llvm::StringRef name, unsigned number, int64_t since);
  /// Likewise, constants; nothing if they are left out.
  mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>>
  constants(llvm::StringRef name, unsigned number, int64_t since);

  /// Checks that every attribute was asked for and every output set.
  mlir::LogicalResult finish();

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

private:
  mlir::Value reshapeByElements(mlir::Value value,
                                llvm::ArrayRef<mlir::AffineExpr> to);

  llvm::SmallPtrSet<mlir::Attribute, 8> used; // names
};

} // namespace bitnet::onnx

#endif // BITNET_CONVERSION_ONNXTOLINALG_NODE_H
