//===- TernaryOps.cpp - Verification of the ternary ops -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductChecks.h"
#include "ShapeChecks.h"

#include "bitnet/Support/Elements.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

#define GET_OP_CLASSES
#include "dialects/Ternary/TernaryOps.cpp.inc"

//===----------------------------------------------------------------------===//
// ConstantOp
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  types.push_back(RankedTensorType::get(
      adaptor.getValue().getShapedType().getShape(), TritType::get(context)));
  return success();
}

LogicalResult ConstantOp::verify() {
  Type element = getValue().getElementType();
  if (!element.isSignlessInteger(8)) // constant_c1
    return emitOpError() << "value has element type " << element
                         << ", expected i8";
  // The blobs of a large model are gigabytes: who reads them looks at them.
  return isa<DenseResourceElementsAttr>(getValue()) ? success()
                                                    : verifyValues();
}

LogicalResult ConstantOp::verifyValues() {
  std::optional<ElementBytes> trits = elementBytes(getValue());
  if (!trits)
    return emitOpError() << "value has no data of the size of its type";
  for (auto [index, byte] : llvm::enumerate(trits->bytes))
    if (int trit = static_cast<int8_t>(byte);
        trit < -1 || trit > 1) // constant_c2
      return emitOpError() << "value number " << index << " is " << trit
                           << ", expected -1, 0 or 1";
  return success();
}

//===----------------------------------------------------------------------===//
// QuantizeActivationsOp
//===----------------------------------------------------------------------===//

LogicalResult QuantizeActivationsOp::verify() {
  RankedTensorType source = getSource().getType(), codes = getCodes().getType();
  RankedTensorType scales = getScales().getType();
  if (codes != getCodesInit().getType() || scales != getScalesInit().getType())
    return emitOpError() << "results have other types than their destinations";
  if (source.getShape() != codes.getShape() ||
      source.getDimSize(0) != scales.getDimSize(0)) // quantize_activations_c1
    return emitOpError() << "source " << source << ", codes " << codes
                         << " and scales " << scales
                         << " do not have the same tokens and depth";
  const APFloat &epsilon = getEpsilon();
  if (!epsilon.isFinite() || epsilon.isNegative() || epsilon.isZero())
    return emitOpError() << "epsilon is " << epsilon.convertToDouble()
                         << ", expected a positive number"; // …_c2
  return success();
}

LogicalResult
QuantizeActivationsOp::reifyResultShapes(OpBuilder &builder,
                                         ReifiedRankedShapedTypeDims &shapes) {
  return reifyInits(builder, getOperation(), shapes);
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

int64_t MatmulOp::getRows() { return getWeights().getType().getDimSize(0); }

int64_t MatmulOp::getDepth() { return getWeights().getType().getDimSize(1); }

LogicalResult MatmulOp::verify() {
  RankedTensorType x = getActivations().getType(), acc = getAcc().getType();
  if (acc != getType())
    return emitOpError() << "result has another type than acc";
  if (failed(verifyDepth(*this, x.getDimSize(1), getDepth()))) // _c1, _c4
    return failure();
  if (!agree(acc.getDimSize(0), x.getDimSize(0)) ||
      !agree(acc.getDimSize(1), getRows())) // matmul_c2
    return emitOpError() << "acc is " << show(acc.getDimSize(0)) << " x "
                         << show(acc.getDimSize(1)) << ", expected "
                         << show(x.getDimSize(0)) << " x " << show(getRows());
  if ((getScaleGroup() != 0) != (getScales() != nullptr)) // matmul_c6
    return emitOpError() << "scale_group is " << getScaleGroup() << ", "
                         << (getScales() ? "with" : "without") << " scales";
  if (getScales() && failed(verifyScaleShape(*this, getScaleGroup(), getDepth(),
                                             getRows(), getScales())))
    return failure();
  bool isFloat = acc.getElementType().isF32();
  if (isFloat != (getScales() != nullptr)) // matmul_c7
    return emitOpError() << "acc has element type " << acc.getElementType()
                         << (getScales() ? ", expected f32 with scales"
                                         : ", expected i32 without scales");
  return verifyDecision(*this, getKernelsAttr(), getPackingAttr(),
                        getScaleGroup(),
                        getWeights().getType()); // matmul_c3, matmul_c5
}

LogicalResult MatmulOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  return reifyInits(builder, getOperation(), shapes);
}

//===----------------------------------------------------------------------===//
// PackOp and UnpackOp
//===----------------------------------------------------------------------===//

/// pack_c1 and unpack_c1.
static LogicalResult verifyPacked(Operation *op, Type packedType,
                                  Type tritType) {
  auto packed = cast<RankedTensorType>(packedType);
  auto trits = cast<RankedTensorType>(tritType);
  auto packing = dyn_cast_if_present<PackingAttr>(packed.getEncoding());
  if (!packing)
    return op->emitOpError() << "packed type " << packed << " has no packing";
  SmallVector<int64_t> logical = {packing.getLogicalRows(),
                                  packing.getLogicalDepth()};
  if (trits.getShape() != ArrayRef(logical) ||
      packed != packing.getStorageType())
    return op->emitOpError() << "trits " << trits << " and packed " << packed
                             << " are not the same matrix";
  return success();
}

LogicalResult PackOp::verify() {
  return verifyPacked(*this, getType(), getSource().getType());
}

LogicalResult UnpackOp::verify() {
  return verifyPacked(*this, getSource().getType(), getType());
}
