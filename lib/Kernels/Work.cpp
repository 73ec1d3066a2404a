//===- Work.cpp - What a kernel function does -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execution.h"
#include "Isa.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

Work &Work::operator+=(const Work &other) {
  cycles += other.cycles;
  l2Bytes += other.l2Bytes;
  memoryBytes += other.memoryBytes;
  return *this;
}

Work Work::operator*(double times) const {
  return {cycles * times, l2Bytes * times, memoryBytes * times};
}

//===----------------------------------------------------------------------===//
// Ports
//===----------------------------------------------------------------------===//

/// Registers of so many bits that ports take in a cycle.
static double perCycle(const PortFacts &ports, double bits) {
  return std::min(double(ports.count), ports.bits / bits);
}

/// Loads seldom find all their ports free: measured on Zen 5.
static constexpr double kLoadShare = 0.85;

/// The cycles that one step takes the busiest ports.
static double cyclesOf(const Operations &o, double bits,
                       const TargetFacts &facts) {
  double onPermutes = o.permutes + (facts.shiftsPermute ? o.shifts : 0);
  double vector = o.vector + o.permutes + o.dots + o.shifts;
  double all = vector + o.stores + (o.loads + o.scalars) / 2;
  return std::max({vector / perCycle(facts.vectorPorts, bits),
                   onPermutes / perCycle(facts.permutePorts, bits),
                   o.dots / perCycle(facts.permutePorts, bits),
                   o.loads / perCycle(facts.loadPorts, bits) / kLoadShare,
                   all / double(facts.issueWidth)});
}

static double cyclesOf(const Loop &loop, double bits,
                       const TargetFacts &facts) {
  double cycles = cyclesOf(loop.operations, bits, facts);
  for (const Loop &inner : loop.inner)
    cycles += cyclesOf(inner, bits, facts);
  return loop.steps * cycles;
}

//===----------------------------------------------------------------------===//
// Caches
//===----------------------------------------------------------------------===//

/// Bytes by argument.
using Bytes = SmallVector<double>;

namespace {
/// What a cache of some bytes has to fetch.
class Cache {
public:
  Cache(double capacity, ArrayRef<double> sizes)
      : capacity(capacity), sizes(sizes) {}

  /// While the loop runs: all of it once if that fits, what varies in each step
  /// and the rest once if one step does, or else what each step has to fetch.
  Bytes fetched(const Loop &loop) const;

private:
  Bytes bytesOfStep(const Loop &loop, bool varying) const;

  double capacity;
  /// Of the arguments.
  ArrayRef<double> sizes;
};
} // namespace

/// Calls `body` for each access of a loop, with its bytes in all steps of those
/// within it. `steps` are those of the loops from depth `first` on.
static void forEachAccess(const Loop &loop, ArrayRef<double> steps,
                          unsigned first,
                          function_ref<void(const Access &, double)> body) {
  if (loop.steps == 0)
    return;
  for (const Access &access : loop.accesses) {
    double bytes = access.bytes;
    for (auto [number, count] : llvm::enumerate(steps))
      if (access.loops >> (first + number) & 1)
        bytes *= count;
    body(access, bytes);
  }
  for (const Loop &inner : loop.inner) {
    SmallVector<double> next(steps);
    next.push_back(inner.steps);
    forEachAccess(inner, next, first, body);
  }
}

/// The different bytes of one step of the loop: those that are others in each
/// step, or those that are not.
Bytes Cache::bytesOfStep(const Loop &loop, bool varying) const {
  Bytes bytes(sizes.size(), 0);
  forEachAccess(loop, {1}, loop.depth, [&](const Access &access, double size) {
    if (varying == (access.loops >> loop.depth & 1))
      bytes[access.argument] += size;
  });
  return bytes;
}

Bytes Cache::fetched(const Loop &loop) const {
  Bytes varying = bytesOfStep(loop, /*varying=*/true),
        bytes = bytesOfStep(loop, /*varying=*/false);
  double step = 0;
  for (auto [size, each, all] : llvm::zip(sizes, varying, bytes)) {
    step += std::min(size, each + all);
    // Loops side by side read the same.
    all = std::min(size, all + each * loop.steps);
  }
  if (step <= capacity)
    return bytes;
  bytes.assign(sizes.size(), 0);
  for (const Access &access : loop.accesses)
    bytes[access.argument] += access.bytes * loop.steps;
  for (const Loop &inner : loop.inner)
    for (auto [all, each] : llvm::zip(bytes, fetched(inner)))
      all += each * loop.steps;
  return bytes;
}

Work kernels::workOf(func::FuncOp function, const Isa &isa,
                     ArrayRef<ArgumentSizes> arguments,
                     const TargetFacts &facts) {
  Loop whole = execute(function, isa, arguments, facts);
  double bits = isa.registerBits() * (isa.isScalable() ? facts.vscale : 1);
  Work work{cyclesOf(whole, bits, facts)};
  SmallVector<double> sizes;
  for (auto [type, argument] :
       llvm::zip(function.getArgumentTypes(), arguments)) {
    sizes.push_back(bytesOf(cast<MemRefType>(type).getElementType(), facts));
    for (int64_t size : argument.sizes)
      sizes.back() *= size;
  }
  for (double bytes : Cache(facts.l1dBytes, sizes).fetched(whole))
    work.l2Bytes += bytes;
  Bytes beyondL2 = Cache(facts.l2Bytes, sizes).fetched(whole);
  for (auto [argument, bytes] : llvm::zip(arguments, beyondL2))
    if (argument.isInMemory)
      work.memoryBytes += bytes;
  return work;
}
