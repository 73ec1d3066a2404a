//===- Allocator.h - What a program asks of malloc --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_ALLOCATOR_H
#define BITNET_SUPPORT_ALLOCATOR_H

#include <malloc.h>

namespace bitnet {

/// Lets malloc keep what is freed. A call of a model allocates its buffers and
/// frees them; by default glibc gives those of a hundred tokens back to the
/// kernel, and every call takes page after page from it again. For programs,
/// whose malloc is theirs, not for libraries.
inline void keepFreedMemory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20); // the most that glibc allows
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

} // namespace bitnet

#endif // BITNET_SUPPORT_ALLOCATOR_H
