//===- Importer.cpp - From a protobuf graph to onnx.node IR ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Import/ONNX.h"

#include "Attributes.h"
#include "ModelReader.h"
#include "TensorData.h"

#include "bitnet/Model/Builder.h"
#include "dialects/ONNX/ONNX.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bitnet;
using bitnet::model::ModelBuilder;
using bitnet::onnx::AbsentOp;
using bitnet::onnx::AbsentType;
using bitnet::onnx::ElementType;
using bitnet::onnx::getConstantValue;
using bitnet::onnx::getElementType;
using bitnet::onnx::NodeOp;
using bitnet::onnx::ONNXDialect;
using bitnet::onnx::ReturnOp;
using bitnet::onnx::ValueType;

namespace {

/// Imports one model. Methods that can fail report why.
class Importer {
public:
  Importer(::onnx::ModelProto &model, StringRef path, StringRef file,
           Location location)
      : model(model), graph(*model.mutable_graph()), file(file),
        contract(location), module(contract.getModule()),
        builder(module.getContext()), external(path) {}

  LogicalResult run();
  OwningOpRef<ModuleOp> take() { return contract.take(); }

private:
  Location locate(StringRef kind, StringRef name) {
    return namedLocation(builder.getContext(), file, kind, name);
  }

  LogicalResult checkSupported();
  LogicalResult setModuleAttributes();
  /// Adds the function, still without body, with the graph's inputs and
  /// outputs.
  LogicalResult createFunction();
  LogicalResult importInitializers();
  LogicalResult importNode(::onnx::NodeProto &node, unsigned index);
  LogicalResult importConstantNode(::onnx::NodeProto &node, Location location);
  LogicalResult importReturn();

  /// Type of a graph input or output; null and an error if there is none.
  Type boundaryType(const ::onnx::ValueInfoProto &info, Location location);
  /// Its shape, a symbol for each dynamic dimension: the one of the name that
  /// the file gives it, or one of its own.
  SmallVector<AffineExpr> boundaryShape(const ::onnx::ValueInfoProto &info,
                                        RankedTensorType type);
  void createConstant(StringRef name, ElementsAttr value, int dataType,
                      Location location);
  LogicalResult define(StringRef name, Value value, Location location);

  ::onnx::ModelProto &model;
  ::onnx::GraphProto &graph;
  std::string file;
  ModelBuilder contract;
  ModuleOp module;
  OpBuilder builder;
  ExternalData external;
  /// Types that the file states for values between nodes.
  llvm::StringMap<RankedTensorType> statedTypes;
  llvm::StringMap<Value> values;
};

} // namespace

/// The tensor type that `type` states: ranked if it has a shape, null if it is
/// no tensor of elements that can cross the graph's boundary.
static TensorType importType(const ::onnx::TypeProto &type,
                             MLIRContext *context) {
  if (!type.has_tensor_type())
    return nullptr;
  ElementType kind = getElementType(type.tensor_type().elem_type(), context);
  if (!kind.type || kind.isWidened())
    return nullptr;
  if (!type.tensor_type().has_shape())
    return UnrankedTensorType::get(kind.type);
  SmallVector<int64_t> shape;
  for (const auto &dim : type.tensor_type().shape().dim())
    shape.push_back(dim.has_dim_value() && dim.dim_value() >= 0
                        ? dim.dim_value()
                        : ShapedType::kDynamic);
  return RankedTensorType::get(shape, kind.type);
}

/// The standard operator set has two names in files; `standard` is the one to
/// use for it.
static StringRef domainName(StringRef domain, StringRef standard) {
  return domain.empty() || domain == "ai.onnx" ? standard : domain;
}

LogicalResult Importer::checkSupported() {
  for (const auto &function : model.functions())
    return emitError(locate("function", function.name()))
           << "functions of the model itself are not supported";
  for (const auto &tensor : graph.sparse_initializer())
    return emitError(locate("initializer", tensor.values().name()))
           << "sparse initializers are not supported";
  return success();
}

LogicalResult Importer::setModuleAttributes() {
  NamedAttrList opsets;
  for (const auto &opset : model.opset_import()) {
    StringRef domain = domainName(opset.domain(), "ai.onnx");
    if (opsets.get(domain))
      return emitError(module.getLoc())
             << "operator set '" << domain << "' is imported twice";
    opsets.append(domain, builder.getI64IntegerAttr(opset.version()));
  }
  module->setAttr(ONNXDialect::kOpsetImports,
                  opsets.getDictionary(builder.getContext()));
  for (const auto &entry : model.metadata_props()) {
    if (failed(contract.addMetadata(entry.key(),
                                    builder.getStringAttr(entry.value()))))
      return emitError(module.getLoc())
             << "metadata key '" << entry.key() << "' is empty or stated twice";
  }
  return success();
}

Type Importer::boundaryType(const ::onnx::ValueInfoProto &info,
                            Location location) {
  if (!info.type().has_tensor_type()) {
    emitError(location) << "is of a type other than tensor";
    return nullptr;
  }
  TensorType type = importType(info.type(), builder.getContext());
  if (!type) {
    int number = info.type().tensor_type().elem_type();
    emitError(location) << "has element type number " << number << " ("
                        << getElementType(number, builder.getContext()).name
                        << "), which is not supported for a graph's "
                           "inputs and outputs";
  }
  return type;
}

SmallVector<AffineExpr>
Importer::boundaryShape(const ::onnx::ValueInfoProto &info,
                        RankedTensorType type) {
  SmallVector<AffineExpr> shape;
  const auto &dims = info.type().tensor_type().shape().dim();
  for (auto [number, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size)) {
      shape.push_back(contract.constant(size));
      continue;
    }
    std::string name = dims[number].dim_param();
    if (name.empty())
      name = info.name() + "_dim" + std::to_string(number);
    shape.push_back(contract.symbol(name));
  }
  return shape;
}

LogicalResult Importer::createFunction() {
  llvm::StringSet<> constants;
  for (const auto &tensor : graph.initializer())
    constants.insert(tensor.name());
  SmallVector<StringRef> names;
  for (const auto &info : graph.input()) {
    if (constants.contains(info.name()))
      continue;
    Location location = locate("input", info.name());
    Type type = boundaryType(info, location);
    if (!type)
      return failure();
    auto ranked = dyn_cast<RankedTensorType>(type);
    if (!ranked)
      return emitError(location) << "states no shape";
    if (info.name().empty())
      return emitError(location) << "defines a value without a name";
    contract.addInput(location, info.name(), ranked.getElementType(),
                      boundaryShape(info, ranked), /*keepsSign=*/true);
    names.push_back(info.name());
  }
  for (const auto &info : graph.output()) {
    Location location = locate("output", info.name());
    Type type = boundaryType(info, location);
    if (!type)
      return failure();
    if (info.name().empty())
      return emitError(location) << "has no name";
    std::optional<SmallVector<AffineExpr>> shape;
    if (auto ranked = dyn_cast<RankedTensorType>(type))
      shape = boundaryShape(info, ranked);
    contract.addOutput(info.name(), cast<TensorType>(type).getElementType(),
                       shape, /*keepsSign=*/true);
  }
  func::FuncOp function = contract.createMain();
  Block &body = function.front();
  for (auto [argument, name] : llvm::zip_equal(body.getArguments(), names))
    if (failed(define(name, argument, argument.getLoc())))
      return failure();
  builder.setInsertionPointToStart(&body);
  return success();
}

LogicalResult Importer::define(StringRef name, Value value, Location location) {
  if (name.empty())
    return emitError(location) << "defines a value without a name";
  if (!values.try_emplace(name, value).second)
    return emitError(location) << "value '" << name << "' is defined twice";
  return success();
}

void Importer::createConstant(StringRef name, ElementsAttr value, int dataType,
                              Location location) {
  auto constant = arith::ConstantOp::create(builder, location, value);
  ElementType kind = getElementType(dataType, builder.getContext());
  if (kind.isWidened())
    constant->setAttr(ONNXDialect::kElementType,
                      builder.getStringAttr(kind.name));
  values[name] = constant;
}

LogicalResult Importer::importInitializers() {
  for (::onnx::TensorProto &tensor : *graph.mutable_initializer()) {
    Location location = locate("initializer", tensor.name());
    if (failed(define(tensor.name(), Value(), location)))
      return failure();
    auto value = importTensor(tensor, tensor.name(), external, location);
    if (failed(value))
      return failure();
    createConstant(tensor.name(), *value, tensor.data_type(), location);
  }
  return success();
}

LogicalResult Importer::importConstantNode(::onnx::NodeProto &node,
                                           Location location) {
  if (node.attribute_size() != 1 || node.input_size() != 0 ||
      node.output_size() != 1)
    return emitError(location)
           << "Constant has " << node.attribute_size() << " attributes, "
           << node.input_size() << " inputs and " << node.output_size()
           << " outputs, expected 1, 0 and 1";
  ::onnx::AttributeProto &attribute = *node.mutable_attribute(0);
  const std::string &output = node.output(0);
  auto imported = importAttribute(attribute, output, external, location);
  if (failed(imported) || failed(define(output, Value(), location)))
    return failure();
  ElementsAttr value =
      getConstantValue(builder.getNamedAttr(attribute.name(), *imported));
  if (!value)
    return emitError(location)
           << "Constant with attribute '" << attribute.name() << "' of kind "
           << ::onnx::AttributeProto::AttributeType_Name(attribute.type())
           << " is not supported";
  createConstant(output, value, attribute.t().data_type(), location);
  return success();
}

LogicalResult Importer::importNode(::onnx::NodeProto &node, unsigned index) {
  std::string name = node.name();
  if (name.empty())
    name = node.op_type() + "_" + std::to_string(index);
  Location location = locate("node", name);
  if (node.op_type().empty())
    return emitError(location) << "states no operator";
  StringRef domain = domainName(node.domain(), "");
  if (domain.empty() && node.op_type() == "Constant")
    return importConstantNode(node, location);

  int inputCount = node.input_size(), outputCount = node.output_size();
  while (inputCount > 0 && node.input(inputCount - 1).empty())
    --inputCount;
  while (outputCount > 0 && node.output(outputCount - 1).empty())
    --outputCount;
  SmallVector<Value> inputs;
  for (int i = 0; i < inputCount; ++i) {
    if (node.input(i).empty()) {
      inputs.push_back(AbsentOp::create(builder, location,
                                        AbsentType::get(builder.getContext())));
      continue;
    }
    // The specification sorts nodes, so that this also refuses cycles.
    Value value = values.lookup(node.input(i));
    if (!value)
      return emitError(location)
             << node.op_type() << " uses value '" << node.input(i)
             << "', which nothing before it defines";
    inputs.push_back(value);
  }
  SmallVector<Type> types;
  for (int i = 0; i < outputCount; ++i)
    if (RankedTensorType type = statedTypes.lookup(node.output(i)))
      types.push_back(type);
    else
      types.push_back(ValueType::get(builder.getContext()));
  NamedAttrList attributes;
  for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.name().empty() || attributes.get(attribute.name()))
      return emitError(location)
             << node.op_type() << " has attribute '" << attribute.name()
             << "' twice or without a name";
    auto value = importAttribute(attribute, name + "." + attribute.name(),
                                 external, location);
    if (failed(value))
      return failure();
    attributes.append(attribute.name(), *value);
  }
  auto imported = NodeOp::create(
      builder, location, types, builder.getStringAttr(node.op_type()),
      builder.getStringAttr(domain), inputs,
      attributes.getDictionary(builder.getContext()));
  for (int i = 0; i < outputCount; ++i)
    if (!node.output(i).empty() &&
        failed(define(node.output(i), imported.getResult(i), location)))
      return failure();
  return success();
}

LogicalResult Importer::importReturn() {
  SmallVector<Value> outputs;
  for (const auto &info : graph.output()) {
    Value value = values.lookup(info.name());
    if (!value)
      return emitError(locate("output", info.name())) << "nothing defines it";
    outputs.push_back(value);
  }
  ReturnOp::create(builder, module.getLoc(), outputs);
  return success();
}

LogicalResult Importer::run() {
  if (failed(checkSupported()) || failed(setModuleAttributes()))
    return failure();
  auto state = [&](const ::onnx::ValueInfoProto &info) {
    if (auto type = dyn_cast_or_null<RankedTensorType>(
            importType(info.type(), builder.getContext())))
      statedTypes[info.name()] = type;
  };
  llvm::for_each(graph.value_info(), state);
  llvm::for_each(graph.output(), state);
  if (failed(createFunction()) || failed(importInitializers()))
    return failure();
  for (auto [index, node] : llvm::enumerate(*graph.mutable_node()))
    if (failed(importNode(node, index)))
      return failure();
  return importReturn();
}

OwningOpRef<ModuleOp> bitnet::importONNX(llvm::MemoryBufferRef buffer,
                                         MLIRContext *context) {
  context->loadDialect<arith::ArithDialect, ONNXDialect>();
  StringRef path = buffer.getBufferIdentifier();
  // Only the file's name, so that IR does not depend on where the model lies.
  StringRef file = llvm::sys::path::filename(path);
  Location location = FileLineColLoc::get(context, file, 0, 0);
  std::unique_ptr<::onnx::ModelProto> model = readModel(buffer, location);
  if (!model)
    return nullptr;
  Importer importer(*model, path == "<stdin>" ? "" : path, file, location);
  if (failed(importer.run()))
    return nullptr;
  return importer.take();
}
