//===- ReduceNetwork.cpp - Make a network small ---------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's reduction tree drops ranges of operations, which leaves what is
// seldom valid of a network, and applies patterns once. This pass takes each
// reduction wherever it can be, until none leaves the module interesting.
//
//===----------------------------------------------------------------------===//

#include "Reductions.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Reducer/Tester.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace bitnet::reduce;

namespace {
class ReduceNetwork
    : public PassWrapper<ReduceNetwork, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReduceNetwork)

  ReduceNetwork() = default;
  ReduceNetwork(const ReduceNetwork &other) : PassWrapper(other) {}
  StringRef getArgument() const override { return "reduce-network"; }
  StringRef getDescription() const override {
    return "Drop outputs and operations and halve ternary matrices while the "
           "module stays interesting";
  }
  void runOnOperation() override;

private:
  bool isInteresting(ModuleOp module);
  /// Applies the reduction wherever the module stays interesting; whether it
  /// did anywhere.
  bool reduce(Reduction reduction, OwningOpRef<ModuleOp> &module);

  Option<std::string> test{
      *this, "test",
      llvm::cl::desc("Program that gets the name of a file and ends with 1 if "
                     "it is interesting, with 0 if not")};
  ListOption<std::string> testArguments{
      *this, "test-arg", llvm::cl::desc("Arguments before the name")};
};
} // namespace

bool ReduceNetwork::isInteresting(ModuleOp module) {
  return Tester(test, testArguments).isInteresting(module).first ==
         Tester::Interestingness::True;
}

/// Drops what is not needed any more; false if the rest is not valid.
static bool cleanUp(ModuleOp module) {
  IRRewriter rewriter(module.getContext());
  (void)runRegionDCE(rewriter, module->getRegions());
  ScopedDiagnosticHandler silent(module.getContext(),
                                 [](Diagnostic &) { return success(); });
  return succeeded(verify(module));
}

bool ReduceNetwork::reduce(Reduction reduction, OwningOpRef<ModuleOp> &module) {
  bool changed = false;
  // Where a place has been reduced, the next one has the same index.
  for (int64_t index = 0;;) {
    OwningOpRef<ModuleOp> smaller = module->clone();
    if (!reduction(*smaller, index))
      return changed;
    if (!cleanUp(*smaller) || !isInteresting(*smaller)) {
      ++index;
      continue;
    }
    module = std::move(smaller);
    changed = true;
  }
}

void ReduceNetwork::runOnOperation() {
  // Upstream aborts where it cannot run the program.
  if (!llvm::sys::fs::can_execute(test)) {
    getOperation().emitError()
        << "expected test=<path of a program>, got '" << test << "'";
    return signalPassFailure();
  }
  OwningOpRef<ModuleOp> module = getOperation().clone();
  if (!isInteresting(*module)) {
    getOperation().emitError()
        << "'" << test
        << "' does not find this interesting, expected exit status 1";
    return signalPassFailure();
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (Reduction reduction : allReductions())
      changed |= reduce(reduction, module);
  }
  getOperation()->setAttrs(module->getOperation()->getAttrDictionary());
  getOperation().getBodyRegion().takeBody(module->getBodyRegion());
}

void bitnet::reduce::registerReduceNetworkPass() {
  PassRegistration<ReduceNetwork>();
}
