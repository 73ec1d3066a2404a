//===- ScalarExpression.cpp - Elementwise linalg as expressions -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarExpression.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bitnet;

/// Whether an operand is read at the element that is computed, or at its row:
/// dimension by dimension, with unit dimensions broadcast.
static bool readsInPlace(AffineMap map, Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  for (auto [position, result] : llvm::enumerate(map.getResults())) {
    if (auto dim = dyn_cast<AffineDimExpr>(result)) {
      if (dim.getPosition() !=
          position + map.getNumDims() - map.getNumResults())
        return false;
      continue;
    }
    auto constant = dyn_cast<AffineConstantExpr>(result);
    if (!constant || constant.getValue() != 0 || !shaped ||
        shaped.getDimSize(position) != 1)
      return false;
  }
  return true;
}

Value ScalarExpression::getTensor() const {
  if (tensor)
    return tensor;
  auto argument = dyn_cast<BlockArgument>(scalar);
  if (!argument || argument.getOwner() != owner.getBody())
    return nullptr;
  OpOperand &operand = owner->getOpOperand(argument.getArgNumber());
  if (!owner.isDpsInput(&operand) ||
      !readsInPlace(owner.getMatchingIndexingMap(&operand),
                    operand.get().getType()))
    return nullptr;
  return operand.get();
}

ScalarExpression ScalarExpression::lookThrough() const {
  ScalarExpression current = *this;
  while (Value source = current.getTensor()) {
    auto generic = source.getDefiningOp<linalg::GenericOp>();
    if (!generic || generic.getNumResults() != 1 ||
        generic.getNumParallelLoops() != generic.getNumLoops() ||
        !generic.getIndexingMapsArray().back().isIdentity())
      break;
    Value yielded = generic.getBody()->getTerminator()->getOperand(0);
    current = ScalarExpression(yielded, generic);
  }
  return current;
}

std::optional<double> ScalarExpression::matchConstant() const {
  ScalarExpression inner = lookThrough();
  if (inner.scalar) {
    FloatAttr value;
    if (matchPattern(inner.scalar, m_Constant(&value)))
      return value.getValueAsDouble();
  }
  DenseFPElementsAttr elements;
  Value source = inner.getTensor();
  if (!source || !matchPattern(source, m_Constant(&elements)) ||
      !elements.isSplat())
    return std::nullopt;
  return elements.getSplatValue<APFloat>().convertToDouble();
}
