//===- bitnet-opt.cpp - The pass driver -----------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Help.h"

#include "bitnet/InitAll.h"

#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/raw_ostream.h"

static constexpr llvm::StringLiteral kUsage =
    "Run passes on MLIR\n\n"
    "usage: bitnet-opt <file.mlir> [-o <file>] [--pass[=\"option=value ...\"] "
    "...]\n\n"
    "  -o <file>                       Output file, - for standard output\n"
    "  --emit-bytecode                 Write bytecode\n"
    "  --split-input-file              Each part between lines // ----- by "
    "itself\n"
    "  --verify-diagnostics            Compare errors with expected-error "
    "comments\n"
    "  --verify-roundtrip              Check that the IR survives printing\n"
    "  --mlir-print-ir-after-all       Show the IR after each pass\n"
    "  --mlir-print-ir-tree-dir=<dir>  The same in files\n"
    "  --mlir-timing                   Show how long passes take\n"
    "  --version                       Print the version\n"
    "  --help-hidden                   Show all options of MLIR and LLVM, and "
    "their passes\n\n";

static constexpr llvm::StringLiteral kStages =
    "  Its stages, with the same options, in this order:\n"
    "  --bitnet-conversion-stage, --bitnet-ternary-stage, "
    "--bitnet-kernel-stage,\n"
    "  --bitnet-buffer-stage, --bitnet-llvm-stage\n\n";

int main(int argc, char **argv) {
  bitnet::registerAllPasses();
  if (bitnet::wantsHelp(argc, argv)) {
    llvm::outs() << kUsage << "Pipelines:\n";
    mlir::PassPipelineInfo::lookup("bitnet-pipeline")->printHelpStr(2, 35);
    llvm::outs() << kStages;
    // So far only ours are registered.
    mlir::printRegisteredPasses();
    return 0;
  }
  mlir::DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  mlir::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "bitnet-mlir pass driver\n", registry));
}
