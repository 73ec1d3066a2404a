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

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (bitnet::wantsHelp(argc, argv)) {
    llvm::outs()
        << "Make an MLIR file smaller that still is interesting\n\n"
           "usage: bitnet-reduce <file.mlir> "
           "--reduce-network=\"test=<script>\" [-o <file>]\n\n"
           "  --reduce-network=<options>   Drop outputs and operations, and "
           "halve ternary\n"
           "                               matrices, while the script says 1\n"
           "  --reduction-tree=<options>   Drop ranges of operations while "
           "the script says 1\n"
           "  --opt-reduction-pass=<opt>   Run passes while the script "
           "says 1\n"
           "  -o <file>                    Output file\n"
           "  --help-hidden                Show all options of MLIR and "
           "LLVM\n\n"
           "The script gets the name of a file, and says whether it is "
           "interesting by its exit\nstatus: 1 if it is, 0 if not.\n";
    return 0;
  }
  bitnet::registerAllPasses();
  bitnet::reduce::registerReduceNetworkPass();
  mlir::registerAllPasses();
  mlir::DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
