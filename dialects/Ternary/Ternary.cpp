//===- Ternary.cpp - The ternary dialect and its types --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "bitnet/Support/Elements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

#include "dialects/Ternary/TernaryDialect.cpp.inc"

#include "dialects/Ternary/TernaryAttrInterfaces.cpp.inc"
#include "dialects/Ternary/TernaryOpInterfaces.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Ternary/TernaryTypes.cpp.inc"

void TernaryDialect::initialize() {
  registerAttributes();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Ternary/TernaryTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Ternary/TernaryOps.cpp.inc"
      >();
  declarePromisedInterfaces<AlgorithmAttrInterface, LutRegistersAttr,
                            LutMemoryAttr, MaskedAddAttr, DotAttr>();
}

static LogicalResult refuse(Operation *op, NamedAttribute attribute) {
  return op->emitOpError() << "has attribute " << attribute.getName()
                           << ", which the ternary dialect does not have here";
}

LogicalResult
TernaryDialect::verifyOperationAttribute(Operation *op,
                                         NamedAttribute attribute) {
  Attribute value = attribute.getValue();
  bool isKnown =
      isa<FunctionOpInterface>(op) &&
      (attribute.getName() == kKernel
           ? isa<KernelAttr>(value)
           : attribute.getName() == kPacking && isa<PackingAttr>(value));
  return isKnown ? success() : refuse(op, attribute);
}

LogicalResult
TernaryDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                         NamedAttribute attribute) {
  return refuse(op, attribute);
}

LogicalResult
TernaryDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                            NamedAttribute attribute) {
  return refuse(op, attribute);
}

Operation *TernaryDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!tensor || !elements)
    return nullptr;
  if (isa<TritType>(tensor.getElementType()))
    return ConstantOp::create(builder, loc, elements);
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

std::optional<SmallVector<int8_t, 0>>
bitnet::ternary::getTrits(ElementsAttr value) {
  if (!value.getElementType().isInteger(8))
    return std::nullopt;
  std::optional<ElementBytes> data = elementBytes(value);
  if (!data)
    return std::nullopt;
  return SmallVector<int8_t, 0>(data->bytes.begin(), data->bytes.end());
}
