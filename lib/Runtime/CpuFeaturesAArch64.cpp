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

static constexpr uint64_t bit(int number) { return uint64_t(1) << number; }

// LLVM's names, by Linux's bits in the auxiliary vector. The kernel sets a bit
// only if it also keeps the registers. Numbers, since the system's header may
// be older than the processor.
static constexpr Row rows[] = {
    {"fp-armv8", bit(0), 0},
    {"neon", bit(1), 0},
    {"aes", bit(3) | bit(4), 0},
    {"sha2", bit(5) | bit(6), 0},
    {"crc", bit(7), 0},
    {"lse", bit(8), 0},
    {"fullfp16", bit(9) | bit(10), 0},
    {"rdm", bit(12), 0},
    {"jsconv", bit(13), 0},
    {"complxnum", bit(14), 0},
    {"rcpc", bit(15), 0},
    {"ccpp", bit(16), 0},
    {"sha3", bit(17) | bit(21), 0},
    {"sm4", bit(18) | bit(19), 0},
    {"dotprod", bit(20), 0},
    {"sve", bit(22), 0},
    {"fp16fml", bit(23), 0},
    {"dit", bit(24), 0},
    {"lse2", bit(25), 0},
    {"rcpc-immo", bit(26), 0},
    {"flagm", bit(27), 0},
    {"ssbs", bit(28), 0},
    {"sb", bit(29), 0},
    {"pauth", bit(30) | bit(31), 0},
    {"ccdp", 0, bit(0)},
    {"sve2", 0, bit(1)},
    {"sve-aes", 0, bit(2) | bit(3)},
    {"sve-bitperm", 0, bit(4)},
    {"sve-sha3", 0, bit(5)},
    {"sve-sm4", 0, bit(6)},
    {"altnzcv", 0, bit(7)},
    {"fptoint", 0, bit(8)},
    {"f32mm", 0, bit(10)},
    {"f64mm", 0, bit(11)},
    {"i8mm", 0, bit(13)},
    {"bf16", 0, bit(14)},
    {"rand", 0, bit(16)},
    {"bti", 0, bit(17)},
    {"mte", 0, bit(18)},
    {"sme", 0, bit(23)},
    {"sme-i16i64", 0, bit(24)},
    {"sme-f64f64", 0, bit(25)},
    {"sme-fa64", 0, bit(30)},
    {"wfxt", 0, bit(31)},
    {"cssc", 0, bit(34)},
    {"sve2p1", 0, bit(36)},
    {"sme2", 0, bit(37)},
    {"sme2p1", 0, bit(38)},
    {"mops", 0, bit(43)},
    {"hbc", 0, bit(44)},
    {"sve-b16b16", 0, bit(45)},
    {"rcpc3", 0, bit(46)},
    {"lse128", 0, bit(47)},
    {"lut", 0, bit(49)},
    {"faminmax", 0, bit(50)},
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
