//===- Text.cpp - Generate and score text ---------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "Npy.h"
#include "bitnet/Runtime/generate.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>

using namespace bitnet::run;

/// Token id = byte, the one tokenizer that models carry.
static bool hasByteTokenizer(const bitnet_model *model) {
  const char *name = bitnet_model_metadata_value(model, "bitnet.tokenizer");
  return name && strcmp(name, "bytes") == 0;
}

namespace {
struct Stream {
  bool ids;
  int64_t count;
  bool failed;
};
} // namespace

static int printToken(void *user, int64_t token) {
  auto *stream = static_cast<Stream *>(user);
  if (stream->ids)
    printf("%s%" PRId64, stream->count ? "," : "", token);
  else if (token < 256)
    putchar(int(token));
  ++stream->count;
  stream->failed = fflush(stdout) != 0;
  return stream->failed;
}

static void printRate(const char *phase, int64_t tokens, double seconds) {
  fprintf(stderr, "%s: %" PRId64 " tokens in %.3f s, %.1f tokens/s\n", phase,
          tokens, seconds, seconds > 0 ? double(tokens) / seconds : 0.0);
}

static int createSession(bitnet_model *model, const Options &options,
                         Session &session, int64_t &vocabulary) {
  bitnet_session_options sessionOptions = {1, options.threads};
  bitnet_session *created;
  if (bitnet_session_create(model, &sessionOptions, &created))
    return runtimeError();
  session.reset(created);
  if (bitnet_vocabulary(created, &vocabulary))
    return runtimeError();
  return 0;
}

int bitnet::run::generateText(bitnet_model *model, const Options &options) {
  bool hasTokenizer = hasByteTokenizer(model);
  if (!hasTokenizer && options.mode == Options::Mode::Prompt)
    return error("%s: --prompt: expected a model that carries a tokenizer "
                 "(metadata bitnet.tokenizer = bytes); use --prompt-ids",
                 options.model.c_str());
  if (!hasTokenizer && !options.printIds)
    return error("%s: --prompt-ids: expected --print-ids beside it, since the "
                 "model carries no tokenizer",
                 options.model.c_str());
  Session session;
  int64_t vocabulary;
  if (int status = createSession(model, options, session, vocabulary))
    return status;

  std::vector<int64_t> prompt = options.ids;
  for (unsigned char byte : options.prompt)
    prompt.push_back(byte);
  bitnet_generate_options generate = {options.count, options.temperature,
                                      options.seed};
  bitnet_generate_timing timing;
  Stream stream = {options.printIds, 0, false};
  if (bitnet_generate(session.get(), prompt.data(), int64_t(prompt.size()),
                      &generate, printToken, &stream, &timing)) {
    if (stream.count > 0)
      putchar('\n');
    return runtimeError();
  }
  putchar('\n');
  // What follows is for stderr, which may be the same terminal.
  if (fflush(stdout) || stream.failed)
    return error("bitnet-run: expected a standard output that takes all");
  printRate("prefill", timing.prefill_tokens, timing.prefill_seconds);
  printRate("decode", timing.decode_tokens, timing.decode_seconds);
  return 0;
}

/// -log of the softmax at `token`.
static double nats(const float *logits, int64_t vocabulary, int64_t token) {
  double largest = *std::max_element(logits, logits + vocabulary), sum = 0;
  for (int64_t i = 0; i < vocabulary; ++i)
    sum += std::exp(double(logits[i]) - largest);
  return largest + std::log(sum) - double(logits[token]);
}

int bitnet::run::scoreIds(bitnet_model *model, const Options &options) {
  Session session;
  int64_t vocabulary;
  if (int status = createSession(model, options, session, vocabulary))
    return status;
  bitnet_model_info info;
  bitnet_model_describe(model, &info);
  int64_t count = int64_t(options.ids.size());
  if (count > info.max_context)
    return error("%s: --score-ids: expected at most %" PRId64
                 " tokens (max-context), got %" PRId64,
                 options.model.c_str(), info.max_context, count);

  Array logits({kDLFloat, 32, 1}, {1, count, vocabulary});
  if (!logits.data)
    return error("%s: expected memory for the logits of %" PRId64 " tokens",
                 options.model.c_str(), count);
  auto *rows = reinterpret_cast<float *>(logits.data.get());
  int64_t step = options.oneByOne ? 1 : count;
  for (int64_t i = 0; i < count; i += step)
    if (bitnet_feed(session.get(), options.ids.data() + i, step,
                    rows + i * vocabulary))
      return runtimeError();

  // Each position predicts the next id; the last one predicts nothing given.
  double sum = 0;
  for (int64_t i = 0; i + 1 < count; ++i) {
    if (options.ids[size_t(i + 1)] < 0 ||
        options.ids[size_t(i + 1)] >= vocabulary)
      return error("%s: --score-ids: expected ids from 0 to %" PRId64,
                   options.model.c_str(), vocabulary - 1);
    sum += nats(rows + i * vocabulary, vocabulary, options.ids[size_t(i + 1)]);
  }
  if (!options.outputs.empty() &&
      (!makeDirectory(options.outputs) ||
       !writeNpy(options.outputs + "/logits.npy", logits)))
    return 1;
  if (count > 1)
    printf("%.6f\n", sum / double(count - 1));
  return 0;
}
