//===- LutMemory.cpp - Lookup in tables in the cache ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Support/Tensors.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::LutMemoryAttr;
using ternary::PackingAttr;
using ternary::TokenAccumulateOp;

/// The activations by columns, with zeros up to `tokens` and the padded depth.
static Value transposeActivations(OpBuilder &builder, Location loc,
                                  PackingAttr packing, Value x,
                                  OpFoldResult tokens) {
  int64_t depth = packing.getLogicalDepth(), padded = packing.getPaddedDepth();
  OpFoldResult none = builder.getIndexAttr(0);
  OpFoldResult rows = tensor::getMixedSize(builder, loc, x, 0);
  OpFoldResult columnsOfX = builder.getIndexAttr(depth);
  Value columns = tensor::EmptyOp::create(
      builder, loc,
      ArrayRef<OpFoldResult>{builder.getIndexAttr(padded), tokens},
      builder.getI8Type());
  // Each part is written once: what is no activation is a small edge.
  using Emit = function_ref<Value(Value)>;
  auto write = [&](ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                   Emit emit) {
    SmallVector<OpFoldResult> ones(2, builder.getIndexAttr(1));
    Value part = tensor::ExtractSliceOp::create(builder, loc, columns, offsets,
                                                sizes, ones);
    columns = tensor::InsertSliceOp::create(builder, loc, emit(part), columns,
                                            offsets, sizes, ones);
  };
  auto zeros = [&](Value part) -> Value {
    Value zero = arith::ConstantIntOp::create(builder, loc, 0, 8);
    return linalg::FillOp::create(builder, loc, ValueRange{zero},
                                  ValueRange{part})
        .getResult(0);
  };
  write({none, none}, {columnsOfX, rows}, [&](Value part) -> Value {
    return linalg::TransposeOp::create(builder, loc, x, part,
                                       ArrayRef<int64_t>{1, 0})
        ->getResult(0);
  });
  AffineExpr a, b;
  bindSymbols(builder.getContext(), a, b);
  OpFoldResult missing = affine::makeComposedFoldedAffineApply(
      builder, loc, b - a, {rows, tokens});
  if (!isZeroInteger(missing))
    write({none, rows}, {columnsOfX, missing}, zeros);
  if (depth != padded)
    write({columnsOfX, none}, {builder.getIndexAttr(padded - depth), tokens},
          zeros);
  return columns;
}

namespace {
struct LutMemory : AlgorithmModel<LutMemory, LutMemoryAttr> {
  static bool isOffered(const Isa &isa) { return !isa.multiplies(); }

  LogicalResult verifyKernelOp(Attribute attribute,
                               KernelOpInterface op) const {
    // Sums leave in squares of 16 x 16.
    const Isa &isa = isaOf(op.getKernel());
    int64_t unit = std::max<int64_t>(isa.lanes(16), 16);
    int64_t tile = cast<LutMemoryAttr>(attribute).getTokenTile();
    if (tile % unit == 0)
      return success();
    return op->emitOpError("token_tile is ")
           << tile << ", expected a multiple of " << unit << " for "
           << isa.name();
  }

  SmallVector<int64_t, 2> getCacheTile(Attribute attribute,
                                       PackingAttr packing) const {
    return {cast<LutMemoryAttr>(attribute).getTokenTile(),
            tokenRowsPerPass(Shape(packing))};
  }

  Value buildKernelOps(Attribute attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value scales,
                       Value acc, bool /*accumulates*/) const {
    int64_t tile = cast<LutMemoryAttr>(attribute).getTokenTile();
    // One tile is a buffer of known size, which loops over tiles share.
    OpFoldResult padded = builder.getIndexAttr(tile);
    if (findBound(activations, 0).value_or(tile + 1) > tile) {
      AffineExpr s0 = builder.getAffineSymbolExpr(0);
      padded = affine::makeComposedFoldedAffineApply(
          builder, loc, s0.ceilDiv(tile) * tile,
          {tensor::getMixedSize(builder, loc, activations, 0)});
    }
    Value columns =
        transposeActivations(builder, loc, packing, activations, padded);
    return TokenAccumulateOp::create(builder, loc, acc.getType(), kernel,
                                     packing, columns, weights, scales, acc)
        .getResult(0);
  }
  bool takesScales(Attribute) const { return true; }

  SmallVector<MemRefType> getArgumentTypes(Attribute,
                                           KernelOpInterface op) const {
    PackingAttr packing = op.getPacking();
    constexpr int64_t any = ShapedType::kDynamic;
    Builder b(op->getContext());
    SmallVector<MemRefType> types = {bufferType({packing.getPaddedDepth(), any},
                                                b.getI8Type(),
                                                /*contiguous=*/false),
                                     weightsType(packing, op->getOperand(1))};
    bool isScaled = packing.getScaleGroup() != 0;
    if (isScaled)
      types.push_back(bufferType({packing.getScaleGroups(), any},
                                 b.getF32Type(), /*contiguous=*/false));
    types.push_back(sumsType(isScaled ? Type(b.getF32Type()) : b.getI32Type()));
    return types;
  }

  SmallVector<MemRefType> getScratchTypes(Attribute attribute,
                                          KernelOpInterface op) const {
    return tokenScratchTypes(Shape(op.getPacking()), isaOf(op.getKernel()),
                             cast<LutMemoryAttr>(attribute));
  }

  void emitBody(Attribute attribute, OpBuilder &builder, KernelOpInterface op,
                ValueRange arguments) const {
    const Isa &isa = isaOf(op.getKernel());
    Emitter e(op->getLoc(), builder, isa.isScalable());
    emitTokenAccumulate(e, isa, Shape(op.getPacking()),
                        cast<LutMemoryAttr>(attribute), arguments);
  }
};
} // namespace

void kernels::registerLutMemory(MLIRContext &context) {
  LutMemoryAttr::attachInterface<LutMemory>(context);
}
