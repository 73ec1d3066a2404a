//===- bitnet-lsp-server.cpp - Our dialects in an editor ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Help.h"

#include "bitnet/InitAll.h"

#include "mlir/IR/Dialect.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (bitnet::wantsHelp(argc, argv)) {
    llvm::outs()
        << "Language server for MLIR with the dialects of bitnet-mlir, on "
           "standard "
           "input and\noutput\n\n"
           "usage: bitnet-lsp-server [options]\n\n"
           "  --input-style=<style>  json (default), or delimited, for "
           "tests\n"
           "  --log=<level>          error, info (default) or verbose, "
           "to standard error\n"
           "  --pretty               Print JSON for people\n"
           "  --help-hidden          Show all options of LLVM\n";
    return 0;
  }
  mlir::DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
