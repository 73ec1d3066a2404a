//===- OnnxFoldConstants.cpp - Compute constant nodes ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "bitnet/Evaluator/Evaluator.h"
#include "bitnet/Passes/ConversionStage.h"
#include "bitnet/Support/Locations.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::onnx;

namespace bitnet {
#define GEN_PASS_DEF_ONNXFOLDCONSTANTS
#include "bitnet/Passes/ConversionStage.h.inc"
} // namespace bitnet

namespace {

/// The results of a node as attributes.
using Results = SmallVector<std::pair<RankedTensorType, ElementBytes>>;

struct OnnxFoldConstants
    : public bitnet::impl::OnnxFoldConstantsBase<OnnxFoldConstants> {
  void runOnOperation() override;

private:
  void fold(NodeOp node, int64_t opset);
  void erase(Operation *constant);

  /// Constants of this pass, whose data are its own.
  DenseSet<Operation *> made;
};

} // namespace

/// What the elements of `operand` were before the importer widened them.
static Attribute widenedFrom(Value operand) {
  Operation *definition = operand.getDefiningOp();
  return definition ? definition->getAttr(ONNXDialect::kElementType)
                    : Attribute();
}

/// Makes an input known to `graph`: a constant, or at least its shape.
static LogicalResult readInput(Graph &graph, Value operand, bool isOnShapes) {
  ElementsAttr constant;
  if (matchPattern(operand, m_Constant(&constant)) &&
      isa<RankedTensorType>(constant.getType()) &&
      isa<FloatType, IntegerType>(constant.getElementType())) {
    graph.set(operand, graph.getConstant(operand.getLoc(), constant));
    return success();
  }
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!isOnShapes || !type || !type.hasStaticShape())
    return failure();
  Tensor tensor;
  tensor.elementType = getSignless(type.getElementType());
  tensor.value = operand;
  for (int64_t size : type.getShape())
    tensor.shape.push_back(graph.constant(size));
  graph.set(operand, std::move(tensor));
  return success();
}

/// Bytes that a node may compute: constants may grow, a float may come from two
/// bits, but what is much larger had better be computed when it is needed.
static uint64_t getLimit(NodeOp node) {
  constexpr uint64_t kSmall = uint64_t(1) << 26, kGrowth = 8;
  uint64_t bytes = 0;
  for (Type type : node.getInputs().getTypes())
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      bytes += byteSize(tensor).value_or(0);
  return std::max(kSmall, kGrowth * bytes);
}

/// Lowers `node` and evaluates what came out.
static std::optional<Results> compute(Graph &graph, NodeOp node,
                                      const Operator &row, int64_t opset) {
  graph.builder.setInsertionPoint(node);
  Location loc = node.getLoc();
  graph.status = graph.filled(loc, {}, graph.builder.getI64IntegerAttr(0));
  for (Value operand : node.getInputs())
    if (!isa<AbsentType>(operand.getType()) &&
        failed(readInput(graph, operand, row.isOnShapes)))
      return std::nullopt;
  if (failed(lowerNode(graph, node, opset)))
    return std::nullopt;
  Evaluator evaluator(getLimit(node));
  std::optional<ElementBytes> status = evaluator.evaluate(graph.status);
  if (!status || llvm::any_of(status->bytes, [](char byte) { return byte; }))
    return std::nullopt;
  Results results;
  for (Value output : node.getOutputs()) {
    Tensor &tensor = graph.get(output);
    Value value = graph.materialize(loc, tensor);
    std::optional<ElementBytes> bytes = evaluator.evaluate(value);
    if (!bytes)
      return std::nullopt;
    auto type = cast<RankedTensorType>(value.getType());
    results.emplace_back(
        type.clone(getWithSign(tensor.elementType, tensor.isUnsigned)),
        std::move(*bytes));
  }
  return results;
}

/// Erases a constant that nothing uses, and its data if this pass made it: they
/// would stay with the context.
void OnnxFoldConstants::erase(Operation *constant) {
  DenseResourceElementsAttr resource;
  if (made.erase(constant) && matchPattern(constant, m_Constant(&resource))) {
    DenseResourceElementsHandle::getManagerInterface(&getContext())
        .getBlobManager()
        .update(resource.getRawHandle().getKey(), AsmResourceBlob());
  }
  constant->erase();
}

void OnnxFoldConstants::fold(NodeOp node, int64_t opset) {
  const Operator *row = findOperator(node);
  if (!row)
    return;
  Attribute widened;
  for (Value operand : node.getInputs())
    if (Attribute narrow = widenedFrom(operand))
      widened = narrow;
  if (widened && row->narrow == Operator::Narrow::Unknown)
    return;
  Operation *before = node->getPrevNode();
  auto function = node->getParentOfType<func::FuncOp>();
  if (!function)
    return;
  std::optional<Results> results;
  {
    // What is not supported is said by the conversion, which meets it again.
    ScopedDiagnosticHandler silence(&getContext(),
                                    [](Diagnostic &) { return success(); });
    Graph graph(function);
    results = compute(graph, node, *row, opset);
  }
  while (Operation *lowered = node->getPrevNode()) {
    if (lowered == before)
      break;
    lowered->erase();
  }
  if (!results)
    return;
  ++numFolded;
  StringRef name = nodeName(node.getLoc(), "folded");
  OpBuilder builder(node);
  for (auto [output, result] : llvm::zip_equal(node.getOutputs(), *results)) {
    auto constant = arith::ConstantOp::create(
        builder, node.getLoc(),
        makeElements(result.first, name, std::move(result.second)));
    if (widened && row->narrow == Operator::Narrow::Move)
      constant->setAttr(ONNXDialect::kElementType, widened);
    made.insert(constant);
    output.replaceAllUsesWith(constant);
  }
  // A set, since an operand that occurs twice can be erased once only.
  SetVector<Value> operands(node.getInputs().begin(), node.getInputs().end());
  node.erase();
  for (Value operand : operands)
    if (Operation *definition = operand.getDefiningOp();
        definition && definition->use_empty() &&
        isa<arith::ConstantOp, AbsentOp>(definition))
      erase(definition);
}

void OnnxFoldConstants::runOnOperation() {
  SmallVector<NodeOp> nodes;
  // Definitions come before uses, so that one walk folds whole chains.
  getOperation().walk([&](NodeOp node) { nodes.push_back(node); });
  if (nodes.empty())
    return;
  FailureOr<int64_t> opset = getOpset(getOperation());
  if (failed(opset))
    return signalPassFailure();
  for (NodeOp node : nodes)
    fold(node, *opset);
}
