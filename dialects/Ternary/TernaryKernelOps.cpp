//===- TernaryKernelOps.cpp - Verification of the kernel ops --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeChecks.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace bitnet::ternary;

using EffectList =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// On buffers a kernel op reads its inputs and writes its destinations, which
/// it may read before.
static void addEffects(DestinationStyleOpInterface op, EffectList &effects,
                       bool accumulates = false) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isInit = op.isDpsInit(&operand);
    if (!isInit || accumulates)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (isInit)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

/// A kernel without scales takes the inputs of one scale group.
static LogicalResult verifyOneGroup(Operation *op, PackingAttr packing) {
  if (packing.getScaleGroup() == 0)
    return success();
  return op->emitOpError("packing has scale_group = ")
         << packing.getScaleGroup()
         << ", expected that of the inputs of one scale group";
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
  auto shape = llvm::to_vector(storage.getShape());
  shape[0] = ShapedType::kDynamic;
  return verifyShape(op, "weights", weights, shape);
}

/// Number of rows of the given row blocks.
static int64_t rowsOf(Value weights, PackingAttr packing) {
  int64_t blocks = cast<ShapedType>(weights.getType()).getDimSize(0);
  return ShapedType::isDynamic(blocks) ? blocks : blocks * packing.getRows();
}

/// Whether the op has a kernel for the algorithm `Wanted`, which is that of
/// its kind, on operands that the kernel's function takes. That results and
/// destinations agree is verified by the interface.
template <typename Wanted, typename Op>
static LogicalResult verifyKernel(Op op) {
  KernelAttr kernel = op.getKernel();
  AlgorithmAttrInterface algorithm = kernel.getAlgorithm();
  if (!isa<Wanted>(algorithm)) // …_c3 or _c4
    return op.emitOpError() << "has a kernel for " << kernel.getAlgorithmName()
                            << ", expected " << Wanted::getMnemonic();
  if (!op.hasPureTensorSemantics() && !op.hasPureBufferSemantics())
    return op.emitOpError("mixes tensors and buffers");
  auto kernelOp = cast<KernelOpInterface>(op.getOperation());
  if (failed(algorithm.verifyKernelOp(kernelOp)))
    return failure();
  for (auto [number, operand, wanted] : llvm::enumerate(
           op->getOperands(), algorithm.getArgumentTypes(kernelOp))) {
    auto type = cast<ShapedType>(operand.getType());
    if (type.getElementType() != wanted.getElementType() ||
        failed(verifyCompatibleShape(type, wanted)))
      return op.emitOpError() << "operand " << number << " is " << type
                              << ", but the kernel takes " << wanted;
  }
  return success();
}

std::string bitnet::ternary::getMatmulName(KernelAttr kernel,
                                           PackingAttr packing) {
  return ("ternary_matmul_" + Twine(packing.getLogicalRows()) + "x" +
          Twine(packing.getLogicalDepth()) + "_" + kernel.getAlgorithmName() +
          "_" + packing.getShortName())
      .str();
}

//===----------------------------------------------------------------------===//
// LutBuildOp
//===----------------------------------------------------------------------===//

void LutBuildOp::getEffects(EffectList &effects) { addEffects(*this, effects); }

KernelAttr LutBuildOp::getFunctionKernel() {
  auto tuned = cast<LutRegistersAttr>(getKernel().getAlgorithm());
  auto untuned = LutRegistersAttr::get(getContext(), /*tokenTile=*/1,
                                       /*rowBlocks=*/1, /*prefetch=*/0,
                                       tuned.getLookupTokens());
  return getKernel().forAnyTokens().withAlgorithm(untuned);
}

PackingAttr LutBuildOp::getFunctionPacking() {
  return getPacking().forTables();
}

std::string LutBuildOp::getFunctionName() {
  return "ternary_lut_build_" + std::to_string(getPacking().getLogicalDepth()) +
         "_" + getPacking().getShortName();
}

LogicalResult LutBuildOp::verify() {
  PackingAttr packing = getPacking();
  int64_t depth =
      packing.getScaleGroups() * packing.forScaleGroup().getLogicalDepth();
  int64_t groups = packing.getWords() * packing.getPacking().indicesPerWord();
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(
          verifyShape(*this, "activations", getActivations(), {any, depth})) ||
      failed(verifyShape(*this, "table", getTable(), {any, groups, any})))
    return failure(); // lut_build_c1, lut_build_c2
  return verifyKernel<LutRegistersAttr>(*this);
}

//===----------------------------------------------------------------------===//
// Accumulating ops
//===----------------------------------------------------------------------===//

/// What all accumulating ops want of weights and sums.
template <typename Op>
static LogicalResult verifyWeightsAndSums(Op op) {
  if (failed(verifyWeights(op, op.getWeights(), op.getPacking()))) // …_c1
    return failure();
  int64_t rows = rowsOf(op.getWeights(), op.getPacking());
  return verifyShape(op, "acc", op.getAcc(),
                     {ShapedType::kDynamic, rows}); // …_c2
}

/// What those want that take scales: i32 sums or, scaled, f32 ones.
template <typename Op>
static LogicalResult verifyScaledSums(Op op) {
  PackingAttr packing = op.getPacking();
  Value scales = op.getScales();
  if (!scales && packing.getScaleGroup())
    return op.emitOpError()
           << "has no scales, but the packing has scale_group = "
           << packing.getScaleGroup(); // …_c1
  if (scales && !packing.getScaleGroup())
    return op.emitOpError("has scales, but the packing has no scale_group");
  auto acc = cast<ShapedType>(op.getAcc().getType());
  if (acc.getElementType().isF32() != bool(scales))
    return op.emitOpError() << "acc is " << acc << ", expected elements of "
                            << (scales ? "f32" : "i32"); // …_c2
  if (failed(verifyWeightsAndSums(op)))
    return failure();
  if (!scales)
    return success();
  return verifyShape(
      op, "scales", scales,
      {packing.getScaleGroups(), rowsOf(op.getWeights(), packing)}); // …_c5
}

void LutAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects, getAccumulates());
}

LogicalResult LutAccumulateOp::verify() {
  constexpr int64_t any = ShapedType::kDynamic;
  int64_t tokens = cast<ShapedType>(getAcc().getType()).getDimSize(0);
  if (failed(verifyScaledSums(*this)) ||
      failed(verifyShape(*this, "table", getTable(),
                         {tokens, any, any}))) // lut_accumulate_c3
    return failure();
  return verifyKernel<LutRegistersAttr>(*this);
}

/// A product whose activations stand row by row, padded to whole words.
template <typename Algorithm, typename Op>
static LogicalResult verifyRowProduct(Op op) {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyOneGroup(op, op.getPacking())) || // …_c1
      failed(verifyWeightsAndSums(op)) ||
      failed(verifyShape(op, "activations", op.getActivations(),
                         {any, op.getPacking().getPaddedDepth()}))) // …_c3
    return failure();
  return verifyKernel<Algorithm>(op);
}

void AddAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult AddAccumulateOp::verify() {
  return verifyRowProduct<MaskedAddAttr>(*this);
}

void DotAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult DotAccumulateOp::verify() {
  return verifyRowProduct<DotAttr>(*this);
}

void TokenAccumulateOp::getEffects(EffectList &effects) {
  addEffects(*this, effects);
}

LogicalResult TokenAccumulateOp::verify() {
  constexpr int64_t any = ShapedType::kDynamic;
  if (failed(verifyScaledSums(*this)) ||
      failed(verifyShape(*this, "activations", getActivations(),
                         {getPacking().getPaddedDepth(), any}))) // _c3
    return failure();
  return verifyKernel<LutMemoryAttr>(*this);
}
