//===- Tensors.cpp - Sizes of tensors -------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Tensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;

std::optional<int64_t> bitnet::findBound(Value value, int64_t dim) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, {value, dim}, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  return succeeded(bound) ? std::optional(*bound) : std::nullopt;
}

Value bitnet::padColumns(OpBuilder &builder, Location loc, Value tensor,
                         int64_t present, int64_t columns) {
  if (present == columns)
    return tensor;
  auto source = cast<RankedTensorType>(tensor.getType());
  Type element = source.getElementType();
  auto type = RankedTensorType::get({source.getDimSize(0), columns}, element);
  Value zero = arith::ConstantOp::create(builder, loc,
                                         builder.getIntegerAttr(element, 0));
  SmallVector<OpFoldResult> low(2, builder.getIndexAttr(0));
  SmallVector<OpFoldResult> high = {builder.getIndexAttr(0),
                                    builder.getIndexAttr(columns - present)};
  return tensor::PadOp::create(builder, loc, type, tensor, low, high, zero);
}
