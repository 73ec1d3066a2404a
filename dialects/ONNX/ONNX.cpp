//===- ONNX.cpp - The onnx dialect ----------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ONNX/ONNX.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet::onnx;

#include "dialects/ONNX/ONNXDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/ONNX/ONNXTypes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/ONNX/ONNXOps.cpp.inc"

void ONNXDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/ONNX/ONNXTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/ONNX/ONNXOps.cpp.inc"
      >();
}

LogicalResult ONNXDialect::verifyOperationAttribute(Operation *op,
                                                    NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  if (name == kOpsetImports && isa<ModuleOp>(op)) {
    auto versions = dyn_cast<DictionaryAttr>(value);
    auto isVersion = [](NamedAttribute version) {
      auto number = dyn_cast<IntegerAttr>(version.getValue());
      return number && number.getType().isSignlessInteger(64);
    };
    if (!versions || !llvm::all_of(versions, isVersion)) // attributes_c1
      return op->emitOpError() << "has '" << name << "' = " << value
                               << ", expected an i64 for each operator set";
    return success();
  }
  if (name == kElementType && op->hasTrait<OpTrait::ConstantLike>()) {
    if (!isa<StringAttr>(value)) // attributes_c2
      return op->emitOpError() << "has '" << name << "' = " << value
                               << ", expected the name of a type";
    return success();
  }
  return op->emitOpError() << "has attribute " << attribute.getName()
                           << ", which the onnx dialect does not have "
                           << "here"; // attributes_c3
}

//===----------------------------------------------------------------------===//
// ReturnOp
//===----------------------------------------------------------------------===//

LogicalResult ReturnOp::verify() {
  auto function = cast<func::FuncOp>((*this)->getParentOp());
  ArrayRef<Type> declared = function.getResultTypes();
  if (declared.size() != getNumOperands()) // return_c1
    return emitOpError() << "has " << getNumOperands()
                         << " operands, but the function has "
                         << declared.size() << " results";
  for (auto [index, operand] : llvm::enumerate(getOutputs())) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    auto expected = dyn_cast<RankedTensorType>(declared[index]);
    if (type && expected && type.getElementType() != expected.getElementType())
      return emitOpError() << "output " << index << " has element type "
                           << type.getElementType() << ", but the function "
                           << "declares "
                           << expected.getElementType(); // return_c2
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

ElementsAttr bitnet::onnx::getConstantValue(NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  if (name == "value")
    return dyn_cast<ElementsAttr>(value);
  Builder b(value.getContext());
  auto array = dyn_cast<ArrayAttr>(value);
  auto vectorOf = [&](Type type) -> ElementsAttr {
    return DenseElementsAttr::get(
        RankedTensorType::get({int64_t(array.size())}, type), array.getValue());
  };
  if (name == "value_int" && isa<IntegerAttr>(value))
    return DenseElementsAttr::get(RankedTensorType::get({}, b.getI64Type()),
                                  value);
  if (name == "value_float" && isa<FloatAttr>(value))
    return DenseElementsAttr::get(RankedTensorType::get({}, b.getF32Type()),
                                  value);
  if (name == "value_ints" && array &&
      llvm::all_of(array, llvm::IsaPred<IntegerAttr>))
    return vectorOf(b.getI64Type());
  if (name == "value_floats" && array &&
      llvm::all_of(array, llvm::IsaPred<FloatAttr>))
    return vectorOf(b.getF32Type());
  return nullptr;
}
