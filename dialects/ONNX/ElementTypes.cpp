//===- ElementTypes.cpp - Element types of ONNX ---------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ONNX/ElementTypes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace bitnet::onnx;

ElementType bitnet::onnx::getElementType(int64_t dataType,
                                         MLIRContext *context) {
  Builder b(context);
  auto getUnsigned = [&](unsigned bits) {
    return b.getIntegerType(bits, /*isSigned=*/false);
  };
  switch (dataType) {
  case 0:
    return {};
  case 1:
    return {b.getF32Type(), 32, "FLOAT"};
  case 2:
    return {getUnsigned(8), 8, "UINT8"};
  case 3:
    return {b.getI8Type(), 8, "INT8"};
  case 4:
    return {getUnsigned(16), 16, "UINT16"};
  case 5:
    return {b.getI16Type(), 16, "INT16"};
  case 6:
    return {b.getI32Type(), 32, "INT32"};
  case 7:
    return {b.getI64Type(), 64, "INT64"};
  case 8:
    return {nullptr, 0, "STRING"};
  case 9:
    return {b.getI1Type(), 8, "BOOL"};
  case 10:
    return {b.getF16Type(), 16, "FLOAT16"};
  case 11:
    return {b.getF64Type(), 64, "DOUBLE"};
  case 12:
    return {getUnsigned(32), 32, "UINT32"};
  case 13:
    return {getUnsigned(64), 64, "UINT64"};
  case 14:
    return {nullptr, 0, "COMPLEX64"};
  case 15:
    return {nullptr, 0, "COMPLEX128"};
  case 16:
    return {b.getBF16Type(), 16, "BFLOAT16"};
  // Newer than libonnx, which carries their numbers through.
  case 21:
    return {getUnsigned(8), 4, "UINT4"};
  case 22:
    return {b.getI8Type(), 4, "INT4"};
  case 25:
    return {getUnsigned(8), 2, "UINT2"};
  case 26:
    return {b.getI8Type(), 2, "INT2"};
  default:
    return {nullptr, 0, "unknown"};
  }
}

Type bitnet::onnx::getSignless(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.isSignless())
    return type;
  return IntegerType::get(type.getContext(), integer.getWidth());
}

Type bitnet::onnx::getWithSign(Type type, bool isUnsigned) {
  if (!isUnsigned)
    return type;
  return IntegerType::get(type.getContext(), type.getIntOrFloatBitWidth(),
                          IntegerType::Unsigned);
}
