//===- TargetFacts.h - What is known of the machine -------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `llvm.target` does not say of the machine that code is made for, in the
// form of upstream's dialect for that:
//
//   dlti.target_system_spec = #dlti.target_system_spec<
//     "CPU" = #dlti.target_device_spec<
//       "threads" = 0 : i64, "vscale" = 1 : i64, "l1d_bytes" = 49152 : i64,
//       "fast_permute16" = 1 : i64, "bytes_per_cycle" = 4.5 : f64>>
//
// bitnet-set-target decides the facts; the passes behind it read them.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_TARGETFACTS_H
#define BITNET_SUPPORT_TARGETFACTS_H

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace bitnet {

/// Ports for some kind of operation: how many may begin in a cycle, and of how
/// many bits all together.
struct PortFacts {
  int64_t count, bits;
};

struct TargetFacts {
  /// Threads that products are shared among; 0: known at run time, 1: no
  /// parallel loop.
  int64_t threads = 0;
  /// The width over 128 bits that LLVM tunes code for scalable registers for,
  /// 1 to 16.
  int64_t vscale = 1;
  /// Bytes a cycle that a core gets from memory while all of them read, above
  /// 0; nothing if not known.
  std::optional<double> bytesPerCycle;
  /// Bytes of a core's first-level data cache, 4096 to 1048576; what most
  /// processors have at least if not known.
  int64_t l1dBytes = 32 << 10;
  /// 1 where permuting the 16-bit lanes of a register takes a core no longer
  /// than permuting lanes of 32 bits, else 0.
  int64_t hasFastPermute16 = 0;

  // What predictions of times are made of. What is not known is as most
  // processors have it.
  /// Bytes of a core's second-level cache, and those that come from it in a
  /// cycle.
  int64_t l2Bytes = 1 << 20, l2BytesPerCycle = 32;
  /// Operations on vectors; those of them that permute lanes; and loads.
  PortFacts vectorPorts = {3, 1024}, permutePorts = {1, 512},
            loadPorts = {2, 1024};
  /// 1 where shifts of lanes need the ports of permutes, else 0.
  int64_t shiftsPermute = 0;
  /// Operations of any kind that begin in a cycle.
  int64_t issueWidth = 4;
};

/// As many threads as bitnet-run offers a session.
inline constexpr int64_t kMaxThreads = 1024;

void writeTargetFacts(mlir::ModuleOp module, const TargetFacts &facts);

/// The facts of the module around `op`. What is not stated is as above; a fact
/// that cannot be is an error at `op`.
mlir::FailureOr<TargetFacts> readTargetFacts(mlir::Operation *op);

} // namespace bitnet

#endif // BITNET_SUPPORT_TARGETFACTS_H
