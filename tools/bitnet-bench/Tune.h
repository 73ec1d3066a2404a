//===- Tune.h - Search the parameters of kernels -------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_TUNE_H
#define TOOLS_BITNET_BENCH_TUNE_H

#include "Measure.h"

namespace bitnet::bench {

struct TuneOptions {
  std::string cpu = "host";
  int threads = 1;
  /// Seconds of calls for each candidate, in all rounds together.
  double seconds = 0.3;
};

/// The fastest kernels found for weights of this shape: one parameter after the
/// other, from lib/Kernels' own choice on.
llvm::Expected<kernels::Selection> tune(mlir::MLIRContext &context,
                                        const kernels::MatrixShape &shape,
                                        const TuneOptions &options,
                                        Memory &memory);

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_TUNE_H
