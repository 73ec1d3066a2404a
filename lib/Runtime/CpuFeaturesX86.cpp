//===- CpuFeaturesX86.cpp - What this x86-64 processor can do -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifdef __x86_64__

#include "CpuFeatures.h"

#include <cpuid.h>
#include <cstdint>
#include <cstring>

using namespace bitnet::runtime;

namespace {
enum Register { EAX, EBX, ECX, EDX };

/// Register state that the system has to save: bits of XCR0.
enum State : uint64_t { None = 0, Avx = 0x6, Avx512 = 0xe6, Amx = 0x60000 };

struct Row {
  const char *name;
  uint32_t leaf, subleaf;
  Register reg;
  int bit;
  State state;
};
} // namespace

static constexpr Row rows[] = {
#define X86_FEATURE(name, use, leaf, subleaf, register, bit, state)            \
  {name, leaf, subleaf, register, bit, state},
#include "bitnet/Runtime/CpuFeatures.def"
};

/// XCR0, or 0 if the system does not use XSAVE.
static uint64_t savedState() {
  uint32_t regs[4];
  if (!__get_cpuid(1, &regs[0], &regs[1], &regs[2], &regs[3]) ||
      !(regs[ECX] >> 27 & 1))
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

Feature bitnet::runtime::hostFeature(const char *name) {
  for (const Row &row : rows) {
    if (strcmp(row.name, name) != 0)
      continue;
    uint32_t regs[4];
    if (!__get_cpuid_count(row.leaf, row.subleaf, &regs[0], &regs[1], &regs[2],
                           &regs[3]))
      return Feature::Missing;
    // Subleaves past the last hold no defined bits.
    uint32_t last[4];
    if (row.leaf == 7 && row.subleaf > 0 &&
        (!__get_cpuid_count(7, 0, &last[0], &last[1], &last[2], &last[3]) ||
         last[EAX] < row.subleaf))
      return Feature::Missing;
    bool present = regs[row.reg] >> row.bit & 1;
    bool saved = (savedState() & row.state) == row.state;
    return present && saved ? Feature::Present : Feature::Missing;
  }
  return Feature::Unknown;
}

#endif // __x86_64__
