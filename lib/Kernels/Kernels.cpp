//===- Kernels.cpp - The registry and the choice --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Tuned.h"

#include "Isa.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

//===----------------------------------------------------------------------===//
// Registry
//===----------------------------------------------------------------------===//

ArrayRef<const Isa *> kernels::allIsas() {
  static const Isa *const isas[] = {
#define BITNET_ISA(CLASS) &get##CLASS(),
#include "Isa.def"
  };
  return isas;
}

const Isa *kernels::findIsa(StringRef name) {
  for (const Isa *isa : allIsas())
    if (isa->name() == name)
      return isa;
  return nullptr;
}

void RegisterLookup::storeTable(Emitter &e, ValueRange entries, Value table,
                                Value token, Value group, int64_t first) const {
  e.storeVector(entries[0], table, {token, group, e.index(first)});
}

Value Isa::maskedAdd(Emitter &e, Value sum, Value x, Value plus,
                     Value minus) const {
  Value zero = e.constantLike(x, 0);
  sum = e.add(sum, e.select(plus, x, zero));
  return e.sub(sum, e.select(minus, x, zero));
}

Values Isa::loadRow(Emitter &e, Value memref, Value at, int64_t count) const {
  Values row;
  for (int64_t v = 0; v < count; ++v)
    row.push_back(e.loadVector(lanes(16), memref, e.add(at, v * lanes(16)),
                               registerBits() / 8));
  return row;
}

Value Isa::dot(Emitter &, Value, ValueRange, ValueRange) const {
  llvm_unreachable("the set offers no dot products");
}

Value Isa::matrixDot(Emitter &, Value, Value, Value) const {
  llvm_unreachable("the set offers no products of matrices");
}

ternary::KernelAttr Isa::kernel(Attribute algorithm, int64_t maxTokens) const {
  MLIRContext *context = algorithm.getContext();
  return ternary::KernelAttr::get(
      context, StringAttr::get(context, name()),
      cast<ternary::AlgorithmAttrInterface>(algorithm), maxTokens);
}

SmallVector<StringRef> kernels::isaNames() {
  return llvm::map_to_vector(allIsas(),
                             [](const Isa *isa) { return isa->name(); });
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

static bool hasFeatures(LLVM::TargetFeaturesAttr features, const Isa &isa) {
  return llvm::all_of(isa.features(), [&](StringRef feature) {
    return features && features.contains(("+" + feature).str());
  });
}

/// By how much a later row of Isa.def must be cheaper: an earlier one is the
/// faster one for many tokens.
static constexpr double kAdvantage = 1.05;

FailureOr<SelectionOptions> kernels::readOptions(ModuleOp module) {
  FailureOr<TargetFacts> facts = readTargetFacts(module);
  if (failed(facts))
    return failure();
  SelectionOptions options;
  options.facts = *facts;
  if (auto target = module->getAttrOfType<LLVM::TargetAttr>(
          LLVM::LLVMDialect::getTargetAttrName()))
    options.processor = target.getChip().str();
  return options;
}

static Selection selectFrom(MLIRContext *context, const Isa &isa,
                            const MatrixShape &shape,
                            const SelectionOptions &options) {
  packing::Packing format = isa.packing();
  Selection selection;
  const TunedRow *tuned = findTuned(options.processor, isa.name());
  if (tuned && shape.scaleGroup == 0) {
    format.rows = tuned->rows;
    selection.kernels = readKernels(*tuned, context);
  } else {
    llvm::append_range(selection.kernels,
                       isa.kernels(context, options.facts, shape));
  }
  auto packing = ternary::PackingAttr::get(context, format, shape.rows,
                                           shape.depth, shape.scaleGroup);
  selection.packing = packing;
  Prediction one = predict(selection, /*tokens=*/1, options.facts);
  double each = 1024. / shape.rows / shape.depth;
  selection.cost = one.cycles() * each;
  llvm::raw_string_ostream(selection.reason)
      << isa.reason() << "; 1024 weights of one token take "
      << llvm::format("%.0f", one.compute * each) << " cycles to compute, "
      << llvm::format("%.0f", one.fetch * each) << " to fetch and "
      << llvm::format("%.0f", one.read * each) << " to read";
  return selection;
}

SmallVector<Selection> kernels::candidates(MLIRContext *context,
                                           LLVM::TargetFeaturesAttr features,
                                           const MatrixShape &shape,
                                           const SelectionOptions &options) {
  SmallVector<Selection> found;
  for (const Isa *isa : allIsas())
    if (isa->multiplies() == options.dot && hasFeatures(features, *isa))
      found.push_back(selectFrom(context, *isa, shape, options));
  if (found.empty())
    return found;
  auto cheaper = [](const Selection &a, const Selection &b) {
    return a.cost < b.cost;
  };
  // The first row that costs hardly more than the cheapest, then by cost.
  double least = llvm::min_element(found, cheaper)->cost;
  auto *best = llvm::find_if(found, [&](const Selection &selection) {
    return selection.cost <= least * kAdvantage;
  });
  std::rotate(found.begin(), best, best + 1);
  llvm::sort(found.begin() + 1, found.end(), cheaper);
  return found;
}

bool kernels::isAvailable(StringRef name, LLVM::TargetFeaturesAttr features) {
  const Isa *isa = findIsa(name);
  return isa && hasFeatures(features, *isa);
}

ArrayRef<StringLiteral> kernels::requiredFeatures(StringRef name) {
  const Isa *isa = findIsa(name);
  return isa ? isa->features() : ArrayRef<StringLiteral>();
}
