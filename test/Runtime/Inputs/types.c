//===- types.c - A model with every element type --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One input of each element type and a copy of it; a name with a slash; a
// second dimension that is an expression of two symbols; a constraint.
//
//===----------------------------------------------------------------------===//

#include "mock.h"

#include <string.h>

#ifdef RARE
enum { VALUES = 6, SQUARE = VALUES };
static const size_t bytes[VALUES] = {2, 2, 2, 2, 4, 8};
#else
enum { VALUES = 7, SQUARE = VALUES - 1 };
static const size_t bytes[VALUES] = {4, 8, 8, 4, 1, 1, 1};
#endif

static void run(void *const *arguments) {
  for (int i = 0; i < VALUES; ++i) {
    const memref *in = arguments[i], *out = arguments[VALUES + i];
    size_t count = 1;
    // Common types: a scalar, then rank 1, then rank 2. Rare ones: rank 1.
    for (int d = 0; d < (SQUARE < VALUES && i == 0 ? 0 : i == SQUARE ? 2 : 1); ++d)
      count *= (size_t)size(in, d);
    memcpy(out->aligned, in->aligned, count * bytes[i]);
  }
  setStatus(arguments[2 * VALUES], 0);
}

static const char *const symbols[] = {"n", "m"};
#define N EXPRESSION(SYMBOL(0))
#define M EXPRESSION(SYMBOL(1))
// (n + m) * 2
#define WIDTH EXPRESSION(SYMBOL(0), SYMBOL(1), ADD, CONSTANT(2), MUL)

#ifdef RARE
#define ALL(prefix)                                                            \
  {prefix "/f2", FLOAT, 16, DIMS(N)}, {prefix "/bf", BFLOAT, 16, DIMS(N)},     \
      {prefix "/i2", INT, 16, DIMS(N)}, {prefix "/u2", UINT, 16, DIMS(N)},     \
      {prefix "/u4", UINT, 32, DIMS(N)}, {prefix "/u8", UINT, 64, DIMS(M)}
#else
#define ALL(prefix)                                                            \
  {prefix "/f4", FLOAT, 32, NULL, 0}, {prefix "/f8", FLOAT, 64, DIMS(N)},      \
      {prefix "/i8", INT, 64, DIMS(N)}, {prefix "/i4", INT, 32, DIMS(N)},      \
      {prefix "/i1", INT, 8, DIMS(N)}, {prefix "/u1", UINT, 8, DIMS(M)}, {     \
    prefix "/b1", BOOL, 8, DIMS(M, WIDTH)                                      \
  }
#endif

static const bitnet_descriptor_value inputs[] = {ALL("in")};
static const bitnet_descriptor_value outputs[] = {ALL("out")};
static const bitnet_descriptor_constraint constraints[] = {
    {"/Reshape", BITNET_CONSTRAINT_ZERO,
     EXPRESSION(SYMBOL(1), CONSTANT(2), MOD)},
    // n <= 9
    {"/Slice", BITNET_CONSTRAINT_NON_NEGATIVE,
     EXPRESSION(CONSTANT(9), SYMBOL(0), CONSTANT(-1), MUL, ADD)}};

const bitnet_descriptor bitnet_model_descriptor = {
    HEAD,
    BOUNDARY,
    .constraints = constraints,
    .constraint_count = COUNT(constraints),
    STATELESS,
    .run = run};
