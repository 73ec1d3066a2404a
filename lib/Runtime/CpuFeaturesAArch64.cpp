//===- CpuFeaturesAArch64.cpp - What this ARM processor can do ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifdef __aarch64__

#include "CpuFeatures.h"

#include <cstring>
#include <sys/auxv.h>

using namespace bitnet::runtime;

namespace {
struct Row {
  const char *name;
  bool second; // in AT_HWCAP2
  int bit;
};
} // namespace

// LLVM's names, by Linux's bit in the auxiliary vector. The kernel sets a bit
// only if it also keeps the registers.
static constexpr Row rows[] = {
    {"fp-armv8", false, 0},    {"neon", false, 1},     {"aes", false, 3},
    {"sha2", false, 6},        {"crc", false, 7},      {"lse", false, 8},
    {"fullfp16", false, 10},   {"rdm", false, 12},     {"jsconv", false, 13},
    {"complxnum", false, 14},  {"rcpc", false, 15},    {"ccpp", false, 16},
    {"sha3", false, 17},       {"sm4", false, 19},     {"dotprod", false, 20},
    {"sve", false, 22},        {"fp16fml", false, 23}, {"dit", false, 24},
    {"rcpc-immo", false, 26},  {"altnzcv", false, 27}, {"ssbs", false, 28},
    {"pauth", false, 30},      {"sve2", true, 1},      {"sve-aes", true, 2},
    {"sve2-bitperm", true, 4}, {"sve2-sha3", true, 5}, {"sve2-sm4", true, 6},
    {"fptoint", true, 8},      {"i8mm", true, 13},     {"bf16", true, 14},
    {"rand", true, 16},        {"bti", true, 17},      {"mte", true, 18},
    {"sme", true, 23},
};

Feature bitnet::runtime::hostFeature(const char *name) {
  // The base of the architecture, which has no bit of its own.
  if (strcmp(name, "v8a") == 0)
    return Feature::Present;
  for (const Row &row : rows) {
    if (strcmp(row.name, name) != 0)
      continue;
    unsigned long bits = getauxval(row.second ? AT_HWCAP2 : AT_HWCAP);
    return bits >> row.bit & 1 ? Feature::Present : Feature::Missing;
  }
  return Feature::Unknown;
}

#endif // __aarch64__
