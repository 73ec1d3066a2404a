//===- LowerNode.cpp - One node by its row --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

using namespace mlir;
using namespace bitnet::onnx;

FailureOr<int64_t> bitnet::onnx::getOpset(ModuleOp module) {
  auto imports =
      module->getAttrOfType<DictionaryAttr>(ONNXDialect::kOpsetImports);
  IntegerAttr opset;
  if (imports)
    opset = imports.getAs<IntegerAttr>("ai.onnx");
  if (!opset)
    return module.emitError()
           << "the module has no '" << ONNXDialect::kOpsetImports
           << "' with a version of 'ai.onnx'";
  int64_t version = opset.getValue().getSExtValue();
  if (version < kMinOpset || version > kMaxOpset)
    return module.emitError()
           << "opset " << version << " is not supported, expected " << kMinOpset
           << " to " << kMaxOpset;
  return version;
}

const Operator *bitnet::onnx::findOperator(NodeOp op) {
  StringRef domain = op.getDomain();
  if (domain.empty() || domain == "ai.onnx")
    return OperatorTable::get().find(op.getOpType());
  return OperatorTable::get().find((domain + "." + op.getOpType()).str());
}

LogicalResult bitnet::onnx::lowerNode(Graph &graph, NodeOp op, int64_t opset) {
  const Operator *row = findOperator(op);
  if (!row) {
    InFlightDiagnostic diagnostic = mlir::emitError(op.getLoc())
                                    << "operator '" << op.getOpType()
                                    << "' (opset " << opset
                                    << "): is not supported";
    if (!op.getDomain().empty())
      diagnostic << " in domain '" << op.getDomain() << "'";
    return diagnostic;
  }
  Node node(graph, op, *row, opset);
  if (failed(node.checkForm()))
    return failure();
  graph.builder.setInsertionPoint(op);
  if (failed(row->lower(node)))
    return failure();
  return node.finish();
}
