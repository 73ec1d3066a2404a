//===- TernarySelectKernels.cpp - Decide packing and kernels --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Choices.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Support/Locations.h"
#include "dialects/Model/Model.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

namespace bitnet {
#define GEN_PASS_DEF_TERNARYSELECTKERNELS
#include "bitnet/Passes/KernelStage.h.inc"
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

/// What the object tells of the product, in the field's own words.
static model::LayerAttr describe(OpBuilder &builder, MatmulOp op,
                                 StringRef reason) {
  auto kernels = op.getKernelsAttr().getAsRange<KernelAttr>();
  std::string names = llvm::join(
      llvm::map_range(
          kernels, [](KernelAttr kernel) { return kernel.getAlgorithmName(); }),
      ",");
  llvm::replace(names, '_', '-');
  packing::Packing packing = op.getPackingAttr().getPacking();
  std::string storage =
      llvm::formatv("{0} trits in {1} bits, {2} an index",
                    packing.tritsPerWord(), packing.wordBits, packing.group);
  if (op.getScaleGroup())
    storage += llvm::formatv(", {0} inputs a scale", op.getScaleGroup()).str();
  return model::LayerAttr::get(
      builder.getContext(), nodeName(op.getLoc(), ""), op.getRows(),
      op.getDepth(), (*kernels.begin()).getIsa().getValue(), names, storage,
      builder.getF64FloatAttr(op.getPackingAttr().getBitsPerWeight()), reason);
}

/// Tells it to whoever compiles, at the product.
static void remarkOn(MatmulOp op, StringRef reason) {
  packing::Packing packing = op.getPackingAttr().getPacking();
  InFlightDiagnostic diag = op.emitRemark();
  diag << op.getRows() << " x " << op.getDepth() << ": ";
  llvm::interleaveComma(op.getKernelsAttr().getAsRange<KernelAttr>(), diag,
                        [&](KernelAttr k) {
                          diag << k.getAlgorithmName();
                          if (k.getMaxTokens() > 0)
                            diag << " up to " << k.getMaxTokens() << " tokens";
                        });
  diag << " of " << cast<KernelAttr>((*op.getKernels())[0]).getIsa().getValue()
       << ", " << packing.tritsPerWord() << " trits in " << packing.wordBits
       << " bits: " << reason;
}

static StringRef isaOf(const kernels::Selection &selection) {
  return selection.kernels.front().getIsa().getValue();
}

/// Whether a packing can have the shape of the weights.
static LogicalResult verifyWeights(MatmulOp op) {
  RankedTensorType weights = op.getWeights().getType();
  if (weights.hasStaticShape() && weights.getNumElements() > 0 &&
      op.getRows() <= kMaxRows)
    return success();
  return op.emitOpError() << "expected weights of a static shape, not empty, "
                             "with at most "
                          << kMaxRows << " rows, got " << weights;
}

/// What the file says of the product's shape, or else lib/Kernels, of the
/// instruction set `isa` if that is asked for.
static FailureOr<kernels::Selection>
choose(MatmulOp op, LLVM::TargetFeaturesAttr features,
       const kernels::SelectionOptions &options, StringRef isa,
       ArrayRef<kernels::Selection> fileChoices) {
  kernels::MatrixShape shape{op.getRows(), op.getDepth(),
                             int64_t(op.getScaleGroup())};
  for (const kernels::Selection &choice : fileChoices) {
    if (!choice.isFor(shape))
      continue;
    KernelAttr kernel = choice.kernels.front();
    if (!kernels::isAvailable(kernel.getIsa(), features))
      return op.emitError() << "the file of choices takes " << kernel.getIsa()
                            << " for " << op.getRows() << " x " << op.getDepth()
                            << ", whose features the target does not have";
    return choice;
  }
  SmallVector<kernels::Selection> found =
      kernels::candidates(op.getContext(), features, shape, options);
  if (found.empty())
    return op.emitError()
           << "algorithm 'dot' was asked for, but no instruction "
              "set of the target has dot products";
  if (isa.empty())
    return found.front();
  auto *wanted = llvm::find_if(
      found, [&](const auto &selection) { return isaOf(selection) == isa; });
  if (wanted != found.end())
    return *wanted;
  InFlightDiagnostic error = op.emitError();
  error << "instruction set '" << isa
        << "' was asked for, expected one for this algorithm that the target "
           "has: ";
  llvm::interleaveComma(
      found, error, [&](const auto &selection) { error << isaOf(selection); });
  return error;
}

void TernarySelectKernels::runOnOperation() {
  ModuleOp module = getOperation();
  auto target = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  auto features = target ? target.getFeatures() : LLVM::TargetFeaturesAttr();
  SmallVector<kernels::Selection> fileChoices;
  if (!choices.empty()) {
    auto read = kernels::readChoices(choices, &getContext());
    if (failed(read))
      return signalPassFailure();
    fileChoices = *read;
  }
  if (algorithm != "lookup" && algorithm != "dot") {
    module.emitError() << "algorithm is '" << algorithm
                       << "', expected lookup or dot";
    return signalPassFailure();
  }
  FailureOr<kernels::SelectionOptions> options = kernels::readOptions(module);
  if (failed(options))
    return signalPassFailure();
  options->dot = algorithm == "dot";
  OpBuilder builder(&getContext());
  SmallVector<Attribute> layers;
  // Layers of one shape are alike.
  std::map<std::array<int64_t, 3>, kernels::Selection> chosen;
  WalkResult walk = module.walk([&](MatmulOp op) {
    if (failed(verifyWeights(op)))
      return WalkResult::interrupt();
    if (!op.getKernels() != !op.getPacking()) {
      op.emitOpError("has ") << (op.getKernels() ? "kernels without a packing"
                                                 : "a packing without kernels")
                             << ", expected both or none";
      return WalkResult::interrupt();
    }
    std::string reason = "chosen by hand";
    if (!op.getKernels()) {
      std::array<int64_t, 3> shape = {op.getRows(), op.getDepth(),
                                      int64_t(op.getScaleGroup())};
      auto known = chosen.find(shape);
      if (known == chosen.end()) {
        FailureOr<kernels::Selection> found =
            choose(op, features, *options, isa, fileChoices);
        if (failed(found))
          return WalkResult::interrupt();
        known = chosen.emplace(shape, *found).first;
      }
      const kernels::Selection &selection = known->second;
      op.setKernelsAttr(builder.getArrayAttr(SmallVector<Attribute>(
          selection.kernels.begin(), selection.kernels.end())));
      op.setPackingAttr(selection.packing);
      reason = selection.reason;
    }
    layers.push_back(describe(builder, op, reason));
    if (remarks)
      remarkOn(op, reason);
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return signalPassFailure();
  if (!layers.empty())
    module->setAttr(model::ModelDialect::kLayers, builder.getArrayAttr(layers));
}
