//===- Dot.cpp - The hardware's dot products ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Support/Tensors.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::DotAccumulateOp;
using ternary::DotAttr;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::PackingAttr;

/// The activations of a word, whose bytes are four times four, as the transpose
/// of a 4 x 4 matrix.
static Value transposeWords(OpBuilder &builder, Location loc,
                            PackingAttr packing, Value padded) {
  constexpr int64_t side = 4;
  OpFoldResult tokens = tensor::getMixedSize(builder, loc, padded, 0);
  int64_t words = packing.getPaddedDepth() / (side * side);
  int64_t fixed = getConstantIntValue(tokens).value_or(ShapedType::kDynamic);
  auto type =
      RankedTensorType::get({fixed, words, side, side}, builder.getI8Type());
  SmallVector<ReassociationIndices> groups = {{0}, {1, 2, 3}};
  SmallVector<OpFoldResult> sizes = {tokens};
  for (int64_t dim : type.getShape().drop_front())
    sizes.push_back(builder.getIndexAttr(dim));
  Value squares =
      tensor::ExpandShapeOp::create(builder, loc, type, padded, groups, sizes);
  Value init =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getI8Type());
  Value transposed = linalg::TransposeOp::create(builder, loc, squares, init,
                                                 ArrayRef<int64_t>{0, 1, 3, 2})
                         ->getResult(0);
  return tensor::CollapseShapeOp::create(builder, loc, transposed, groups);
}

namespace {
struct Dot : AlgorithmModel<Dot, DotAttr> {
  static bool isOffered(const Isa &isa) { return isa.multiplies(); }

  LogicalResult verifyKernelOp(Attribute, KernelOpInterface op) const {
    packing::Packing packing = op.getPacking().getPacking();
    if (packing.group != 1 || packing.indexBits != 2 || packing.wordBits != 32)
      return op->emitOpError("dot wants group = 1, index_bits = 2, word_bits = "
                             "32, got ")
             << op.getPacking();
    return verifyRows(op);
  }

  Value buildKernelOps(Attribute, OpBuilder &builder, Location loc,
                       KernelAttr kernel, PackingAttr packing,
                       Value activations, Value weights, Value /*scales*/,
                       Value acc, bool /*accumulates*/) const {
    Value padded =
        padColumns(builder, loc, activations, packing.getLogicalDepth(),
                   packing.getPaddedDepth());
    Value words = transposeWords(builder, loc, packing, padded);
    return DotAccumulateOp::create(builder, loc, acc.getType(), kernel, packing,
                                   words, weights, acc)
        .getResult(0);
  }

  SmallVector<MemRefType> getArgumentTypes(Attribute,
                                           KernelOpInterface op) const {
    return rowArgumentTypes(op);
  }

  void emitBody(Attribute attribute, OpBuilder &builder, KernelOpInterface op,
                ValueRange arguments) const {
    Emitter e(op->getLoc(), builder, /*isScalable=*/false);
    emitDotAccumulate(e, isaOf(op.getKernel()), Shape(op.getPacking()),
                      cast<DotAttr>(attribute), arguments);
  }
};
} // namespace

void kernels::registerDot(MLIRContext &context) {
  DotAttr::attachInterface<Dot>(context);
}
