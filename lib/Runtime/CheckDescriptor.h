//===- CheckDescriptor.h - Whether a descriptor can be used -----*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_CHECKDESCRIPTOR_H
#define BITNET_LIB_RUNTIME_CHECKDESCRIPTOR_H

#include "bitnet/Runtime/Descriptor.h"
#include "bitnet/Runtime/bitnet.h"

namespace bitnet::runtime {

/// Checks everything that sessions rely on: each field by its kind in
/// Descriptor.def, and that they do not contradict each other. Version and size
/// have been checked before.
bitnet_status checkDescriptor(const char *path,
                              const bitnet_descriptor &descriptor);

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_CHECKDESCRIPTOR_H
