//===- Ternary.cpp - The ternary dialect and its types
//------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet::ternary;

#include "dialects/Ternary/TernaryDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Ternary/TernaryTypes.cpp.inc"

/// Above this many elements an attribute is a resource: it is neither uniqued
/// nor printed in the middle of the code.
static constexpr int64_t kMaxDenseElements = 64;

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
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || !value.getElementType().isInteger(8))
      return std::nullopt;
    ArrayRef<char> data = blob->getData();
    if (int64_t(data.size()) != value.getNumElements())
      return std::nullopt;
    return SmallVector<int8_t, 0>(data.begin(), data.end());
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(value);
  if (!dense || !dense.getElementType().isInteger(8))
    return std::nullopt;
  auto values = dense.getValues<int8_t>();
  return SmallVector<int8_t, 0>(values.begin(), values.end());
}

ElementsAttr bitnet::ternary::getElements(RankedTensorType type,
                                          ArrayRef<char> bytes,
                                          StringRef name) {
  // Elements attributes know nothing of encodings' meaning, but keep them.
  if (type.getNumElements() <= kMaxDenseElements)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  return DenseResourceElementsAttr::get(
      type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
}
