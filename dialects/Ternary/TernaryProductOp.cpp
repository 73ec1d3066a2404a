//===- TernaryProductOp.cpp - Products and what follows them --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductChecks.h"
#include "ShapeChecks.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace bitnet::ternary;

void ProductOp::build(OpBuilder &builder, OperationState &state,
                      Value activations, ValueRange weights, ValueRange scales,
                      ValueRange inputs, Value init, ArrayRef<AffineMap> maps,
                      ArrayAttr kernels, PackingAttr packing,
                      int64_t scaleGroup) {
  state.addOperands(activations);
  state.addOperands(weights);
  state.addOperands(scales);
  state.addOperands(inputs);
  state.addOperands(init);
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.operandSegmentSizes = {1, static_cast<int32_t>(weights.size()),
                                    static_cast<int32_t>(scales.size()),
                                    static_cast<int32_t>(inputs.size()), 1};
  properties.setMaps(builder.getAffineMapArrayAttr(maps));
  properties.setKernels(kernels);
  properties.setPacking(packing);
  if (scaleGroup)
    properties.setScaleGroup(builder.getI64IntegerAttr(scaleGroup));
  state.addTypes(init.getType());
  state.addRegion();
}

PackingAttr ProductOp::getWeightPacking() {
  return dyn_cast_if_present<PackingAttr>(
      cast<RankedTensorType>(getWeights().front().getType()).getEncoding());
}

AffineMap ProductOp::getMap(unsigned number) {
  return cast<AffineMapAttr>(getMaps()[number]).getValue();
}

Value ProductOp::getYielded() {
  return cast<YieldOp>(getBody().front().getTerminator()).getValue();
}

bool ProductOp::isBare() {
  return getWeights().size() == 1 &&
         getYielded() == getBody().front().getArgument(0);
}

int64_t ProductOp::getPaddedRows() {
  PackingAttr packing = getWeightPacking();
  int64_t size =
      cast<RankedTensorType>(getWeights().front().getType()).getDimSize(0);
  return ShapedType::isDynamic(size) || !packing ? size
                                                 : size * packing.getRows();
}

int64_t ProductOp::getDepth() {
  if (PackingAttr packing = getWeightPacking())
    return packing.getLogicalDepth();
  return cast<RankedTensorType>(getWeights().front().getType()).getDimSize(1);
}

LogicalResult
ProductOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  return reifyInits(builder, getOperation(), shapes);
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// product_c1 and product_c2.
static LogicalResult verifyWeights(ProductOp op) {
  if (op.getWeights().empty() || !llvm::all_equal(op.getWeights().getTypes()))
    return op.emitOpError() << "has " << op.getWeights().size()
                            << " weights, expected some of one type";
  auto weights = cast<RankedTensorType>(op.getWeights().front().getType());
  bool isTrits = isa<TritType>(weights.getElementType());
  if (isTrits ? weights.getRank() != 2 : !op.getWeightPacking())
    return op.emitOpError() << "weights " << weights
                            << " are neither trits of rank 2 nor packed";
  return verifyDepth(op, op.getActivations().getType().getDimSize(1),
                     op.getDepth());
}

/// product_c3.
static LogicalResult verifyDestination(ProductOp op) {
  RankedTensorType init = op.getInit().getType();
  int64_t tokens = op.getActivations().getType().getDimSize(0);
  int64_t columns = init.getDimSize(1), rows = op.getPaddedRows();
  int64_t block = 1;
  if (PackingAttr packing = op.getWeightPacking())
    block = packing.getRows();
  bool isKnown =
      !ShapedType::isDynamic(columns) && !ShapedType::isDynamic(rows);
  bool fits = !isKnown || (columns <= rows && columns > rows - block);
  if (agree(init.getDimSize(0), tokens) && fits)
    return success();
  InFlightDiagnostic diag = op.emitOpError();
  diag << "destination is " << show(init.getDimSize(0)) << " x "
       << show(columns) << ", expected " << show(tokens) << " x ";
  if (isKnown && block > 1)
    diag << rows - block + 1 << " to ";
  return diag << show(rows);
}

/// product_c4.
static LogicalResult verifyMaps(ProductOp op) {
  if (op.getMaps().size() != op.getInputs().size())
    return op.emitOpError() << "has " << op.getMaps().size() << " maps for "
                            << op.getInputs().size() << " inputs";
  RankedTensorType init = op.getInit().getType();
  for (auto [number, input] : llvm::enumerate(op.getInputs())) {
    AffineMap map = op.getMap(number);
    auto type = dyn_cast<RankedTensorType>(input.getType());
    int64_t rank = type ? type.getRank() : 0;
    if (map.getNumDims() != 2 || map.getNumSymbols() != 0 ||
        map.getNumResults() != rank ||
        !map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return op.emitOpError()
             << "map " << number << " is " << AffineMapAttr::get(map)
             << ", expected a projected permutation of two dimensions of rank "
             << rank;
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      int64_t expected = loop ? init.getDimSize(loop.getPosition()) : 1;
      if (!agree(type.getDimSize(dim), expected))
        return op.emitOpError()
               << "input " << number << " has " << show(type.getDimSize(dim))
               << " in dimension " << dim << ", expected " << show(expected);
    }
  }
  return success();
}

/// product_c8.
static LogicalResult verifyScales(ProductOp op) {
  int64_t group = op.getScaleGroup();
  int64_t wanted = group ? op.getWeights().size() : 0;
  if (int64_t(op.getScales().size()) != wanted)
    return op.emitOpError() << "has " << op.getScales().size()
                            << " scales and scale_group = " << group
                            << ", expected " << wanted << " scales";
  PackingAttr packing = op.getWeightPacking();
  if (packing && packing.getScaleGroup() != group)
    return op.emitOpError()
           << "scale_group is " << group << ", but the weights are packed for "
           << packing.getScaleGroup();
  int64_t columns = op.getInit().getType().getDimSize(1);
  for (Value scales : op.getScales())
    if (failed(verifyScaleShape(op, group, op.getDepth(), columns, scales)))
      return failure();
  return success();
}

/// product_c5 and product_c7.
static LogicalResult verifyBody(ProductOp op) {
  Block &body = op.getBody().front();
  Builder builder(op.getContext());
  Type sum = op.getScaleGroup() ? Type(builder.getF32Type())
                                : Type(builder.getI32Type());
  SmallVector<Type> expected(op.getWeights().size(), sum);
  for (Type type : op.getInputs().getTypes())
    expected.push_back(getElementTypeOrSelf(type));
  if (body.getArgumentTypes() != TypeRange(expected))
    return op.emitOpError()
           << "body has arguments " << TypeRange(body.getArgumentTypes())
           << ", expected " << TypeRange(expected);
  Type element = op.getInit().getType().getElementType();
  if (!isa<YieldOp>(body.getTerminator()) ||
      op.getYielded().getType() != element)
    return op.emitOpError()
           << "body does not yield an element of type " << element;
  for (Operation &inner : body)
    if (!isMemoryEffectFree(&inner))
      return inner.emitOpError() << "has effects in the body of a product";
  return success();
}

LogicalResult ProductOp::verify() {
  if (failed(verifyWeights(*this)) || failed(verifyDestination(*this)) ||
      failed(verifyMaps(*this)) || failed(verifyScales(*this)))
    return failure();
  return verifyDecision(
      *this, getKernelsAttr(), getPackingAttr(), getScaleGroup(),
      cast<RankedTensorType>(getWeights().front().getType())); // product_c6
}

/// The body's ops have been verified by then.
LogicalResult ProductOp::verifyRegions() { return verifyBody(*this); }

LogicalResult IndexOp::verify() {
  if (getDim() > 1) // index_c1
    return emitOpError() << "dim is " << getDim() << ", expected 0 or 1";
  return success();
}
