//===- BitnetSetTarget.cpp - Write the module's target --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Support/TargetFacts.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

namespace bitnet {
#define GEN_PASS_DEF_BITNETSETTARGET
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct BitnetSetTarget : bitnet::impl::BitnetSetTargetBase<BitnetSetTarget> {
  using BitnetSetTargetBase::BitnetSetTargetBase;

  LogicalResult initialize(MLIRContext *) override {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    return success();
  }

  void runOnOperation() override;
};
} // namespace

/// Of what LLVM tunes code for, scalable registers over 128 bits.
static unsigned findVScale(const llvm::Target &backend,
                           const llvm::Triple &triple, StringRef processor,
                           StringRef features) {
  std::unique_ptr<llvm::TargetMachine> machine(backend.createTargetMachine(
      triple, processor, features, llvm::TargetOptions(), std::nullopt));
  llvm::LLVMContext context;
  llvm::Module module("", context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), false);
  auto *function = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, "f", module);
  function->addFnAttr("target-cpu", processor);
  function->addFnAttr("target-features", features);
  return machine->getTargetTransformInfo(*function)
      .getVScaleForTuning()
      .value_or(1);
}

/// What is known of the processor beside LLVM's features.
static TargetFacts findFacts(StringRef processor) {
  TargetFacts facts;
#define BITNET_PROCESSOR(name, l1dKiB, fastPermute16)                          \
  if (processor == (name)) {                                                   \
    facts.l1dBytes = (l1dKiB) << 10;                                           \
    facts.hasFastPermute16 = (fastPermute16);                                  \
  }
#define BITNET_CORE(name, vector, permute, shiftsOnPermutes, loads, width,     \
                    l2KiB, l2Rate, rate)                                       \
  if (processor == (name)) {                                                   \
    facts.vectorPorts = PortFacts vector;                                      \
    facts.permutePorts = PortFacts permute;                                    \
    facts.shiftsPermute = (shiftsOnPermutes);                                  \
    facts.loadPorts = PortFacts loads;                                         \
    facts.issueWidth = (width);                                                \
    facts.l2Bytes = (l2KiB) << 10;                                             \
    facts.l2BytesPerCycle = (l2Rate);                                          \
    facts.bytesPerCycle = (rate);                                              \
  }
#include "Processors.def"
  return facts;
}

void BitnetSetTarget::runOnOperation() {
  ModuleOp module = getOperation();
  std::string hostTriple = llvm::sys::getDefaultTargetTriple();
  llvm::Triple target(
      llvm::Triple::normalize(triple.empty() ? hostTriple : triple));
  std::string message;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(target, message);
  if (!backend) {
    module.emitError() << "triple '" << target.str() << "': " << message;
    return signalPassFailure();
  }
  std::string processor = cpu;
  llvm::SubtargetFeatures wanted;
  if (processor == "host") {
    llvm::Triple host(hostTriple);
    if (host.getArch() != target.getArch()) {
      module.emitError() << "cpu 'host' is a " << host.getArchName()
                         << " processor, but the triple is '" << target.str()
                         << "': name the cpu";
      return signalPassFailure();
    }
    processor = llvm::sys::getHostCPUName().str();
    // What the processor's model could do, the machine may have switched off.
    for (const auto &feature : llvm::sys::getHostCPUFeatures())
      wanted.AddFeature(feature.first(), feature.second);
  }
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      backend->createMCSubtargetInfo(target, "", ""));
  if (!subtarget || !subtarget->isCPUStringValid(processor)) {
    module.emitError() << "cpu '" << processor << "' is not known for triple '"
                       << target.str()
                       << "': expected host, or a name that LLVM knows";
    return signalPassFailure();
  }
  subtarget.reset(
      backend->createMCSubtargetInfo(target, processor, wanted.getString()));
  SmallVector<StringRef> enabled;
  SmallVector<std::string> names;
  for (const llvm::SubtargetFeatureKV &feature :
       subtarget->getAllProcessorFeatures())
    if (subtarget->getFeatureBits().test(feature.Value))
      names.push_back("+" + std::string(feature.Key));
  llvm::append_range(enabled, names);
  MLIRContext *context = &getContext();
  if (bytesPerCycle < 0) {
    module.emitError() << "bytes-per-cycle is " << double(bytesPerCycle)
                       << ", expected 0 or more";
    return signalPassFailure();
  }
  if (threads < 0 || threads > kMaxThreads) {
    module.emitError() << "threads is " << int64_t(threads)
                       << ", expected 0 to " << kMaxThreads;
    return signalPassFailure();
  }
  TargetFacts facts = findFacts(processor);
  facts.threads = threads;
  facts.vscale = findVScale(*backend, target, processor, wanted.getString());
  if (bytesPerCycle > 0)
    facts.bytesPerCycle = bytesPerCycle;
  writeTargetFacts(module, facts);
  module->setAttr(
      LLVM::LLVMDialect::getTargetAttrName(),
      LLVM::TargetAttr::get(context, StringAttr::get(context, target.str()),
                            StringAttr::get(context, processor),
                            LLVM::TargetFeaturesAttr::get(context, enabled)));
}
