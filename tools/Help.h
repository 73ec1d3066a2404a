//===- Help.h - Help that fits a terminal -----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The mains of MLIR's tools show more than a thousand options of LLVM by
// --help. Ours show their own; --help-hidden still shows the rest.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TOOLS_HELP_H
#define BITNET_TOOLS_HELP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace bitnet {

/// Whether the command line asks for --help.
inline bool wantsHelp(int argc, char **argv) {
  return llvm::any_of(
      llvm::ArrayRef<char *>(argv, argc), [](llvm::StringRef argument) {
        return argument == "--help" || argument == "-help" || argument == "-h";
      });
}

} // namespace bitnet

#endif // BITNET_TOOLS_HELP_H
