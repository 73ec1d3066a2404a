//===- LutRegisters.cpp - Lookup in tables in registers -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Kernels/Kernels.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::LutAccumulateOp;
using ternary::LutBuildOp;
using ternary::LutRegistersAttr;
using ternary::PackingAttr;

RankedTensorType kernels::tableType(KernelAttr kernel, PackingAttr packing,
                                    int64_t tokens) {
  const RegisterLookup &lookup = *isaOf(kernel).registerLookup();
  int64_t entries = lookup.entries() * lookup.planeShifts().size();
  return RankedTensorType::get(
      {tokens, Shape(packing).groups(), entries},
      IntegerType::get(kernel.getContext(), lookup.entryBits()));
}

/// Words of a part of the depth, which leave gaps between row blocks: as large
/// as those of `weights`, once that is a buffer. Never the type of the whole:
/// the function that adds to sums is another one.
static MemRefType partType(PackingAttr packing, Value weights) {
  MemRefType type = weightsType(packing);
  SmallVector<int64_t> strides = type.getStridesAndOffset().first, known;
  int64_t whole = strides.front(), offset;
  strides.front() = ShapedType::kDynamic;
  auto buffer = dyn_cast<MemRefType>(weights.getType());
  if (buffer && succeeded(buffer.getStridesAndOffset(known, offset)) &&
      known.front() != whole)
    strides.front() = known.front();
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides));
}

namespace {
struct LutRegisters : AlgorithmModel<LutRegisters, LutRegistersAttr> {
  static bool isOffered(const Isa &isa) { return isa.registerLookup(); }

  LogicalResult verifyKernelOp(Attribute, KernelOpInterface op) const {
    const Isa &set = isaOf(op.getKernel());
    const RegisterLookup &lookup = *set.registerLookup();
    packing::Packing packing = op.getPacking().getPacking();
    if (packing.group != lookup.group() ||
        packing.indexBits != lookup.indexBits() ||
        packing.wordBits != lookup.wordBits())
      return op->emitOpError("lookup of ")
             << set.name() << " wants group = " << lookup.group()
             << ", index_bits = " << lookup.indexBits()
             << ", word_bits = " << lookup.wordBits() << ", got "
             << op.getPacking();
    // Tables do not depend on rows.
    return isa<LutBuildOp>(op) ? success() : verifyRows(op);
  }

  /// Sums need not stay in the cache: they pass by once for each part.
  SmallVector<int64_t, 2> getCacheTile(Attribute attribute,
                                       PackingAttr packing) const {
    int64_t tokens = cast<LutRegistersAttr>(attribute).getCacheTokens();
    packing::Packing p = packing.getPacking();
    if (tokens == 0)
      return {};
    return {tokens, p.rowBlocks(packing.getLogicalRows()) * p.rows};
  }

  /// Equal parts of the words, up to the last one.
  int64_t getDepthTile(Attribute attribute, PackingAttr packing) const {
    int64_t most = cast<LutRegistersAttr>(attribute).getWordTile();
    packing::Packing p = packing.getPacking();
    int64_t words = p.words(packing.getLogicalDepth());
    if (most == 0 || words <= most || packing.getScaleGroup() != 0)
      return 0;
    int64_t parts = llvm::divideCeil(words, most);
    return llvm::divideCeil(words, parts) * p.tritsPerWord();
  }

  Value buildKernelOps(Attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value /*scales*/,
                       Value acc, bool accumulates) const {
    auto type = tableType(kernel, packing, ShapedType::kDynamic);
    SmallVector<OpFoldResult> sizes = {
        tensor::getMixedSize(builder, loc, activations, 0),
        builder.getIndexAttr(type.getDimSize(1)),
        builder.getIndexAttr(type.getDimSize(2))};
    Value init =
        tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
    auto table = LutBuildOp::create(builder, loc, init.getType(), kernel,
                                    packing, activations, init);
    // Products of other rows share the tables, so CSE must see the same op.
    table.setKernelAttr(table.getFunctionKernel());
    table.setPackingAttr(table.getFunctionPacking());
    return LutAccumulateOp::create(builder, loc, acc.getType(), kernel, packing,
                                   table.getResult(0), weights, acc,
                                   accumulates)
        .getResult(0);
  }

  SmallVector<MemRefType> getArgumentTypes(Attribute,
                                           KernelOpInterface op) const {
    PackingAttr packing = op.getPacking();
    RankedTensorType type =
        tableType(op.getKernel(), packing, ShapedType::kDynamic);
    MemRefType table = bufferType(type.getShape(), type.getElementType(),
                                  /*contiguous=*/true);
    MLIRContext *context = op->getContext();
    if (isa<LutBuildOp>(op))
      return {activationsType(context, packing.getLogicalDepth()), table};
    auto accumulate = cast<LutAccumulateOp>(op);
    return {table,
            accumulate.getAccumulates()
                ? partType(packing, accumulate.getWeights())
                : weightsType(packing),
            sumsType(IntegerType::get(context, 32))};
  }

  void emitBody(Attribute attribute, OpBuilder &builder, KernelOpInterface op,
                ValueRange arguments) const {
    const Isa &set = isaOf(op.getKernel());
    Shape shape(op.getPacking());
    if (isa<LutBuildOp>(op)) {
      // A table has as many entries on every machine.
      Emitter e(op->getLoc(), builder, /*isScalable=*/false);
      return emitLutBuild(e, set, shape, cast<LutRegistersAttr>(attribute),
                          arguments);
    }
    Emitter e(op->getLoc(), builder, set.isScalable());
    emitLutAccumulate(e, set, shape, cast<LutRegistersAttr>(attribute),
                      cast<LutAccumulateOp>(op).getAccumulates(), arguments);
  }
};
} // namespace

void kernels::registerLutRegisters(MLIRContext &context) {
  LutRegistersAttr::attachInterface<LutRegisters>(context);
}
