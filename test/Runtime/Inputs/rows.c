//===- rows.c - A model without state -------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y[t, j] = (j + 1) * sum of x[t, :], for x float32 [tokens, 8]. Switches:
// VERSION, FEATURE, WEIGHTS (adds a value of the side file), UNSOUND, UNBOUND,
// NO_RUN. With -fopenmp the rows are shared among threads.
//
//===----------------------------------------------------------------------===//

#include "mock.h"

static void *weights;

static void run(void *const *arguments) {
  const memref *x = arguments[0], *y = arguments[1];
  const float *in = x->aligned;
  float *out = y->aligned;
#ifdef _OPENMP
#pragma omp parallel for
#endif
  for (int64_t t = 0; t < size(x, 0); ++t) {
    float sum = weights ? *(const unsigned char *)weights : 0;
    for (int64_t d = 0; d < 8; ++d)
      sum += in[t * 8 + d];
    for (int64_t j = 0; j < 4; ++j)
      out[t * 4 + j] = sum * (float)(j + 1);
  }
  setStatus(arguments[2], 0);
}

static const char *const symbols[] = {"tokens", "unused"};

#ifdef UNSOUND
#define TOKENS EXPRESSION(SYMBOL(0), ADD)
#else
#define TOKENS EXPRESSION(SYMBOL(0))
#endif

#ifdef UNBOUND
#define COLUMNS EXPRESSION(SYMBOL(1))
#else
#define COLUMNS EXPRESSION(CONSTANT(4))
#endif

static const bitnet_descriptor_value inputs[] = {
    {"x", FLOAT, 32, DIMS(TOKENS, EXPRESSION(CONSTANT(8)))}};
static const bitnet_descriptor_value outputs[] = {
    {"y", FLOAT, 32, DIMS(TOKENS, COLUMNS)}};
static const bitnet_descriptor_layer layers[] = {
    {"/MatMul", 4, 8, "Generic", "lut,add", "3-in-5", 1.6667, "any cpu"}};

#ifdef NO_RUN
#define RUN NULL
#else
#define RUN run
#endif

const bitnet_descriptor bitnet_model_descriptor = {
    HEAD,
    BOUNDARY,
    STATELESS,
    .layers = layers,
    .layer_count = COUNT(layers),
    .allocations = 3,
    .run = RUN,
#ifdef WEIGHTS
    .weights_bytes = 4,
    .weights_hash = 0x4d25767f9dce13f5, // FNV-1a of the bytes 0 0 0 0
#endif
    .weights = &weights};
