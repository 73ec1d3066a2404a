//===- generate-text.c - Text from a language model in C ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opens a stateful language model over bytes (token id = byte), reads the
// prompt and prints what follows, byte by byte as it is generated.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *message) {
  fprintf(stderr, "generate-text: %s\n", message);
  return 1;
}

/// Called for each token; a result other than 0 would end the generation.
static int printToken(void *user, int64_t token) {
  (void)user;
  putchar((int)token);
  return fflush(stdout) != 0;
}

static int generate(bitnet_model *model, const char *text, int64_t count) {
  const char *tokenizer =
      bitnet_model_metadata_value(model, "bitnet.tokenizer");
  if (!tokenizer || strcmp(tokenizer, "bytes") != 0)
    return fail("expected a model whose tokens are bytes");

  size_t length = strlen(text);
  int64_t *prompt = malloc(sizeof(int64_t) * (length + 1));
  if (!prompt)
    return fail("expected memory for the prompt");
  for (size_t i = 0; i < length; ++i)
    prompt[i] = (unsigned char)text[i];

  bitnet_session *session = NULL;
  bitnet_generate_options options = {.count = count};
  bitnet_generate_timing timing = {0};
  bitnet_status status = bitnet_session_create(model, NULL, &session);
  if (status == BITNET_OK)
    status = bitnet_generate(session, prompt, (int64_t)length, &options,
                             printToken, NULL, &timing);
  bitnet_session_destroy(session);
  free(prompt);
  if (status != BITNET_OK)
    return fail(bitnet_last_error());
  printf("\n");
  if (timing.decode_seconds > 0)
    fprintf(stderr, "%.1f tokens/s\n",
            (double)timing.decode_tokens / timing.decode_seconds);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4)
    return fail("expected a compiled model, a prompt and a number of tokens");
  bitnet_model *model;
  if (bitnet_model_open(argv[1], &model) != BITNET_OK)
    return fail(bitnet_last_error());
  int status = generate(model, argv[2], strtoll(argv[3], NULL, 10));
  bitnet_model_close(model);
  return status;
}
