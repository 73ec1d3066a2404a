//===- Error.h - The last error of a host thread ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_ERROR_H
#define BITNET_LIB_RUNTIME_ERROR_H

#include "bitnet/Runtime/bitnet.h"

namespace bitnet::runtime {

/// Keeps the formatted text for bitnet_last_error of this host thread and
/// returns the status, so that a check is one `return fail(…)`.
__attribute__((format(printf, 2, 3))) bitnet_status fail(bitnet_status status,
                                                         const char *format,
                                                         ...);

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_ERROR_H
