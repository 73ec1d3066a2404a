//===- Elementwise.cpp - Elementwise operations and lists -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bitnet::onnx;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Value bitnet::onnx::getScalar(OpBuilder &builder, Location loc, Type type,
                              double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(builder, loc,
                                     builder.getFloatAttr(type, value));
  return arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(type, static_cast<int64_t>(value)));
}

TypedAttr bitnet::onnx::getSplat(Tensor &tensor) {
  std::optional<SmallVector<int64_t>> constants = tensor.constants();
  if (constants && constants->size() == 1) {
    unsigned width = tensor.elementType.getIntOrFloatBitWidth();
    return IntegerAttr::get(tensor.elementType,
                            APInt(width, constants->front(), /*isSigned=*/true,
                                  /*implicitTrunc=*/true));
  }
  DenseElementsAttr dense;
  if (!tensor.value || !matchPattern(tensor.value, m_Constant(&dense)) ||
      !dense.isSplat())
    return nullptr;
  return cast<TypedAttr>(dense.getSplatValue<Attribute>());
}

Value bitnet::onnx::elementwise(Node &node, ArrayRef<Tensor *> inputs,
                                ArrayRef<AffineExpr> shape, Type elementType,
                                ScalarBody body) {
  OpBuilder &builder = node.builder();
  AffineExpr one = node.graph.constant(1);
  int64_t rank = shape.size();
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  SmallVector<Value> scalars; // null: an operand
  for (Tensor *input : inputs) {
    if (TypedAttr splat = getSplat(*input)) {
      scalars.push_back(arith::ConstantOp::create(builder, node.loc(), splat));
      continue;
    }
    SmallVector<AffineExpr> results;
    for (auto [i, dim] : llvm::enumerate(input->shape)) {
      int64_t position = rank - input->rank() + i;
      bool isBroadcast = dim == one && shape[position] != one;
      results.push_back(isBroadcast ? builder.getAffineConstantExpr(0)
                                    : builder.getAffineDimExpr(position));
    }
    scalars.push_back(nullptr);
    operands.push_back(node.value(*input));
    maps.push_back(AffineMap::get(rank, 0, results, builder.getContext()));
  }
  maps.push_back(builder.getMultiDimIdentityMap(rank));

  Value destination = node.graph.empty(node.loc(), shape, elementType);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, node.loc(), destination.getType(), operands, destination, maps,
      iterators, [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        SmallVector<Value> values = scalars;
        for (Value &value : values)
          if (!value) {
            value = arguments.front();
            arguments = arguments.drop_front();
          }
        linalg::YieldOp::create(nested, loc, body(nested, loc, values));
      });
  return generic.getResult(0);
}

LogicalResult bitnet::onnx::lowerElementwise(Node &node, Type elementType,
                                             bool isUnsigned, ScalarBody body) {
  SmallVector<Tensor *> inputs;
  SmallVector<AffineExpr> shape;
  for (unsigned i = 0; i < node.size(); ++i) {
    inputs.push_back(&node.input(i));
    FailureOr<SmallVector<AffineExpr>> joint =
        node.broadcast(shape, node.input(i).shape);
    if (failed(joint))
      return failure();
    shape = *joint;
  }
  Value result = elementwise(node, inputs, shape, elementType, body);
  return node.setResult(result, shape, isUnsigned);
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

bool bitnet::onnx::lowerList(Node &node, Type elementType, ListBody body) {
  size_t size = 1;
  bool isScalar = true, isUnsigned = false;
  for (unsigned i = 0; i < node.size(); ++i) {
    Tensor &input = node.input(i);
    if (!input.elements)
      return false;
    isScalar &= input.rank() == 0;
    isUnsigned |= input.isUnsigned;
    size_t length = input.elements->size();
    if (size != 1 && length != 1 && length != size)
      return false;
    size = size == 1 ? length : size;
  }
  SmallVector<AffineExpr> elements;
  for (size_t i = 0; i < size; ++i) {
    SmallVector<AffineExpr> scalars;
    for (unsigned j = 0; j < node.size(); ++j) {
      auto &list = *node.input(j).elements;
      scalars.push_back(list[list.size() == 1 ? 0 : i]);
    }
    std::optional<AffineExpr> element = body(scalars);
    if (!element)
      return false;
    elements.push_back(*element);
  }
  SmallVector<AffineExpr> shape;
  if (!isScalar)
    shape.push_back(node.graph.constant(size));
  (void)node.setList(elements, shape, elementType,
                     isUnsigned && !elementType.isInteger(1));
  return true;
}
