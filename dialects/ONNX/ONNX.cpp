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
