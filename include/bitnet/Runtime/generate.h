//===- generate.h - Text generation in C ------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text generation on top of bitnet.h, for stateful language models: inputs
// `input_ids` (int64 [batch, sequence]) and, where the model has them,
// `attention_mask` (int64 [batch, past + sequence], all ones) and
// `position_ids` (int64 [batch, sequence]); an output `logits` (float32
// [batch, sequence, vocabulary]). The session has a batch of 1. Tokens are
// ids; turning text into ids is the caller's part.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_RUNTIME_GENERATE_H
#define BITNET_RUNTIME_GENERATE_H

#include "bitnet/Runtime/bitnet.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The number of different tokens, from the type of `logits`. Fails if the
/// model is no language model of the form above.
BITNET_API bitnet_status bitnet_vocabulary(bitnet_session *session,
                                           int64_t *vocabulary);

/// Appends `count` tokens in one call of the model. `logits` receives
/// [count, vocabulary] floats: row i predicts the token after token i.
BITNET_API bitnet_status bitnet_feed(bitnet_session *session,
                                     const int64_t *tokens, int64_t count,
                                     float *logits);

typedef struct {
  int64_t count;      /* tokens to generate; 0: only read the prompt */
  double temperature; /* 0: greedy, the first of the largest logits */
  uint64_t seed;      /* of the samples; the same seed, the same tokens */
} bitnet_generate_options;

/// Called for each token as it is chosen. A result other than 0 ends the
/// generation, which is no error.
typedef int (*bitnet_token_callback)(void *user, int64_t token);

typedef struct {
  int64_t prefill_tokens, decode_tokens; /* that the model read in each phase */
  double prefill_seconds, decode_seconds;
} bitnet_generate_timing;

/// Reads the prompt at the session's position, then generates token by token.
/// Refused before anything runs if prompt and generated tokens together would
/// pass max-context. `timing` may be null.
BITNET_API bitnet_status bitnet_generate(
    bitnet_session *session, const int64_t *prompt, int64_t prompt_count,
    const bitnet_generate_options *options, bitnet_token_callback callback,
    void *user, bitnet_generate_timing *timing);

#ifdef __cplusplus
}
#endif

#endif // BITNET_RUNTIME_GENERATE_H
