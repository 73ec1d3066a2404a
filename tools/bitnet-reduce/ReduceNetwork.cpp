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

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"

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
    return "Drop functions, outputs and operations and halve ternary matrices "
           "while the module stays interesting";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<tensor::TensorDialect>();
  }
  void runOnOperation() override;

private:
  /// The exit status of the program for the module, which it gets with all
  /// locations, since messages name them. Below zero, with the reason in `why`,
  /// where it has none.
  int ask(ModuleOp module, std::string &why);
  bool isInteresting(ModuleOp module) {
    std::string why;
    return ask(module, why) == 1;
  }
  /// Applies the reduction wherever the module stays interesting; whether it
  /// did anywhere.
  bool reduce(Reduction reduction, OwningOpRef<ModuleOp> &module);

  Option<std::string> test{
      *this, "test",
      llvm::cl::desc("Program that gets the name of a file and ends with 1 if "
                     "it is interesting, with 0 if not")};
  ListOption<std::string> testArguments{
      *this, "test-arg", llvm::cl::desc("Arguments before the name")};
  Option<unsigned> seconds{
      *this, "seconds",
      llvm::cl::desc("How long the program may run; what takes longer is not "
                     "interesting"),
      llvm::cl::init(60)};
};
} // namespace

int ReduceNetwork::ask(ModuleOp module, std::string &why) {
  int file;
  SmallString<128> path;
  if (std::error_code error = llvm::sys::fs::createTemporaryFile(
          "bitnet-reduce", "mlir", file, path)) {
    why = "no temporary file: " + error.message();
    return -1;
  }
  llvm::FileRemover remover(path);
  {
    llvm::raw_fd_ostream stream(file, /*shouldClose=*/true);
    module->print(stream, OpPrintingFlags().enableDebugInfo());
    stream.flush();
    if (std::error_code error = stream.error()) {
      stream.clear_error();
      why = path.str().str() + ": " + error.message();
      return -1;
    }
  }
  SmallVector<StringRef> arguments = {test};
  arguments.append(testArguments.begin(), testArguments.end());
  arguments.push_back(path);
  return llvm::sys::ExecuteAndWait(test, arguments, /*Env=*/std::nullopt,
                                   /*Redirects=*/{}, seconds,
                                   /*MemoryLimit=*/0, &why);
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
  OwningOpRef<ModuleOp> module = getOperation().clone();
  std::string why;
  if (int status = ask(*module, why); status != 1) {
    // Without the module, which may be large.
    InFlightDiagnostic error = emitError(getOperation().getLoc());
    error << "'" << test << "' ended with ";
    if (status < 0)
      error << "an error (" << why << ")";
    else
      error << status;
    error << ", expected 1, which says that this is interesting";
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
