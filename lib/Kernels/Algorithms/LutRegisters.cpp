//===- LutRegisters.cpp - Lookup in tables in registers -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Support/Tensors.h"

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
      {tokens, packing.getWords() * packing.getPacking().indicesPerWord(),
       entries},
      IntegerType::get(kernel.getContext(), lookup.entryBits()));
}

/// Inputs of which tables are made: those of whole scale groups.
static int64_t tableInputs(PackingAttr packing) {
  return packing.getScaleGroups() * packing.forScaleGroup().getLogicalDepth();
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

  /// Equal parts of the words or scale groups, up to the last one.
  int64_t getDepthTile(Attribute attribute, PackingAttr packing) const {
    int64_t most = cast<LutRegistersAttr>(attribute).getWordTile();
    int64_t inputs = packing.getPacking().tritsPerWord();
    int64_t units = packing.getWords();
    if (most == 0 || units <= most)
      return 0;
    if (int64_t group = packing.getScaleGroup()) {
      int64_t groups = packing.getScaleGroups();
      most = std::max<int64_t>(1, most * groups / units);
      inputs = group;
      units = groups;
    }
    int64_t parts = llvm::divideCeil(units, most);
    return parts == 1 ? 0 : llvm::divideCeil(units, parts) * inputs;
  }

  bool takesScales(Attribute) const { return true; }

  Value buildKernelOps(Attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value scales,
                       Value acc, bool accumulates) const {
    int64_t depth = packing.getLogicalDepth();
    int64_t inputs = tableInputs(packing);
    if (inputs != depth)
      activations = padColumns(builder, loc, activations, depth, inputs);
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
                                   table.getResult(0), weights, scales, acc,
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
      return {activationsType(context, tableInputs(packing)), table};
    auto accumulate = cast<LutAccumulateOp>(op);
    MemRefType weights = weightsType(packing, accumulate.getWeights());
    if (!accumulate.getScales())
      return {table, weights, sumsType(IntegerType::get(context, 32))};
    MemRefType sums = sumsType(Float32Type::get(context));
    return {table, weights, sums, sums};
  }

  SmallVector<MemRefType> getScratchTypes(Attribute,
                                          KernelOpInterface op) const {
    auto accumulate = dyn_cast<LutAccumulateOp>(*op);
    if (!accumulate)
      return {};
    return lutScratchTypes(isaOf(op.getKernel()), Shape(op.getPacking()),
                           accumulate);
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
    emitLutAccumulate(e, set, shape, cast<LutAccumulateOp>(op), arguments);
  }
};
} // namespace

void kernels::registerLutRegisters(MLIRContext &context) {
  LutRegistersAttr::attachInterface<LutRegisters>(context);
}
