//===- Model.cpp - The model dialect and its smaller attributes -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Model/Model.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet::model;

#include "dialects/Model/ModelDialect.cpp.inc"
#include "dialects/Model/ModelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Model/ModelAttrs.cpp.inc"

void ModelDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Model/ModelAttrs.cpp.inc"
      >();
}

void ModelDialect::initialize() { registerAttributes(); }

//===----------------------------------------------------------------------===//
// ValueAttr
//===----------------------------------------------------------------------===//

/// Whether the runtime has a name for it.
static bool isElementType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return !integer.isSigned() &&
           (llvm::is_contained({8u, 16u, 32u, 64u}, integer.getWidth()) ||
            integer.isSignlessInteger(1));
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
}

LogicalResult ValueAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringRef name, Type elementType,
                                AffineMap shape) {
  if (name.empty() || name.contains('\0')) // value_c1
    return emitError() << "expected a name";
  if (!isElementType(elementType)) // value_c2
    return emitError() << "'" << name << "' has element type " << elementType
                       << ", expected f16, bf16, f32, f64, i1, or an integer "
                          "of 8, 16, 32 or 64 bits";
  if (!shape)
    return success();
  if (shape.getNumDims() != 0) // value_c3
    return emitError() << "'" << name << "' has shape "
                       << AffineMapAttr::get(shape)
                       << ", expected one over symbols alone";
  for (AffineExpr dim : shape.getResults())
    if (auto size = dyn_cast<AffineConstantExpr>(dim);
        size && size.getValue() < 0)
      return emitError() << "'" << name << "' has a dimension of size "
                         << size.getValue();
  return success();
}

ValueAttr ValueAttr::withShape(AffineMap shape) const {
  return get(getContext(), getName(), getElementType(), shape);
}

RankedTensorType ValueAttr::getTensorType() const {
  Type element = getElementType();
  if (element.isUnsignedInteger())
    element = IntegerType::get(getContext(), element.getIntOrFloatBitWidth());
  auto sizes = llvm::map_to_vector(getShape().getResults(), [](AffineExpr dim) {
    auto constant = dyn_cast<AffineConstantExpr>(dim);
    return constant ? constant.getValue() : ShapedType::kDynamic;
  });
  return RankedTensorType::get(sizes, element);
}

//===----------------------------------------------------------------------===//
// ConstraintAttr, PositionAttr, LayerAttr, WeightsAttr
//===----------------------------------------------------------------------===//

LogicalResult
ConstraintAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       ConstraintKind, AffineMap map, StringRef) {
  if (map.getNumDims() != 0 || map.getNumResults() != 1) // constraint_c1
    return emitError() << "has " << AffineMapAttr::get(map)
                       << ", expected one expression over symbols alone";
  return success();
}

LogicalResult PositionAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   StringRef symbol, StringAttr appends,
                                   int64_t maxContext) {
  if (symbol.empty() || (appends && appends.getValue() == symbol))
    return emitError() << "counts '" << symbol // position_c1
                       << "', expected a symbol, and another one that appends";
  if (maxContext < 1) // position_c2
    return emitError() << "max_context is " << maxContext
                       << ", expected 1 or more";
  return success();
}

LogicalResult LayerAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringRef, int64_t rows, int64_t depth,
                                StringRef, StringRef, StringRef, FloatAttr bits,
                                StringRef) {
  if (rows < 1 || depth < 1 || !(bits.getValueAsDouble() > 0)) // layer_c1
    return emitError() << "has " << rows << " x " << depth << " weights of "
                       << bits.getValueAsDouble()
                       << " bits, expected positive numbers";
  return success();
}

LogicalResult WeightsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  int64_t bytes, uint64_t) {
  if (bytes < 1) // weights_c1
    return emitError() << "has " << bytes << " bytes, expected 1 or more";
  return success();
}
