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
static constexpr StringLiteral kBytesPerCycle = "bytes_per_cycle";

namespace {
/// A fact that is a whole number from `least` to `most`.
struct Number {
  StringLiteral key;
  int64_t least, most;
  int64_t &(*of)(TargetFacts &);
  /// Whether it is stated although it is as in most processors.
  bool isAlwaysStated = false;
};
} // namespace

/// A place in the facts.
#define BITNET_FACT(MEMBER)                                                    \
  [](TargetFacts &facts) -> int64_t & { return facts.MEMBER; }

static constexpr int64_t kMostPorts = 16, kMostBits = 1 << 16;
static const Number kNumbers[] = {
    {"threads", 0, kMaxThreads, BITNET_FACT(threads), true},
    {"vscale", 1, 16, BITNET_FACT(vscale), true},
    {"l1d_bytes", 4096, 1 << 20, BITNET_FACT(l1dBytes), true},
    {"l2_bytes", 4096, 1 << 30, BITNET_FACT(l2Bytes)},
    {"l2_bytes_per_cycle", 1, 1024, BITNET_FACT(l2BytesPerCycle)},
    {"vector_ports", 1, kMostPorts, BITNET_FACT(vectorPorts.count)},
    {"vector_bits", 64, kMostBits, BITNET_FACT(vectorPorts.bits)},
    {"permute_ports", 1, kMostPorts, BITNET_FACT(permutePorts.count)},
    {"permute_bits", 64, kMostBits, BITNET_FACT(permutePorts.bits)},
    {"load_ports", 1, kMostPorts, BITNET_FACT(loadPorts.count)},
    {"load_bits", 64, kMostBits, BITNET_FACT(loadPorts.bits)},
    {"issue_width", 1, kMostPorts, BITNET_FACT(issueWidth)},
    {"fast_permute16", 0, 1, BITNET_FACT(hasFastPermute16)},
    {"shifts_permute", 0, 1, BITNET_FACT(shiftsPermute)},
};
#undef BITNET_FACT

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
  SmallVector<StringRef> keys = {kBytesPerCycle};
  for (const Number &number : kNumbers)
    keys.push_back(number.key);
  if (TargetSystemSpecAttr known = getSystem(module)) {
    system = entriesBut(known.getEntries(), {kDevice});
    if (TargetDeviceSpecAttr device = getDevice(known))
      entries = entriesBut(device.getEntries(), keys);
  }
  auto add = [&](StringRef key, Attribute value) {
    entries.push_back(DataLayoutEntryAttr::get(b.getStringAttr(key), value));
  };
  TargetFacts most, these = facts;
  for (const Number &number : kNumbers)
    if (int64_t value = number.of(these);
        number.isAlwaysStated || value != number.of(most))
      add(number.key, b.getI64IntegerAttr(value));
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

/// Reads a number if it is stated.
static LogicalResult readNumber(Operation *op, const Number &fact,
                                int64_t &number) {
  Attribute stated = findFact(op, fact.key);
  if (!stated)
    return success();
  auto value = dyn_cast<IntegerAttr>(stated);
  if (!value || !value.getType().isSignlessInteger(64) ||
      value.getInt() < fact.least || value.getInt() > fact.most)
    return op->emitError() << "target fact '" << fact.key << "' is " << stated
                           << ", expected " << fact.least << " to "
                           << fact.most;
  number = value.getInt();
  return success();
}

FailureOr<TargetFacts> bitnet::readTargetFacts(Operation *op) {
  TargetFacts facts;
  for (const Number &number : kNumbers)
    if (failed(readNumber(op, number, number.of(facts))))
      return failure();
  if (Attribute stated = findFact(op, kBytesPerCycle)) {
    auto value = dyn_cast<FloatAttr>(stated);
    if (!value || !(value.getValueAsDouble() > 0))
      return op->emitError() << "target fact '" << kBytesPerCycle << "' is "
                             << stated << ", expected a float above 0";
    facts.bytesPerCycle = value.getValueAsDouble();
  }
  return facts;
}
