//===- Prediction.cpp - The time of a product -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of a product's kernel are emitted into a module of their own,
// and walked (Work.h) as often as the tiles of the product call them.
//
//===----------------------------------------------------------------------===//

#include "Isa.h"
#include "Work.h"

#include "bitnet/Kernels/Kernels.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::AlgorithmAttrInterface;
using ternary::KernelAttr;
using ternary::KernelOpInterface;
using ternary::PackingAttr;

// Measured on Zen 5: what is not hidden behind what takes longest, and cycles
// until the first weights arrive or, beside that, several threads have met.
static constexpr double kExposed = 0.25;
static constexpr double kEntryCycles = 8000, kMeetingCycles = 12000;

static KernelAttr kernelFor(const Selection &selection, int64_t tokens) {
  for (KernelAttr kernel : selection.kernels)
    if (kernel.getMaxTokens() == 0 || tokens <= kernel.getMaxTokens())
      return kernel;
  return selection.kernels.back();
}

namespace {
/// A product cut into what kernels compute at once, and how often.
struct Tiles {
  int64_t tokens, rows;
  PackingAttr packing;
  double tokenTiles, rowTiles, parts;

  Tiles(KernelAttr kernel, PackingAttr whole, int64_t allTokens)
      : tokens(allTokens), rows(whole.getLogicalRows()), packing(whole),
        parts(1) {
    AlgorithmAttrInterface algorithm = kernel.getAlgorithm();
    SmallVector<int64_t, 2> tile = algorithm.getCacheTile(whole);
    if (!tile.empty()) {
      tokens = std::min(tokens, tile[0]);
      rows = std::min(rows, tile[1]);
    }
    tokenTiles = double(allTokens) / tokens;
    rowTiles = double(whole.getLogicalRows()) / rows;
    if (whole.getScaleGroup() && !algorithm.takesScales())
      packing = whole.forScaleGroup();
    else if (int64_t depth = algorithm.getDepthTile(whole))
      packing = whole.forDepth(depth);
    parts = packing.getScaleGroup() == whole.getScaleGroup()
                ? double(whole.getLogicalDepth()) / packing.getLogicalDepth()
                : whole.getScaleGroups();
  }
};
} // namespace

/// The kernel ops of a tile, in the function.
static void buildTile(ImplicitLocOpBuilder &b, KernelAttr kernel,
                      const Tiles &tiles, func::FuncOp function) {
  PackingAttr packing = tiles.packing;
  auto shape = llvm::to_vector(packing.getStorageType().getShape());
  shape[0] = packing.getPacking().rowBlocks(tiles.rows);
  bool isScaled = packing.getScaleGroup() != 0;
  int64_t columns = shape[0] * packing.getRows();
  Type sum = isScaled ? Type(b.getF32Type()) : Type(b.getI32Type());
  SmallVector<Type> types = {
      RankedTensorType::get({tiles.tokens, packing.getLogicalDepth()},
                            b.getI8Type()),
      RankedTensorType::get({tiles.tokens, columns}, sum),
      RankedTensorType::get(shape, packing.getStorageType().getElementType())};
  if (isScaled)
    types.push_back(RankedTensorType::get({packing.getScaleGroups(), columns},
                                          b.getF32Type()));
  function.setType(b.getFunctionType(types, {}));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  kernel.getAlgorithm().buildKernelOps(
      b, b.getLoc(), kernel, packing, entry->getArgument(0),
      entry->getArgument(2), isScaled ? entry->getArgument(3) : Value(),
      entry->getArgument(1), /*accumulates=*/tiles.parts > 1);
}

/// What a call of the function of `op` does. Sizes that are not known are
/// tokens.
static Work workOfOp(ModuleOp module, KernelOpInterface op, int64_t tokens,
                     const TargetFacts &facts) {
  FailureOr<func::FuncOp> function = getOrCreateFunction(module, op);
  assert(succeeded(function) && "no other symbol is in the module");
  SmallVector<ArgumentSizes> arguments;
  auto add = [&](ArrayRef<int64_t> shape, bool isInMemory) {
    ArgumentSizes sizes{llvm::to_vector(shape), isInMemory};
    for (int64_t &size : sizes.sizes)
      if (ShapedType::isDynamic(size))
        size = tokens;
    arguments.push_back(std::move(sizes));
  };
  for (Value operand : op->getOperands()) {
    auto argument = dyn_cast<BlockArgument>(operand);
    add(cast<ShapedType>(operand.getType()).getShape(),
        argument && argument.getArgNumber() >= 2);
  }
  for (Type type :
       function->getArgumentTypes().drop_front(op->getNumOperands()))
    add(cast<ShapedType>(type).getShape(), /*isInMemory=*/false);
  return workOf(*function, *findIsa(op.getKernel().getIsa()), arguments, facts);
}

Prediction kernels::predict(const Selection &selection, int64_t tokens,
                            const TargetFacts &facts) {
  KernelAttr kernel = kernelFor(selection, tokens).forAnyTokens();
  Tiles tiles(kernel, selection.packing, tokens);
  auto loc = UnknownLoc::get(kernel.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  ImplicitLocOpBuilder b(loc, module->getBodyRegion());
  auto function = func::FuncOp::create(b, "tile", b.getFunctionType({}, {}));
  buildTile(b, kernel, tiles, function);
  Work work;
  function.walk([&](KernelOpInterface op) {
    double calls = tiles.tokenTiles * tiles.parts;
    // Tables are those of all rows.
    if (!isa<ternary::LutBuildOp>(op))
      calls *= tiles.rowTiles;
    work += workOfOp(*module, op, tiles.tokens, facts) * calls;
  });
  // Scales that are read behind the kernel.
  PackingAttr packing = selection.packing;
  if (packing.getScaleGroup() && !kernel.getAlgorithm().takesScales())
    work.memoryBytes +=
        packing.getScaleGroups() * packing.getLogicalRows() * 4.;
  double bytesPerCycle = facts.bytesPerCycle.value_or(kBytesPerCycle);
  return {work.cycles, work.l2Bytes / double(facts.l2BytesPerCycle),
          work.memoryBytes / bytesPerCycle};
}

double Prediction::cycles() const {
  double longest = std::max({compute, fetch, read});
  return longest + kExposed * (compute + fetch + read - longest);
}

double Prediction::cyclesOfCall(int threads) const {
  double entry = kEntryCycles + (threads > 1 ? kMeetingCycles : 0);
  return cycles() / threads + entry;
}
