//===- Error.cpp - The last error of a host thread ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"

#include <cstdarg>
#include <cstdio>
#include <string>

static thread_local std::string lastError;

bitnet_status bitnet::runtime::fail(bitnet_status status, const char *format,
                                    ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  lastError.assign(length < 0 ? 0 : size_t(length) + 1, '\0');
  vsnprintf(lastError.data(), lastError.size(), format, again);
  va_end(again);
  return status;
}

const char *bitnet_last_error(void) { return lastError.c_str(); }

const char *bitnet_version(void) { return BITNET_VERSION; }
