//===- OnnxFoldConstants.cpp - Compute constant nodes ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Evaluator/ONNX.h"
#include "bitnet/Support/Elements.h"
#include "bitnet/Support/Locations.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/ONNX/ONNX.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Alignment.h"

using namespace mlir;
using namespace bitnet;
using bitnet::onnx::NodeOp;
using bitnet::onnx::ONNXDialect;
using evaluator::ElementType;
using evaluator::Tensor;

namespace bitnet {
#define GEN_PASS_DEF_ONNXFOLDCONSTANTS
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

static std::optional<ElementType> fromType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    bool isUnsigned = integer.isUnsigned();
    switch (integer.getWidth()) {
    case 1:
      return ElementType::Bool;
    case 8:
      return isUnsigned ? ElementType::U8 : ElementType::I8;
    case 16:
      return isUnsigned ? ElementType::U16 : ElementType::I16;
    case 32:
      return isUnsigned ? ElementType::U32 : ElementType::I32;
    case 64:
      return isUnsigned ? ElementType::U64 : ElementType::I64;
    default:
      return std::nullopt;
    }
  }
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  return std::nullopt;
}

static Type toType(ElementType type, MLIRContext *context) {
  Builder b(context);
  unsigned bits = 8 * evaluator::byteWidth(type);
  switch (type) {
  case ElementType::F16:
    return b.getF16Type();
  case ElementType::BF16:
    return b.getBF16Type();
  case ElementType::F32:
    return b.getF32Type();
  case ElementType::F64:
    return b.getF64Type();
  case ElementType::Bool:
    return b.getI1Type();
  case ElementType::I8:
  case ElementType::I16:
  case ElementType::I32:
  case ElementType::I64:
    return b.getIntegerType(bits);
  case ElementType::U8:
  case ElementType::U16:
  case ElementType::U32:
  case ElementType::U64:
    return b.getIntegerType(bits, /*isSigned=*/false);
  }
  llvm_unreachable("an element type without a type");
}

static std::optional<Tensor> toTensor(ElementsAttr attribute) {
  auto type = dyn_cast<RankedTensorType>(attribute.getShapedType());
  auto element = type ? fromType(type.getElementType()) : std::nullopt;
  auto data = element ? elementBytes(attribute) : std::nullopt;
  if (!data)
    return std::nullopt;
  llvm::Align alignment(evaluator::byteWidth(*element));
  if (!llvm::isAddrAligned(alignment, data->bytes.data()))
    data = ElementBytes::own(data->bytes.vec());
  // An empty tensor, too, has data: none.
  const char *bytes = data->bytes.empty() ? "" : data->bytes.data();
  return Tensor{*element, type.getShape().vec(), bytes, data->owner};
}

/// The attribute of a node as the evaluator takes it.
static std::optional<evaluator::Attribute> toAttribute(Attribute attribute) {
  if (auto value = dyn_cast<IntegerAttr>(attribute))
    return value.getInt();
  if (auto value = dyn_cast<FloatAttr>(attribute))
    return float(value.getValueAsDouble());
  if (auto value = dyn_cast<StringAttr>(attribute))
    return value.str();
  if (auto value = dyn_cast<ElementsAttr>(attribute)) {
    if (auto tensor = toTensor(value))
      return *tensor;
    return std::nullopt;
  }
  auto array = dyn_cast<ArrayAttr>(attribute);
  if (!array)
    return std::nullopt;
  if (llvm::all_of(array, llvm::IsaPred<IntegerAttr>)) {
    std::vector<int64_t> values;
    for (Attribute each : array)
      values.push_back(cast<IntegerAttr>(each).getInt());
    return values;
  }
  return std::nullopt;
}

/// The value of `operand`, if it is constant. Of a tensor of static type its
/// shape, at least, is.
static std::optional<Tensor> toOperand(Value operand) {
  ElementsAttr attribute;
  if (matchPattern(operand, m_Constant(&attribute)))
    return toTensor(attribute);
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  auto element = type && type.hasStaticShape() ? fromType(type.getElementType())
                                               : std::nullopt;
  if (!element)
    return std::nullopt;
  return Tensor{*element, type.getShape().vec(), nullptr, nullptr};
}

/// What the elements of `operand` were before the importer widened them.
static Attribute widenedFrom(Value operand) {
  Operation *definition = operand.getDefiningOp();
  return definition ? definition->getAttr(ONNXDialect::kElementType)
                    : Attribute();
}

/// Whether operator `op` gives its elements out as they came in.
static bool movesElements(StringRef op) {
  return llvm::StringSwitch<bool>(op)
      .Cases({"Identity", "Reshape", "Squeeze", "Unsqueeze", "Transpose"}, true)
      .Cases({"Slice", "Concat", "Gather", "Expand"}, true)
      .Default(false);
}

/// The value of `node`, or nothing if it is not constant.
static std::optional<Tensor> compute(NodeOp node, int64_t opset) {
  if (!node.getDomain().empty() || node->getNumResults() != 1 ||
      !evaluator::knows(node.getOpType()))
    return std::nullopt;
  evaluator::Node description;
  description.op = node.getOpType();
  description.opset = opset;
  // The pointers go in once the vector has stopped moving.
  std::vector<std::optional<Tensor>> operands;
  for (Value operand : node.getInputs()) {
    bool isAbsent = isa<onnx::AbsentType>(operand.getType());
    operands.push_back(isAbsent ? std::nullopt : toOperand(operand));
    if (!isAbsent && !operands.back())
      return std::nullopt;
  }
  for (const auto &operand : operands)
    description.inputs.push_back(operand ? &*operand : nullptr);
  for (NamedAttribute attribute : node.getNodeAttrs()) {
    auto value = toAttribute(attribute.getValue());
    if (!value)
      return std::nullopt;
    description.attributes.try_emplace(attribute.getName(), std::move(*value));
  }
  return evaluator::evaluate(description);
}

namespace {

struct OnnxFoldConstants
    : public bitnet::impl::OnnxFoldConstantsBase<OnnxFoldConstants> {
  void runOnOperation() override;

private:
  void fold(NodeOp node, int64_t opset);
};

} // namespace

void OnnxFoldConstants::fold(NodeOp node, int64_t opset) {
  // Narrow integers saturate and wrap at their own width, which their widened
  // form does not show; moving and reading them is safe.
  Attribute widened;
  for (Value operand : node.getInputs())
    if (Attribute narrow = widenedFrom(operand))
      widened = narrow;
  StringRef op = node.getOpType();
  if (widened && !movesElements(op) && op != "Cast" && op != "DequantizeLinear")
    return;
  std::optional<Tensor> value = compute(node, opset);
  if (!value)
    return;
  ++numFolded;
  auto type = RankedTensorType::get(value->shape,
                                    toType(value->type, node.getContext()));
  size_t size = size_t(value->count()) * evaluator::byteWidth(value->type);
  StringRef name = nodeName(node.getLoc());
  ElementsAttr attribute =
      makeElements(type, name.empty() ? "folded" : name,
                   {ArrayRef<char>(value->data, size), value->owner});
  OpBuilder builder(node);
  auto constant = arith::ConstantOp::create(builder, node.getLoc(), attribute);
  if (widened && movesElements(op))
    constant->setAttr(ONNXDialect::kElementType, widened);
  SetVector<Value> operands(node.getInputs().begin(), node.getInputs().end());
  node.getResult(0).replaceAllUsesWith(constant);
  node.erase();
  // A set, since an operand that occurs twice can be erased once only.
  for (Value operand : operands)
    if (Operation *definition = operand.getDefiningOp();
        definition && definition->use_empty() &&
        isa<arith::ConstantOp, onnx::AbsentOp>(definition))
      definition->erase();
}

void OnnxFoldConstants::runOnOperation() {
  auto opsets =
      getOperation()->getAttrOfType<DictionaryAttr>(ONNXDialect::kOpsetImports);
  auto version = opsets ? opsets.getAs<IntegerAttr>("ai.onnx") : IntegerAttr();
  int64_t opset = version ? version.getInt() : 0;
  SmallVector<NodeOp> nodes;
  // Definitions come before uses, so that one walk folds whole chains.
  getOperation().walk([&](NodeOp node) { nodes.push_back(node); });
  for (NodeOp node : nodes)
    fold(node, opset);
}
