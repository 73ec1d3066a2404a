//===- Probes.h - What this machine can do at most ------------ -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Limits that the measured kernels are compared with, taken in the same run.
// Each is a small loop of one kind of instruction, written for the widest
// registers that the processor has.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_PROBES_H
#define TOOLS_BITNET_BENCH_PROBES_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace bitnet::bench {

/// The compute limits, of one thread. 0: the processor has no such instruction.
struct ComputeProbe {
  /// Products of bytes summed in 32 bits by the dot product instruction, 12
  /// independent sums; GMAC/s.
  double dot = 0;
  /// Additions of 16-bit lanes, 12 independent sums; 10^9 lanes/s.
  double add = 0;
  /// Dependent additions, one a cycle; GHz.
  double clock = 0;

  /// The limit of products of many tokens, GMAC/s of one thread: that of the
  /// dot product, or three times that of additions where there is none.
  double limit() const { return dot > 0 ? dot : 3 * add; }
  /// Keeps the larger of each.
  void merge(const ComputeProbe &other);
};
ComputeProbe probeCompute();

/// Bytes a second / 1e9 that `threads` threads, each bound to a processor of
/// its own, read from `memory`, which is far larger than any cache: four
/// streams each, with software prefetch.
double probeRead(const uint8_t *memory, size_t size, int threads);

/// The processor's name as the system tells it, or an empty string.
std::string processorName();

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_PROBES_H
