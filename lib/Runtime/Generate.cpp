//===- Generate.cpp - Text generation -------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/generate.h"
#include "Error.h"
#include "LanguageModel.h"
#include "Sampler.h"

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <memory>
#include <new>

using namespace bitnet::runtime;

/// A long prompt is read in pieces whose logits fit this.
static constexpr int64_t kLogitsBytes = int64_t(128) << 20;

static double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

static bitnet_status checkRequest(const LanguageModel &model,
                                  const Session &session, const int64_t *prompt,
                                  int64_t promptCount,
                                  const bitnet_generate_options *options) {
  const char *path = session.getModel().path();
  if (!prompt || promptCount < 1)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a prompt of at least one token", path);
  if (!options || options->count < 0)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a count of at least 0 tokens to generate", path);
  if (!(options->temperature >= 0))
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a temperature of at least 0, got %g", path,
                options->temperature);
  // The last token is not read again.
  int64_t capacity = model.maxContext() - session.position;
  if (promptCount > capacity ||
      std::max<int64_t>(options->count - 1, 0) > capacity - promptCount)
    return fail(BITNET_ERROR_CONTEXT,
                "%s: expected at most %" PRId64 " tokens (max-context), got "
                "%" PRId64 " of the prompt and %" PRId64
                " to generate after %" PRId64,
                path, model.maxContext(), promptCount, options->count,
                session.position);
  return BITNET_OK;
}

/// Leaves the logits of the last token in the last row of the last piece, to
/// which `last` points.
static bitnet_status prefill(const LanguageModel &model, const int64_t *prompt,
                             int64_t count, int64_t piece, float *logits,
                             const float *&last) {
  for (int64_t begin = 0; begin < count; begin += piece) {
    int64_t length = std::min(piece, count - begin);
    if (bitnet_status status = model.feed(prompt + begin, length, logits))
      return status;
    last = logits + (length - 1) * model.vocabulary();
  }
  return BITNET_OK;
}

bitnet_status bitnet_generate(bitnet_session *session, const int64_t *prompt,
                              int64_t prompt_count,
                              const bitnet_generate_options *options,
                              bitnet_token_callback callback, void *user,
                              bitnet_generate_timing *timing) {
  std::unique_ptr<LanguageModel> model;
  if (bitnet_status status = LanguageModel::create(session, model))
    return status;
  if (bitnet_status status = checkRequest(*model, *session->session, prompt,
                                          prompt_count, options))
    return status;
  bitnet_generate_timing times = {};
  int64_t vocabulary = model->vocabulary();
  int64_t piece = std::clamp<int64_t>(
      kLogitsBytes / int64_t(sizeof(float)) / vocabulary, 1, prompt_count);
  std::unique_ptr<float[]> logits(
      new (std::nothrow) float[size_t(piece * vocabulary)]);
  if (!logits)
    return fail(BITNET_ERROR_MEMORY,
                "%s: expected memory for the logits of %" PRId64 " tokens",
                session->session->getModel().path(), piece);
  const float *last = nullptr;

  auto start = std::chrono::steady_clock::now();
  if (bitnet_status status =
          prefill(*model, prompt, prompt_count, piece, logits.get(), last))
    return status;
  times.prefill_tokens = prompt_count;
  times.prefill_seconds = secondsSince(start);

  Sampler sampler(options->temperature, options->seed);
  for (int64_t i = 0; i < options->count; ++i) {
    start = std::chrono::steady_clock::now();
    if (i > 0) {
      int64_t token = sampler.last();
      if (bitnet_status status = model->feed(&token, 1, logits.get()))
        return status;
      last = logits.get();
      ++times.decode_tokens;
    }
    if (!sampler.choose(last, vocabulary))
      return fail(BITNET_ERROR_CHECK,
                  "%s: expected finite logits after %" PRId64 " tokens",
                  session->session->getModel().path(),
                  session->session->position);
    if (i > 0)
      times.decode_seconds += secondsSince(start);
    if (callback && callback(user, sampler.last()) != 0)
      break;
  }
  if (timing)
    *timing = times;
  return BITNET_OK;
}
