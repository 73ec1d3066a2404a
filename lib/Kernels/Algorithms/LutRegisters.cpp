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

  /// The tables of so many tokens, and their sums, stay in the second-level
  /// cache while all weights pass by. A group's table has at most 16 bits for
  /// each of its codes, whose number is rounded up to a power of two.
  SmallVector<int64_t, 2> getCacheTile(Attribute attribute,
                                       PackingAttr packing) const {
    constexpr int64_t cache = 448 << 10;
    packing::Packing p = packing.getPacking();
    int64_t codes = 1;
    for (unsigned trit = 0; trit < p.group; ++trit)
      codes *= 3;
    int64_t rows = p.rowBlocks(packing.getLogicalRows()) * p.rows;
    int64_t tables = Shape(packing).groups() * llvm::PowerOf2Ceil(codes) * 2;
    int64_t sums = rows * sizeof(int32_t);
    int64_t together = cast<LutRegistersAttr>(attribute).getTokenTile();
    int64_t tokens = cache / std::max(tables, sums) / together;
    return {std::max<int64_t>(1, tokens) * together, rows};
  }

  Value buildKernelOps(Attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value /*scales*/,
                       Value acc) const {
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
                                   table.getResult(0), weights, acc)
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
    return {table, weightsType(packing),
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
                      arguments);
  }
};
} // namespace

void kernels::registerLutRegisters(MLIRContext &context) {
  LutRegistersAttr::attachInterface<LutRegisters>(context);
}
