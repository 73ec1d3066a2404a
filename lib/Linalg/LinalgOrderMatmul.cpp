//===- LinalgOrderMatmul.cpp - Columns innermost --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_LINALGORDERMATMUL
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct LinalgOrderMatmul
    : bitnet::impl::LinalgOrderMatmulBase<LinalgOrderMatmul> {
  using LinalgOrderMatmulBase::LinalgOrderMatmulBase;
  void runOnOperation() override;
};
} // namespace

void LinalgOrderMatmul::runOnOperation() {
  SmallVector<linalg::MatmulOp> products;
  getOperation().walk([&](linalg::MatmulOp op) {
    if (!op.hasUserDefinedMaps())
      products.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (linalg::MatmulOp op : products) {
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::GenericOp> generic =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(generic) ||
        failed(linalg::interchangeGenericOp(rewriter, *generic, {0, 2, 1})))
      return signalPassFailure();
  }
}
