//===- RequiredFeatures.cpp - What a processor must have --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RequiredFeatures.h"

#include "dialects/Model/Model.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace bitnet;
using bitnet::model::ModelDialect;

namespace {
enum Use { InCode, OnDemand };
} // namespace

/// The features that the runtime can check on an architecture.
static llvm::StringMap<Use> knownFeatures(llvm::Triple::ArchType architecture) {
  if (architecture == llvm::Triple::aarch64)
    return {
#define AARCH64_FEATURE(name, use, hwcap, hwcap2) {name, use},
#include "bitnet/Runtime/CpuFeatures.def"
    };
  return {
#define X86_FEATURE(name, use, leaf, subleaf, register, bit, state) {name, use},
#include "bitnet/Runtime/CpuFeatures.def"
  };
}

FailureOr<std::vector<std::string>>
bitnet::requiredFeatures(ModuleOp module, LLVM::TargetAttr target) {
  llvm::Triple triple(target.getTriple().getValue());
  llvm::StringMap<Use> known = knownFeatures(triple.getArch());
  std::vector<std::string> names;
  if (LLVM::TargetFeaturesAttr features = target.getFeatures())
    for (StringAttr feature : features.getFeatures()) {
      StringRef name = feature.getValue();
      if (!name.consume_front("+"))
        continue;
      auto found = known.find(name);
      if (found != known.end() && found->second == InCode)
        names.push_back(name.str());
    }
  auto kernels = module->getAttrOfType<ArrayAttr>(ModelDialect::kFeatures);
  if (!kernels)
    return names;
  for (StringRef name : model::getNames(kernels)) {
    if (!known.contains(name))
      return module.emitError()
             << "the kernels need feature '" << name << "', which the runtime "
             << "cannot check on " << triple.getArchName();
    if (!llvm::is_contained(names, name))
      names.push_back(name.str());
  }
  return names;
}
