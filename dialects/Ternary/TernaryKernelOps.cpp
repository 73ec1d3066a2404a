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

/// All tensors or all buffers, for the algorithm that the op is. That results
/// and destinations agree is verified by the interface.
template <typename Op>
static LogicalResult verifyKernel(Op op, Algorithm algorithm) {
  if (op.getKernel().getAlgorithm() != algorithm) // …_c3, _c4 or _c5
    return op.emitOpError() << "has a kernel for "
                            << stringifyAlgorithm(op.getKernel().getAlgorithm())
                            << ", expected " << stringifyAlgorithm(algorithm);
  if (op.hasPureTensorSemantics() || op.hasPureBufferSemantics())
    return success();
  return op.emitOpError("mixes tensors and buffers");
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
  return verifyKernel(*this, Algorithm::LutRegisters);
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
  return verifyKernel(*this, Algorithm::LutRegisters);
}

//===----------------------------------------------------------------------===//
// AddAccumulateOp
//===----------------------------------------------------------------------===//

/// A product whose activations stand row by row, padded to whole words.
template <typename Op>
static LogicalResult verifyRowProduct(Op op, Algorithm algorithm) {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyWeights(op, op.getWeights(), op.getPacking())) || // …_c1
      failed(verifyShape(
          op, "acc", op.getAcc(),
          {any, rowsOf(op.getWeights(), op.getPacking())})) || // …_c2
      failed(verifyShape(op, "activations", op.getActivations(),
                         {any, op.getPacking().getPaddedDepth()}))) // …_c3
    return failure();
  return verifyKernel(op, algorithm);
}

void AddAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult AddAccumulateOp::verify() {
  return verifyRowProduct(*this, Algorithm::MaskedAdd);
}

//===----------------------------------------------------------------------===//
// DotAccumulateOp
//===----------------------------------------------------------------------===//

void DotAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult DotAccumulateOp::verify() {
  return verifyRowProduct(*this, Algorithm::Dot);
}

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
                         {getPacking().getPaddedDepth(), any})) ||  // _c3
      failed(verifyShape(*this, "scratch", getScratch(), {any})) || // _c4
      failed(verifyShape(*this, "wide", getWide(),
                         {any, getKernel().getTokenTile()}))) // _c4
    return failure();
  return verifyKernel(*this, Algorithm::LutMemory);
}
