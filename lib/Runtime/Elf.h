//===- Elf.h - Look at an object before loading it --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_ELF_H
#define BITNET_LIB_RUNTIME_ELF_H

#include "bitnet/Runtime/bitnet.h"

namespace bitnet::runtime {

/// Checks that the file exists and is a whole shared object for this machine:
/// the loader would map a truncated one and crash later.
bitnet_status checkElf(const char *path);

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_ELF_H
