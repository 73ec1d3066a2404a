//===- TernaryKernelOps.cpp - Verification of the kernel ops --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeChecks.h"
#include "dialects/Ternary/Ternary.h"

using namespace mlir;
using namespace bitnet::ternary;

using EffectList =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// On buffers a kernel op reads its inputs and writes its destinations.
static void addEffects(DestinationStyleOpInterface op, EffectList &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

/// Checks that `weights` are some row blocks of the packing's storage.
static LogicalResult verifyWeights(Operation *op, Value weights,
                                   PackingAttr packing) {
  RankedTensorType storage = packing.getStorageType();
  auto type = cast<ShapedType>(weights.getType());
  if (type.getElementType() != storage.getElementType())
    return op->emitOpError()
           << "weights have element type " << type.getElementType()
           << ", expected " << storage.getElementType();
  return verifyShape(
      op, "weights", weights,
      {ShapedType::kDynamic, storage.getDimSize(1), storage.getDimSize(2)});
}

/// Number of rows of the given row blocks.
static int64_t rowsOf(Value weights, PackingAttr packing) {
  int64_t blocks = cast<ShapedType>(weights.getType()).getDimSize(0);
  return ShapedType::isDynamic(blocks) ? blocks : blocks * packing.getRows();
}

/// On tensors every destination has its result, on buffers there is none.
static LogicalResult verifyResults(DestinationStyleOpInterface op) {
  bool onTensors = isa<TensorType>(op.getDpsInitOperand(0)->get().getType());
  size_t expected = onTensors ? op.getNumDpsInits() : 0;
  if (op->getNumResults() != expected)
    return op->emitOpError() << "has " << op->getNumResults()
                             << " results, expected " << expected;
  for (OpOperand &operand : op->getOpOperands())
    if (isa<TensorType>(operand.get().getType()) != onTensors)
      return op->emitOpError("mixes tensors and buffers");
  for (auto [init, result] : llvm::zip(op.getDpsInits(), op->getResults()))
    if (init.getType() != result.getType())
      return op->emitOpError()
             << "result " << result.getType()
             << " differs from its destination " << init.getType();
  return success();
}

static int64_t paddedDepth(PackingAttr packing) {
  bitnet::packing::Packing p = packing.getPacking();
  return p.words(packing.getLogicalDepth()) * p.tritsPerWord();
}

//===----------------------------------------------------------------------===//
// LutBuildOp
//===----------------------------------------------------------------------===//

void LutBuildOp::getEffects(EffectList &effects) { addEffects(*this, effects); }

LogicalResult LutBuildOp::verify() {
  bitnet::packing::Packing packing = getPacking().getPacking();
  int64_t depth = getPacking().getLogicalDepth();
  int64_t groups = packing.words(depth) * packing.indicesPerWord();
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(
          verifyShape(*this, "activations", getActivations(), {any, depth})) ||
      failed(verifyShape(*this, "table", getTable(), {any, groups, any})))
    return failure(); // lut_build_c1, lut_build_c2
  return verifyResults(*this);
}

//===----------------------------------------------------------------------===//
// LutAccumulateOp
//===----------------------------------------------------------------------===//

void LutAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult LutAccumulateOp::verify() {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyWeights(*this, getWeights(), getPacking())) || // …_c1
      failed(verifyShape(*this, "acc", getAcc(),
                         {any, rowsOf(getWeights(), getPacking())})) || // _c2
      failed(verifyShape(*this, "table", getTable(),
                         {cast<ShapedType>(getAcc().getType()).getDimSize(0),
                          any, any}))) // _c3
    return failure();
  return verifyResults(*this);
}

//===----------------------------------------------------------------------===//
// AddAccumulateOp
//===----------------------------------------------------------------------===//

/// A product whose activations stand row by row, padded to whole words.
template <typename Op>
static LogicalResult verifyRowProduct(Op op) {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyWeights(op, op.getWeights(), op.getPacking())) || // …_c1
      failed(verifyShape(
          op, "acc", op.getAcc(),
          {any, rowsOf(op.getWeights(), op.getPacking())})) || // …_c2
      failed(verifyShape(op, "activations", op.getActivations(),
                         {any, paddedDepth(op.getPacking())}))) // …_c3
    return failure();
  return verifyResults(op);
}

void AddAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult AddAccumulateOp::verify() { return verifyRowProduct(*this); }

//===----------------------------------------------------------------------===//
// DotAccumulateOp
//===----------------------------------------------------------------------===//

void DotAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult DotAccumulateOp::verify() { return verifyRowProduct(*this); }

//===----------------------------------------------------------------------===//
// TokenAccumulateOp
//===----------------------------------------------------------------------===//

void TokenAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult TokenAccumulateOp::verify() {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyWeights(*this, getWeights(), getPacking())) || // …_c1
      failed(verifyShape(*this, "acc", getAcc(),
                         {any, rowsOf(getWeights(), getPacking())})) || // _c2
      failed(verifyShape(*this, "activations", getActivations(),
                         {paddedDepth(getPacking()), any})) ||      // _c3
      failed(verifyShape(*this, "scratch", getScratch(), {any})) || // _c4
      failed(verifyShape(*this, "wide", getWide(),
                         {any, getKernel().getTokenTile()}))) // _c4
    return failure();
  return verifyResults(*this);
}
