//===- language.c - A stateful language model -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A language model over bytes whose likeliest next token is the last one of the
// session plus one, read back from a cache of 16 tokens. The largest logit is
// 5 + the sum of all tokens in the caches / 1000, so that a cache that is lost
// or shared shows. Switches: NO_MASK, NO_TOKENIZER, NOT_FINITE, EXTRA_INPUT,
// STATIC_BATCH, ONE_TOKEN (a sequence of always one), VOCABULARY, CACHE_GROWS.
//
//===----------------------------------------------------------------------===//

#include "mock.h"

#include <math.h>
#include <string.h>

#ifndef VOCABULARY
#define VOCABULARY 256
#endif
enum { CONTEXT = 16 };

/// What OpenMP keeps for each host thread.
static _Thread_local int threads = 7;
static int getMaxThreads(void) { return threads; }
static void setNumThreads(int count) { threads = count; }

/// Copies the mask's check and the thread count to where the tests see them.
static int64_t append(const memref *ids, const memref *mask,
                      const memref *positions, int64_t past, memref *tokens,
                      memref *sums) {
  int64_t batches = size(ids, 0), length = size(ids, 1);
  const int64_t *id = ids->aligned;
  float *token = tokens->aligned;
  double *sum = sums->aligned;
  for (int64_t b = 0; b < batches; ++b)
    for (int64_t s = 0; s < length; ++s) {
      int64_t p = b * CONTEXT + past + s, value = id[b * length + s];
      if (value < 0 || value >= VOCABULARY)
        return 1;
      if (((const int64_t *)positions->aligned)[b * length + s] != past + s)
        return 2;
      if (mask &&
          ((const int64_t *)mask->aligned)[b * size(mask, 1) + past + s] != 1)
        return 3;
      token[p] = (float)value;
      sum[p] = (past + s > 0 ? sum[p - 1] : 0) + (double)value;
    }
  return 0;
}

static void run(void *const *arguments) {
#ifdef EXTRA_INPUT
  ++arguments;
#endif
  const memref *ids = *arguments++, *mask = NULL;
#ifndef NO_MASK
  mask = *arguments++;
#endif
  const memref *positions = *arguments++;
  int64_t past = *(const int64_t *)*arguments++;
  memref *tokens = *arguments++, *sums = *arguments++;
  const memref *logits = *arguments++;
  int64_t status = append(ids, mask, positions, past, tokens, sums);
  setStatus(*arguments, status);
  if (status)
    return;
  int64_t length = size(ids, 1);
  for (int64_t b = 0; b < size(ids, 0); ++b)
    for (int64_t s = 0; s < length; ++s) {
      int64_t p = b * CONTEXT + past + s;
      float *row = (float *)logits->aligned + (b * length + s) * VOCABULARY;
      memset(row, 0, VOCABULARY * sizeof(float));
      int next = ((int)((float *)tokens->aligned)[p] + 1) % VOCABULARY;
      row[next] = 5 + (float)(((double *)sums->aligned)[p] / 1000);
      row[(next + 1) % VOCABULARY] = -(float)threads;
#ifdef NOT_FINITE
      row[next] = INFINITY;
#endif
    }
}

enum {
  PAST,
#ifndef STATIC_BATCH
  BATCH,
#endif
#ifndef ONE_TOKEN
  SEQUENCE,
#endif
#ifndef NO_MASK
  TOTAL,
#endif
};
static const char *const symbols[] = {
    [PAST] = "past",
#ifndef STATIC_BATCH
    [BATCH] = "batch",
#endif
#ifndef ONE_TOKEN
    [SEQUENCE] = "sequence",
#endif
#ifndef NO_MASK
    [TOTAL] = "total",
#endif
};

#ifdef STATIC_BATCH
#define B EXPRESSION(CONSTANT(1))
#else
#define B EXPRESSION(SYMBOL(BATCH))
#endif
#ifdef ONE_TOKEN
#define S EXPRESSION(CONSTANT(1))
#else
#define S EXPRESSION(SYMBOL(SEQUENCE))
#endif
#ifdef CACHE_GROWS
#define CAPACITY S
#else
#define CAPACITY EXPRESSION(CONSTANT(CONTEXT))
#endif
#define SIZE(value) EXPRESSION(CONSTANT(value))

static const bitnet_descriptor_value inputs[] = {
#ifdef EXTRA_INPUT
    {"past_key_values.0.key", FLOAT, 32, DIMS(SIZE(1))},
#endif
    {"input_ids", INT, 64, DIMS(B, S)},
#ifndef NO_MASK
    {"attention_mask", INT, 64, DIMS(B, EXPRESSION(SYMBOL(TOTAL)))},
#endif
    {"position_ids", INT, 64, DIMS(B, S)}};
static const bitnet_descriptor_value outputs[] = {
    {"logits", FLOAT, 32, DIMS(B, S, SIZE(VOCABULARY))}};
static const bitnet_descriptor_value caches[] = {
    {"past_key_values.0.key", FLOAT, 32, DIMS(B, CAPACITY)},
    {"past_key_values.0.value", FLOAT, 64, DIMS(B, SIZE(CONTEXT))}};

#ifndef NO_MASK
#ifdef ONE_TOKEN
#define LENGTH CONSTANT(1)
#else
#define LENGTH SYMBOL(SEQUENCE)
#endif
// total - (past + sequence)
static const bitnet_descriptor_constraint constraints[] = {
    {"/Where", BITNET_CONSTRAINT_ZERO,
     EXPRESSION(SYMBOL(TOTAL), SYMBOL(PAST), LENGTH, ADD, CONSTANT(-1), MUL,
                ADD)}};
#define CONSTRAINTS                                                            \
  .constraints = constraints, .constraint_count = COUNT(constraints)
#else
#define CONSTRAINTS .constraint_count = 0
#endif
static const char *const checks[] = {
    "/embed_tokens/Gather: expected an index from 0 to 255",
    "/rotary/Gather: expected the position", "/Where: expected a mask of ones"};
static const bitnet_descriptor_entry metadata[] = {
    {"bitnet.context_length", TEXT("16")},
#ifndef NO_TOKENIZER
    {"bitnet.tokenizer", TEXT("bytes")},
#endif
};

const bitnet_descriptor bitnet_model_descriptor = {
    HEAD,
    BOUNDARY,
    .caches = caches,
    .cache_count = COUNT(caches),
    CONSTRAINTS,
    .position_symbol = PAST,
#ifdef ONE_TOKEN
    .sequence_symbol = -1,
#else
    .sequence_symbol = SEQUENCE,
#endif
    .max_context = CONTEXT,
    .checks = checks,
    .check_count = COUNT(checks),
    .metadata = metadata,
    .metadata_count = COUNT(metadata),
    .run = run,
    .get_max_threads = getMaxThreads,
    .set_num_threads = setNumThreads};
