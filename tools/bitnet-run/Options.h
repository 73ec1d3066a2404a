//===- Options.h - What the user asks for -----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TOOLS_BITNET_RUN_OPTIONS_H
#define BITNET_TOOLS_BITNET_RUN_OPTIONS_H

#include <cstdint>
#include <string>
#include <vector>

namespace bitnet::run {

struct Options {
  enum class Mode { None, Describe, Tensors, Prompt, PromptIds, ScoreIds };

  std::string model;
  Mode mode = Mode::None;
  std::string inputs, outputs, prompt;
  std::vector<int64_t> ids;
  int64_t count = 64;
  double temperature = 0;
  uint64_t seed = 0;
  int32_t threads = 0;
  bool printIds = false;
  bool oneByOne = false;
};

/// Gives the exit status if the program should end here (help, version, or an
/// error that is already reported), else -1.
int parseOptions(int argc, char **argv, Options &options);

extern const char *const helpText;

/// Prints one line to stderr and gives the exit status 1.
__attribute__((format(printf, 1, 2))) int error(const char *format, ...);

} // namespace bitnet::run

#endif // BITNET_TOOLS_BITNET_RUN_OPTIONS_H
