//===- Contenders.h - What is to be measured --------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_CONTENDERS_H
#define TOOLS_BITNET_BENCH_CONTENDERS_H

#include "Measure.h"

#include <optional>

namespace bitnet::bench {

/// What to leave out; all that is empty means everything.
struct ContenderOptions {
  std::vector<int64_t> tokens;
  std::vector<std::string> cpus, isas, kernels;
};

/// "ROWSxDEPTH"; whether the matrix fits the memory is seen later.
std::optional<kernels::MatrixShape> parseShape(llvm::StringRef text);

/// For each shape the kernels that this machine runs, fastest instruction sets
/// first. By default the sets of lesser levels are compiled for those, so that
/// the compiler adds nothing of a better one, and all others for this machine,
/// whose facts tune them; of processors that were named the best set and the
/// best dot products are taken.
llvm::Expected<std::vector<std::vector<Contender>>>
selectContenders(mlir::MLIRContext &context,
                 llvm::ArrayRef<kernels::MatrixShape> shapes,
                 const ContenderOptions &options);

/// For each shape that the files of choices name the kernels of all of its
/// entries, compiled for the first of the processors or this machine.
llvm::Expected<std::vector<std::vector<Contender>>>
readContenders(mlir::MLIRContext &context, llvm::ArrayRef<std::string> paths,
               const ContenderOptions &options);

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_CONTENDERS_H
