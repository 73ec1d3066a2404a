//===- CpuFeaturesAArch64.cpp - What this ARM processor can do ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifdef __aarch64__

#include "CpuFeatures.h"

#include <cstdint>
#include <cstring>
#include <sys/auxv.h>

using namespace bitnet::runtime;

namespace {
struct Row {
  const char *name;
  uint64_t first, second; // bits of AT_HWCAP and AT_HWCAP2, all of them needed
};
} // namespace

static constexpr Row rows[] = {
#define AARCH64_FEATURE(name, use, hwcap, hwcap2) {name, hwcap, hwcap2},
#include "bitnet/Runtime/CpuFeatures.def"
};

Feature bitnet::runtime::hostFeature(const char *name) {
  for (const Row &row : rows) {
    if (strcmp(row.name, name) != 0)
      continue;
    bool present = (getauxval(AT_HWCAP) & row.first) == row.first &&
                   (getauxval(AT_HWCAP2) & row.second) == row.second;
    return present ? Feature::Present : Feature::Missing;
  }
  return Feature::Unknown;
}

#endif // __aarch64__
