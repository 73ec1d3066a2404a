//===- bitnet-run.cpp - Run a compiled model ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"

#include "bitnet/Support/Allocator.h"

#include <cstdio>

using namespace bitnet::run;

static int run(bitnet_model *model, const Options &options) {
  switch (options.mode) {
  case Options::Mode::Describe:
    return describeModel(model);
  case Options::Mode::Tensors:
    return runTensors(model, options);
  case Options::Mode::ScoreIds:
    return scoreIds(model, options);
  case Options::Mode::Prompt:
  case Options::Mode::PromptIds:
    return generateText(model, options);
  case Options::Mode::None:
    break;
  }
  return 1;
}

int main(int argc, char **argv) {
  bitnet::keepFreedMemory();
  Options options;
  if (int status = parseOptions(argc, argv, options); status >= 0)
    return status;
  bitnet_model *model;
  if (bitnet_model_open(options.model.c_str(), &model))
    return runtimeError();
  int status = run(model, options);
  bitnet_model_close(model);
  if (fflush(stdout) != 0 && status == 0)
    return error("bitnet-run: expected a standard output that takes all");
  return status;
}
