//===- two-sessions.cpp - Sessions in several host threads ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// two-sessions MODEL.so
//
// Lets two host threads, each with a session of its own thread count, work on
// one language model at the same time, over and over, at once and token by
// token. Every logit has to have the bits that a session alone computes.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/generate.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <latch>
#include <thread>
#include <vector>

namespace {

constexpr int64_t kTokens = 40;
constexpr int kRounds = 10;

void check(bitnet_status status) {
  if (status == BITNET_OK)
    return;
  fprintf(stderr, "two-sessions: %s\n", bitnet_last_error());
  exit(1);
}

/// A session with the scores of some tokens, which differ by `salt`.
class Scorer {
public:
  Scorer(bitnet_model *model, int32_t threads, int64_t salt) {
    bitnet_session_options options = {.batch = 1, .threads = threads};
    check(bitnet_session_create(model, &options, &session));
    check(bitnet_vocabulary(session, &vocabulary));
    for (int64_t i = 0; i < kTokens; ++i)
      tokens.push_back((i * i + salt) % vocabulary);
    logits.resize(kTokens * vocabulary);
  }
  ~Scorer() { bitnet_session_destroy(session); }

  /// Feeds the tokens in groups of `step`.
  const std::vector<float> &score(int64_t step) {
    bitnet_session_reset(session);
    for (int64_t i = 0; i < kTokens; i += step)
      check(bitnet_feed(session, &tokens[i], step, &logits[i * vocabulary]));
    return logits;
  }

private:
  bitnet_session *session = nullptr;
  int64_t vocabulary = 0;
  std::vector<int64_t> tokens;
  std::vector<float> logits;
};

bool sameBits(const std::vector<float> &a, const std::vector<float> &b) {
  return memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

long countThreads() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/task"),
                       fs::directory_iterator());
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "two-sessions: expected a compiled model\n");
    return 1;
  }
  bitnet_model *model;
  check(bitnet_model_open(argv[1], &model));
  const std::vector<float> expected[] = {Scorer(model, 1, 3).score(kTokens),
                                         Scorer(model, 1, 5).score(kTokens)};

  std::latch started(2), finished(2);
  int wrong[2] = {};
  long threads[2] = {};
  auto work = [&](int index, int32_t count, int64_t salt) {
    Scorer scorer(model, count, salt);
    started.arrive_and_wait();
    for (int round = 0; round < kRounds; ++round)
      wrong[index] +=
          !sameBits(scorer.score(round % 2 ? 1 : kTokens), expected[index]);
    // Both teams exist until both sessions are through.
    finished.arrive_and_wait();
    threads[index] = countThreads();
  };
  std::thread other([&] { work(1, 3, 5); });
  work(0, 2, 3);
  other.join();
  bitnet_model_close(model);
  printf("%d and %d of %d rounds differ\n", wrong[0], wrong[1], kRounds);
  printf("%s\n", std::max(threads[0], threads[1]) >= 5 ? "two teams"
                                                       : "too few threads");
  return wrong[0] || wrong[1];
}
