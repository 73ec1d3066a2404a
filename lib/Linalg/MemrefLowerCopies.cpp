//===- MemrefLowerCopies.cpp - Strided copies become loops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_MEMREFLOWERCOPIES
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct MemrefLowerCopies
    : bitnet::impl::MemrefLowerCopiesBase<MemrefLowerCopies> {
  using MemrefLowerCopiesBase::MemrefLowerCopiesBase;
  void runOnOperation() override;
};
} // namespace

static bool isContiguous(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  return type && type.getLayout().isIdentity();
}

void MemrefLowerCopies::runOnOperation() {
  SmallVector<memref::CopyOp> copies;
  getOperation().walk([&](memref::CopyOp op) {
    if (!isContiguous(op.getSource()) || !isContiguous(op.getTarget()))
      copies.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (memref::CopyOp op : copies) {
    rewriter.setInsertionPoint(op);
    rewriter.replaceOpWithNewOp<linalg::CopyOp>(op, ValueRange{op.getSource()},
                                                ValueRange{op.getTarget()});
  }
}
