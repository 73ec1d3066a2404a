//===- Options.cpp - What the user asks for -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <getopt.h>

using namespace bitnet::run;

static bool parseInteger(const char *text, int64_t &value,
                         const char **end = nullptr) {
  char *stop;
  errno = 0;
  value = strtoll(text, &stop, 10);
  if (end)
    *end = stop;
  return stop != text && errno == 0 && (end || *stop == '\0');
}

static bool parseIds(const char *text, std::vector<int64_t> &ids) {
  for (ids.clear();; ++text) {
    int64_t id;
    if (!parseInteger(text, id, &text))
      return false;
    ids.push_back(id);
    if (*text == '\0')
      return true;
    if (*text != ',')
      return false;
  }
}

static bool parseNumber(const char *text, double &value) {
  char *stop;
  value = strtod(text, &stop);
  return stop != text && *stop == '\0' && value >= 0 && value < 1e30;
}

namespace {
enum Id {
  Inputs = 256,
  Outputs,
  Prompt,
  PromptIds,
  PrintIds,
  Temperature,
  Seed,
  ScoreIds,
  OneByOne,
  Threads,
  Describe,
  Help,
  Version
};
} // namespace

static constexpr option longOptions[] = {
    {"inputs", required_argument, nullptr, Inputs},
    {"outputs", required_argument, nullptr, Outputs},
    {"prompt", required_argument, nullptr, Prompt},
    {"prompt-ids", required_argument, nullptr, PromptIds},
    {"print-ids", no_argument, nullptr, PrintIds},
    {"temperature", required_argument, nullptr, Temperature},
    {"seed", required_argument, nullptr, Seed},
    {"score-ids", required_argument, nullptr, ScoreIds},
    {"one-by-one", no_argument, nullptr, OneByOne},
    {"threads", required_argument, nullptr, Threads},
    {"describe", no_argument, nullptr, Describe},
    {"help", no_argument, nullptr, Help},
    {"version", no_argument, nullptr, Version},
    {nullptr, 0, nullptr, 0}};

/// Sets the mode unless another one is set.
static bool choose(Options &options, Options::Mode mode) {
  if (options.mode != Options::Mode::None && options.mode != mode)
    return false;
  options.mode = mode;
  return true;
}

static int badValue(const char *name, const char *expected) {
  return error("bitnet-run: %s: expected %s, got '%s'", name, expected, optarg);
}

/// One option; the exit status to end with, or -1.
static int parseOption(int id, Options &options) {
  int64_t integer = 0;
  bool modeFits = true;
  switch (id) {
  case Inputs:
    options.inputs = optarg;
    modeFits = choose(options, Options::Mode::Tensors);
    break;
  case Outputs:
    options.outputs = optarg;
    break;
  case Prompt:
    options.prompt = optarg;
    modeFits = choose(options, Options::Mode::Prompt);
    break;
  case PromptIds:
  case ScoreIds:
    if (!parseIds(optarg, options.ids))
      return badValue(id == PromptIds ? "--prompt-ids" : "--score-ids",
                      "token ids joined by commas");
    modeFits = choose(options, id == PromptIds ? Options::Mode::PromptIds
                                               : Options::Mode::ScoreIds);
    break;
  case PrintIds:
    options.printIds = true;
    break;
  case OneByOne:
    options.oneByOne = true;
    break;
  case Temperature:
    if (!parseNumber(optarg, options.temperature))
      return badValue("--temperature", "a number of at least 0");
    break;
  case 'n':
    if (!parseInteger(optarg, options.count) || options.count < 0)
      return badValue("-n", "a number of tokens");
    break;
  case Seed:
    if (!parseInteger(optarg, integer) || integer < 0)
      return badValue("--seed", "a number of at least 0");
    options.seed = uint64_t(integer);
    break;
  case Threads:
    if (!parseInteger(optarg, integer) || integer < 0 || integer > 1024)
      return badValue("--threads", "1 to 1024, or 0 for all processors");
    options.threads = int32_t(integer);
    break;
  case Describe:
    modeFits = choose(options, Options::Mode::Describe);
    break;
  case Help:
    fputs(helpText, stdout);
    return 0;
  case Version:
    printf("bitnet-run %s\n", BITNET_VERSION);
    return 0;
  }
  if (!modeFits)
    return error("bitnet-run: expected only one of --inputs, --prompt, "
                 "--prompt-ids, --score-ids and --describe");
  return -1;
}

int bitnet::run::parseOptions(int argc, char **argv, Options &options) {
  opterr = 0;
  for (int id;
       (id = getopt_long(argc, argv, ":n:", longOptions, nullptr)) != -1;) {
    if (id == ':')
      return error("bitnet-run: %s: expected a value", argv[optind - 1]);
    if (id == '?')
      return error("bitnet-run: %s: expected an option that --help lists",
                   argv[optind - 1]);
    if (int status = parseOption(id, options); status >= 0)
      return status;
  }
  if (argc - optind != 1)
    return error("bitnet-run: expected one compiled model, got %d; see --help",
                 argc - optind);
  options.model = argv[optind];
  if (options.mode == Options::Mode::None)
    return error("bitnet-run: expected one of --inputs, --prompt, "
                 "--prompt-ids, --score-ids and --describe");
  if (options.mode == Options::Mode::Tensors && options.outputs.empty())
    return error("bitnet-run: --inputs: expected --outputs beside it");
  if (options.oneByOne && options.mode != Options::Mode::ScoreIds)
    return error("bitnet-run: --one-by-one: expected --score-ids beside it");
  return -1;
}
