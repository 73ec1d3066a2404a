//===- LinalgDecomposeSoftmax.cpp - Softmax in simpler ops ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_LINALGDECOMPOSESOFTMAX
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct LinalgDecomposeSoftmax
    : bitnet::impl::LinalgDecomposeSoftmaxBase<LinalgDecomposeSoftmax> {
  using LinalgDecomposeSoftmaxBase::LinalgDecomposeSoftmaxBase;
  void runOnOperation() override;
};
} // namespace

void LinalgDecomposeSoftmax::runOnOperation() {
  SmallVector<linalg::SoftmaxOp> ops;
  getOperation().walk([&](linalg::SoftmaxOp op) { ops.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (linalg::SoftmaxOp op : ops) {
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> values = op.decomposeOperation(rewriter);
    if (failed(values))
      return signalPassFailure();
    rewriter.replaceOp(op, *values);
  }
}
