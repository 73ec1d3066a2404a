//===- LinalgTileTranspose.cpp - Transpose in registers -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"
#include "bitnet/Support/Transpose.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace bitnet {
#define GEN_PASS_DEF_LINALGTILETRANSPOSE
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct LinalgTileTranspose
    : bitnet::impl::LinalgTileTransposeBase<LinalgTileTranspose> {
  using LinalgTileTransposeBase::LinalgTileTransposeBase;
  void runOnOperation() override;
};
} // namespace

/// Whether vectors can be loaded from rows: they are contiguous, and elements
/// whole bytes in vectors as they are in memory.
static bool canLoadRows(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type || !type.getElementType().isIntOrFloat() ||
      type.getElementTypeBitWidth() % 8 != 0)
    return false;
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

static bool canTile(linalg::TransposeOp op) {
  return op.hasPureBufferSemantics() &&
         op.getPermutation() == ArrayRef<int64_t>{1, 0} &&
         canLoadRows(op.getInput()) && canLoadRows(op.getInit());
}

void LinalgTileTranspose::runOnOperation() {
  SmallVector<linalg::TransposeOp> ops;
  getOperation().walk([&](linalg::TransposeOp op) {
    if (canTile(op))
      ops.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (linalg::TransposeOp op : ops) {
    rewriter.setInsertionPoint(op);
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    emitTranspose(b, op.getInput(), op.getInit());
    rewriter.eraseOp(op);
  }
}
