//===- bitnet-reduce.cpp - Make a failing module small --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Help.h"
#include "Reductions.h"

#include "bitnet/InitAll.h"

#include "mlir/InitAllPasses.h"
#include "mlir/Reducer/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (bitnet::wantsHelp(argc, argv)) {
    llvm::outs()
        << "Make an MLIR file smaller that still is interesting\n\n"
           "usage: bitnet-reduce <file.mlir> "
           "--reduce-network=\"test=<script>\" -o <file>\n\n"
           "  --reduce-network=<options>   Drop functions, outputs, operations "
           "and arguments and\n"
           "                               halve ternary matrices, while the "
           "script says 1. Options:\n"
           "                               test=<script> test-arg=<text>... "
           "seconds=<time limit, 60>\n"
           "  --reduction-tree=<options>   Upstream's: drop ranges of "
           "operations\n"
           "  --opt-reduction-pass=<opt>   Upstream's: run passes\n"
           "  -o <file>                    Output file, - for standard output\n"
           "  --mlir-print-debuginfo       Keep the locations, which messages "
           "name\n"
           "  --help-hidden                Show all options of MLIR and "
           "LLVM\n\n"
           "The script gets the name of a file, with all locations, and says "
           "whether it is\ninteresting by its exit status: 1 if it is, else "
           "not.\n";
    return 0;
  }
  bitnet::registerAllPasses();
  bitnet::reduce::registerReduceNetworkPass();
  mlir::registerAllPasses();
  mlir::registerReducerPasses();
  mlir::DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "bitnet-mlir test case reduction tool\n", registry));
}
