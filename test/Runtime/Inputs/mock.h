//===- mock.h - What the models of these tests share ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the hand-written models of these tests share. They play the part of
// compiled objects, so that the runtime is tested apart from the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TEST_RUNTIME_MOCK_H
#define BITNET_TEST_RUNTIME_MOCK_H

#include "bitnet/Runtime/Descriptor.h"

#include <stddef.h>

#define CONSTANT(value) BITNET_DIM_CONSTANT, value
#define SYMBOL(number) BITNET_DIM_SYMBOL, number
#define ADD BITNET_DIM_ADD, 0
#define MUL BITNET_DIM_MUL, 0
#define MOD BITNET_DIM_MOD, 0
#define EXPRESSION(...) ((const int64_t[]){__VA_ARGS__, BITNET_DIM_END})
#define COUNT(array) ((int32_t)(sizeof(array) / sizeof(array[0])))
/// A list and its count, as the descriptor has them.
#define LIST(array) array, COUNT(array)
#define DIMS(...) LIST(((const int64_t *const[]){__VA_ARGS__}))
#define TEXT(string) string, sizeof(string) - 1

enum { INT = 0, UINT = 1, FLOAT = 2, BFLOAT = 4, BOOL = 6 };

/// A strided descriptor; sizes come before strides.
typedef struct {
  void *allocated, *aligned;
  int64_t offset;
  int64_t sizesAndStrides[];
} memref;

static inline int64_t size(const memref *ref, int dimension) {
  return ref->sizesAndStrides[dimension];
}

static inline void setStatus(void *argument, int64_t status) {
  *(int64_t *)((memref *)argument)->aligned = status;
}

#ifndef VERSION
#define VERSION BITNET_DESCRIPTOR_VERSION
#endif

/// What a descriptor begins with: a version, the target and a feature, if
/// FEATURE names one.
#ifdef __aarch64__
#define TARGET .triple = "aarch64-unknown-linux-gnu", .cpu = "cortex-a72"
#define BASE_FEATURE "neon"
#else
#define TARGET .triple = "x86_64-unknown-linux-gnu", .cpu = "x86-64-v2"
#define BASE_FEATURE "sse2"
#endif

#ifdef FEATURE
static const char *const features[] = {FEATURE};
#define FEATURES .features = features, .feature_count = COUNT(features)
#else
#define FEATURES .feature_count = 0
#endif

#define HEAD                                                                   \
  .version = VERSION, .bytes = sizeof(bitnet_descriptor), TARGET, FEATURES

/// Arrays of the names that every mock gives them.
#define BOUNDARY                                                               \
  .symbols = symbols, .symbol_count = COUNT(symbols), .inputs = inputs,        \
  .input_count = COUNT(inputs), .outputs = outputs,                            \
  .output_count = COUNT(outputs)
/// A model without caches.
#define STATELESS .position_symbol = -1, .sequence_symbol = -1

#endif // BITNET_TEST_RUNTIME_MOCK_H
