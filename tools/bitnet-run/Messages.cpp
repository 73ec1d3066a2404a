//===- Messages.cpp - What bitnet-run says --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include <cstdarg>
#include <cstdio>

const char *const bitnet::run::helpText =
    R"(OVERVIEW: run a compiled model

USAGE: bitnet-run model.so --inputs DIR --outputs DIR
       bitnet-run model.so --prompt TEXT [-n N] [--temperature T [--seed S]]
       bitnet-run model.so --prompt-ids 1,2,3 [-n N] [--print-ids]
       bitnet-run model.so --score-ids 1,2,3 [--outputs DIR] [--one-by-one]
       bitnet-run model.so --describe

OPTIONS:
  --inputs DIR       read each input from DIR/<name>.npy ('/' written '_')
  --outputs DIR      write each output to DIR/<name>.npy
  --prompt TEXT      continue the text; needs a model with a tokenizer
  --prompt-ids IDS   continue these token ids
  --print-ids        print the generated token ids instead of text
  -n N               generate N tokens (default 64)
  --temperature T    sample at temperature T (default 0: the likeliest token)
  --seed S           seed of the samples (default 0)
  --score-ids IDS    print the mean nats per token of these ids; with --outputs
                     write the logits of every position to DIR/logits.npy
  --one-by-one       score token by token instead of all at once
  --threads N        use N threads (default 0: one for each processor)
  --describe         print what the model holds
  --help, --version
)";

int bitnet::run::error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  return 1;
}
