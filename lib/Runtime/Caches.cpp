//===- Caches.cpp - Memory of stateful models -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Session.h"
#include "bitnet/Runtime/DimExpression.h"

#include <cinttypes>
#include <sys/mman.h>

using namespace bitnet::runtime;

/// A cache line, and the widest vector.
static constexpr size_t kAlignment = 64;

Caches::~Caches() {
  if (memory)
    munmap(memory, size);
}

bitnet_status Caches::allocate(const Model &model, int64_t batch) {
  const bitnet_descriptor &descriptor = model.get();
  std::vector<int64_t> symbols(size_t(descriptor.symbol_count), kUnbound);
  if (model.batchSymbol() >= 0)
    symbols[size_t(model.batchSymbol())] = batch;
  for (int32_t i = 0; i < descriptor.cache_count; ++i) {
    const bitnet_descriptor_value &value = descriptor.caches[i];
    size_t bytes = (value.bits + 7u) / 8;
    bool fits = true;
    std::vector<int64_t> &shape = shapes.emplace_back();
    for (int32_t d = 0; d < value.rank; ++d) {
      shape.push_back(evaluate(value.dims[d], symbols).value_or(-1));
      fits = fits && shape.back() >= 0 &&
             !__builtin_mul_overflow(bytes, size_t(shape.back()), &bytes);
    }
    offsets.push_back(size);
    fits = fits && !__builtin_add_overflow(size, bytes, &size) &&
           !__builtin_add_overflow(size, kAlignment - 1, &size);
    size = size / kAlignment * kAlignment;
    if (!fits)
      return fail(BITNET_ERROR_MEMORY,
                  "%s: cache '%s': expected a size that fits the memory for a "
                  "batch of %" PRId64,
                  model.path(), value.name, batch);
  }
  if (size == 0)
    return BITNET_OK;
  memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED)
    return BITNET_OK;
  memory = nullptr;
  return fail(BITNET_ERROR_MEMORY,
              "%s: expected %zu bytes of memory for the caches", model.path(),
              size);
}
