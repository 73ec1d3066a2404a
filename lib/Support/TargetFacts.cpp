//===- TargetFacts.cpp - What is known of the machine ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/TargetFacts.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace bitnet;

static constexpr StringLiteral kDevice = "CPU";
static constexpr StringLiteral kThreads = "threads";
static constexpr StringLiteral kVScale = "vscale";
static constexpr StringLiteral kBytesPerCycle = "bytes_per_cycle";
static constexpr StringLiteral kL1dBytes = "l1d_bytes";
static constexpr StringLiteral kFastPermute16 = "fast_permute16";

/// The entries of a specification whose keys are none of these.
static SmallVector<DataLayoutEntryInterface>
entriesBut(ArrayRef<DataLayoutEntryInterface> entries,
           ArrayRef<StringRef> keys) {
  SmallVector<DataLayoutEntryInterface> kept;
  for (DataLayoutEntryInterface entry : entries) {
    auto key = dyn_cast<StringAttr>(entry.getKey());
    if (!key || !llvm::is_contained(keys, key.getValue()))
      kept.push_back(entry);
  }
  return kept;
}

static TargetSystemSpecAttr getSystem(ModuleOp module) {
  return module->getAttrOfType<TargetSystemSpecAttr>(
      DLTIDialect::kTargetSystemDescAttrName);
}

/// The attribute under a key, or null.
template <typename SpecAttr>
static Attribute getEntry(SpecAttr spec, StringRef key) {
  FailureOr<Attribute> value =
      spec.query(StringAttr::get(spec.getContext(), key));
  return succeeded(value) ? *value : Attribute();
}

static TargetDeviceSpecAttr getDevice(TargetSystemSpecAttr system) {
  return system
             ? dyn_cast_or_null<TargetDeviceSpecAttr>(getEntry(system, kDevice))
             : TargetDeviceSpecAttr();
}

void bitnet::writeTargetFacts(ModuleOp module, const TargetFacts &facts) {
  MLIRContext *context = module.getContext();
  Builder b(context);
  // What others say of the machine stays.
  SmallVector<DataLayoutEntryInterface> system, entries;
  if (TargetSystemSpecAttr known = getSystem(module)) {
    system = entriesBut(known.getEntries(), {kDevice});
    if (TargetDeviceSpecAttr device = getDevice(known))
      entries =
          entriesBut(device.getEntries(), {kThreads, kVScale, kBytesPerCycle,
                                           kL1dBytes, kFastPermute16});
  }
  auto add = [&](StringRef key, Attribute value) {
    entries.push_back(DataLayoutEntryAttr::get(b.getStringAttr(key), value));
  };
  add(kThreads, b.getI64IntegerAttr(facts.threads));
  add(kVScale, b.getI64IntegerAttr(facts.vscale));
  add(kL1dBytes, b.getI64IntegerAttr(facts.l1dBytes));
  if (facts.hasFastPermute16)
    add(kFastPermute16, b.getI64IntegerAttr(1));
  if (facts.bytesPerCycle)
    add(kBytesPerCycle, b.getF64FloatAttr(*facts.bytesPerCycle));
  system.push_back(DataLayoutEntryAttr::get(
      b.getStringAttr(kDevice), TargetDeviceSpecAttr::get(context, entries)));
  module->setAttr(DLTIDialect::kTargetSystemDescAttrName,
                  TargetSystemSpecAttr::get(context, system));
}

/// The fact, or null. dlti::query would ask the data layout that stands beside
/// the facts on a module, and no more.
static Attribute findFact(Operation *op, StringRef key) {
  auto module = dyn_cast<ModuleOp>(op);
  if (!module)
    module = op->getParentOfType<ModuleOp>();
  TargetDeviceSpecAttr device =
      getDevice(module ? getSystem(module) : TargetSystemSpecAttr());
  return device ? getEntry(device, key) : Attribute();
}

/// Reads a whole number from `least` to `most` if it is stated.
static LogicalResult readNumber(Operation *op, StringRef key, int64_t least,
                                int64_t most, int64_t &number) {
  Attribute stated = findFact(op, key);
  if (!stated)
    return success();
  auto value = dyn_cast<IntegerAttr>(stated);
  if (!value || !value.getType().isSignlessInteger(64) ||
      value.getInt() < least || value.getInt() > most)
    return op->emitError() << "target fact '" << key << "' is " << stated
                           << ", expected " << least << " to " << most;
  number = value.getInt();
  return success();
}

FailureOr<TargetFacts> bitnet::readTargetFacts(Operation *op) {
  TargetFacts facts;
  int64_t fastPermute16 = 0;
  if (failed(readNumber(op, kThreads, 0, kMaxThreads, facts.threads)) ||
      failed(readNumber(op, kVScale, 1, 16, facts.vscale)) ||
      failed(readNumber(op, kL1dBytes, 4096, 1 << 20, facts.l1dBytes)) ||
      failed(readNumber(op, kFastPermute16, 0, 1, fastPermute16)))
    return failure();
  facts.hasFastPermute16 = fastPermute16 == 1;
  if (Attribute stated = findFact(op, kBytesPerCycle)) {
    auto value = dyn_cast<FloatAttr>(stated);
    if (!value || !(value.getValueAsDouble() > 0))
      return op->emitError() << "target fact '" << kBytesPerCycle << "' is "
                             << stated << ", expected a float above 0";
    facts.bytesPerCycle = value.getValueAsDouble();
  }
  return facts;
}
