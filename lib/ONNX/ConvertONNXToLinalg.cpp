//===- ConvertONNXToLinalg.cpp - ONNX graphs to linalg --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One walk over the nodes in their order. Each operator has a lowering in the
// file of its family; shapes are inferred on the way, as expressions over the
// dimensions of the arguments (Graph.h).
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "bitnet/Passes/ConversionStage.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace bitnet {
#define GEN_PASS_DEF_CONVERTONNXTOLINALG
#include "bitnet/Passes/ConversionStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet::onnx;
using bitnet::model::ModelDialect;

/// Replaces the end of the graph; the status of the checks is one more result.
static LogicalResult convertReturn(Graph &graph, func::FuncOp function,
                                   ReturnOp op) {
  graph.builder.setInsertionPoint(op);
  SmallVector<Value> results;
  SmallVector<Type> types;
  for (auto [number, output] : llvm::enumerate(op.getOutputs())) {
    FailureOr<Value> result =
        graph.declareResult(op.getLoc(), number, graph.get(output));
    if (failed(result))
      return failure();
    results.push_back(*result);
  }
  results.push_back(graph.status);
  for (Value result : results)
    types.push_back(result.getType());
  graph.writeAttributes();

  SmallVector<Attribute> attrs;
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i) {
    DictionaryAttr known = function.getResultAttrDict(i);
    attrs.push_back(known ? known : graph.builder.getDictionaryAttr({}));
  }
  attrs.push_back(graph.builder.getDictionaryAttr(graph.builder.getNamedAttr(
      ModelDialect::kStatus, graph.builder.getUnitAttr())));
  function.setFunctionType(
      graph.builder.getFunctionType(function.getArgumentTypes(), types));
  function.setResAttrsAttr(graph.builder.getArrayAttr(attrs));
  func::ReturnOp::create(graph.builder, op.getLoc(), results);
  op.erase();
  return success();
}

static LogicalResult convertFunction(func::FuncOp function, int64_t opset) {
  // New ops go between these.
  SmallVector<Operation *> ops =
      llvm::map_to_vector(function.front(), [](Operation &op) { return &op; });
  Graph graph(function);
  if (failed(graph.readArguments()))
    return failure();
  graph.status =
      graph.filled(function.getLoc(), {}, graph.builder.getI64IntegerAttr(0));
  for (Operation *op : ops) {
    LogicalResult result = success();
    if (auto node = dyn_cast<NodeOp>(op))
      result = lowerNode(graph, node, opset);
    else if (auto end = dyn_cast<ReturnOp>(op))
      result = convertReturn(graph, function, end);
    else if (!isa<AbsentOp>(op))
      result = graph.readConstant(op);
    if (failed(result))
      return failure();
  }
  // The nodes, and the constants and sizes that nothing reads any more.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  return success();
}

namespace {
struct ConvertONNXToLinalg
    : bitnet::impl::ConvertONNXToLinalgBase<ConvertONNXToLinalg> {
  using ConvertONNXToLinalgBase::ConvertONNXToLinalgBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // A graph is a function that ends in onnx.return.
      if (function.isExternal() ||
          !isa<ReturnOp>(function.front().getTerminator()))
        continue;
      FailureOr<int64_t> opset = getOpset(getOperation());
      if (failed(opset) || failed(convertFunction(function, *opset)))
        return signalPassFailure();
    }
  }
};
} // namespace
