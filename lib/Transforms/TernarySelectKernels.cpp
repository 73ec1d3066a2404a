//===- TernarySelectKernels.cpp - Decide packing and kernels --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Support/Locations.h"
#include "bitnet/Transforms/Passes.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYSELECTKERNELS
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernarySelectKernels
    : bitnet::impl::TernarySelectKernelsBase<TernarySelectKernels> {
  using TernarySelectKernelsBase::TernarySelectKernelsBase;
  void runOnOperation() override;
};
} // namespace

/// One row of the module's report.
static Attribute describe(OpBuilder &builder, MatmulOp op, StringRef reason) {
  SmallVector<Attribute> algorithms;
  auto kernels = op.getKernelsAttr().getAsRange<KernelAttr>();
  for (KernelAttr kernel : kernels)
    algorithms.push_back(
        builder.getStringAttr(stringifyAlgorithm(kernel.getAlgorithm())));
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("name",
                            builder.getStringAttr(nodeName(op.getLoc()))),
       builder.getNamedAttr("isa", (*kernels.begin()).getIsa()),
       builder.getNamedAttr("kernels", builder.getArrayAttr(algorithms)),
       builder.getNamedAttr("packing", op.getPackingAttr()),
       builder.getNamedAttr("reason", builder.getStringAttr(reason))});
}

void TernarySelectKernels::runOnOperation() {
  ModuleOp module = getOperation();
  auto target = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  auto features = target ? target.getFeatures() : LLVM::TargetFeaturesAttr();
  OpBuilder builder(&getContext());
  SmallVector<Attribute> report;
  module.walk([&](MatmulOp op) {
    if (op.getWeightPacking())
      return;
    std::string reason = "chosen by hand";
    if (!op.getKernels() || !op.getPacking()) {
      kernels::Selection selection =
          kernels::select(&getContext(), features, op.getRows(), op.getDepth());
      op.setKernelsAttr(builder.getArrayAttr(SmallVector<Attribute>(
          selection.kernels.begin(), selection.kernels.end())));
      op.setPackingAttr(selection.packing);
      reason = selection.reason;
    }
    report.push_back(describe(builder, op, reason));
  });
  if (!report.empty())
    module->setAttr(TernaryDialect::kReport, builder.getArrayAttr(report));
}
