//===- RuntimeTests.cpp - Sessions through the C interface ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/generate.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

namespace {
template <auto Close>
struct Closer {
  template <typename T>
  void operator()(T *value) const {
    Close(value);
  }
};
using Model = std::unique_ptr<bitnet_model, Closer<bitnet_model_close>>;
using Session = std::unique_ptr<bitnet_session, Closer<bitnet_session_destroy>>;

/// A tensor with its memory.
template <typename T>
struct Tensor : DLTensor {
  Tensor(std::vector<int64_t> sizes, std::vector<T> elements)
      : DLTensor{}, sizes(std::move(sizes)), elements(std::move(elements)) {
    data = this->elements.data();
    device = {kDLCPU, 0};
    ndim = int(this->sizes.size());
    dtype = {std::is_floating_point_v<T> ? kDLFloat : kDLInt, 8 * sizeof(T), 1};
    shape = this->sizes.data();
  }
  Tensor(const Tensor &) = delete;

  std::vector<int64_t> sizes;
  std::vector<T> elements;
};

/// One call of rows.c: y[t, j] = (j + 1) * sum of x[t, :].
struct RowsTest : testing::Test {
  RowsTest() : RowsTest(MOCK_ROWS) {}

  explicit RowsTest(const char *path) {
    bitnet_model *opened = nullptr;
    EXPECT_EQ(bitnet_model_open(path, &opened), BITNET_OK);
    model.reset(opened);
    bitnet_session *created;
    EXPECT_EQ(bitnet_session_create(opened, nullptr, &created), BITNET_OK);
    session.reset(created);
  }

  bitnet_status run() {
    const DLTensor *inputs[] = {&x};
    DLTensor *outputs[] = {&y};
    return bitnet_session_run(session.get(), inputs, 1, outputs, 1);
  }

  void expectError(bitnet_status status, const std::string &text) {
    EXPECT_EQ(run(), status);
    EXPECT_EQ(bitnet_last_error(), MOCK_ROWS + (": " + text));
  }

  Model model;
  Session session;
  Tensor<float> x{{2, 8}, std::vector<float>(16, 1)};
  Tensor<float> y{{2, 4}, std::vector<float>(8, -1)};
};

/// The same with weights beside it, whose first byte counts in the sum.
struct WeightedRows : RowsTest {
  WeightedRows() : RowsTest(MOCK_WEIGHTS) {}
  void TestBody() override {}
};
} // namespace

TEST_F(RowsTest, RunsOnTheCallersMemory) {
  ASSERT_EQ(run(), BITNET_OK);
  EXPECT_EQ(y.elements, (std::vector<float>{8, 16, 24, 32, 8, 16, 24, 32}));
  EXPECT_EQ(bitnet_session_position(session.get()), 0);
}

TEST_F(RowsTest, GivesShapesOfOutputs) {
  const DLTensor *inputs[] = {&x};
  int64_t shape[2];
  x.data = nullptr; // not read
  ASSERT_EQ(bitnet_session_output_shape(session.get(), inputs, 1, 0, shape),
            BITNET_OK);
  EXPECT_EQ(shape[0], 2);
  EXPECT_EQ(shape[1], 4);
  EXPECT_EQ(bitnet_session_output_shape(session.get(), inputs, 1, 1, shape),
            BITNET_ERROR_ARGUMENT);
}

TEST_F(RowsTest, TakesOffsetsAndDenseStrides) {
  int64_t strides[] = {8, 1};
  x.sizes[0] = y.sizes[0] = 1;
  x.elements[8] = 5;
  x.byte_offset = 8 * sizeof(float);
  x.strides = strides;
  ASSERT_EQ(run(), BITNET_OK);
  EXPECT_EQ(y.elements[0], 12);
}

TEST_F(RowsTest, TakesNoRowsWithoutMemory) {
  x.sizes[0] = y.sizes[0] = 0;
  x.data = y.data = nullptr;
  EXPECT_EQ(run(), BITNET_OK);
}

TEST_F(RowsTest, RefusesWrongTensors) {
  x.dtype.bits = 64;
  expectError(BITNET_ERROR_TENSOR,
              "input 'x': expected float32 of rank 2, got float64 of rank 2");
  x.dtype = {kDLFloat, 32, 4};
  expectError(BITNET_ERROR_TENSOR,
              "input 'x': expected float32 of rank 2, got float32x4 of rank 2");
  x.dtype = {kDLFloat, 32, 1};
  x.device.device_type = kDLCUDA;
  expectError(BITNET_ERROR_TENSOR, "input 'x': expected memory of the CPU, got "
                                   "DLPack device type 2");
  x.device.device_type = kDLCPU;
  x.data = nullptr;
  expectError(BITNET_ERROR_TENSOR, "input 'x': expected data, got null");
  x.data = x.elements.data();
  x.byte_offset = 1;
  expectError(BITNET_ERROR_TENSOR,
              "input 'x': expected data aligned to 4 bytes");
  x.byte_offset = 0;
  x.sizes[0] = -2;
  expectError(BITNET_ERROR_TENSOR, "input 'x': expected sizes of at least 0 "
                                   "that fit the memory");
  x.sizes[0] = int64_t(1) << 60;
  expectError(BITNET_ERROR_TENSOR, "input 'x': expected sizes of at least 0 "
                                   "that fit the memory");
  x.sizes[0] = 2;
  int64_t strides[] = {1, 2};
  x.strides = strides;
  expectError(BITNET_ERROR_TENSOR,
              "input 'x': expected dense elements in row-major order, got "
              "strides that leave gaps or permute");
  x.strides = nullptr;
  x.shape = nullptr;
  expectError(BITNET_ERROR_TENSOR, "input 'x': expected a shape, got null");
}

TEST_F(RowsTest, RefusesWrongOutputs) {
  y.sizes[0] = 3;
  expectError(BITNET_ERROR_TENSOR,
              "output 'y': expected dimension 0 to be 2 (tokens), got 3");
  y.sizes[0] = 2;
  y.data = nullptr;
  expectError(BITNET_ERROR_TENSOR, "output 'y': expected data, got null");
  y.ndim = 1;
  expectError(BITNET_ERROR_TENSOR,
              "output 'y': expected float32 of rank 2, got float32 of rank 1");
}

TEST_F(RowsTest, RefusesWrongCounts) {
  const DLTensor *inputs[] = {&x, nullptr};
  DLTensor *outputs[] = {nullptr};
  bitnet_session *s = session.get();
  EXPECT_EQ(bitnet_session_run(s, inputs, 2, outputs, 1),
            BITNET_ERROR_ARGUMENT);
  EXPECT_STREQ(bitnet_last_error(), MOCK_ROWS ": expected 1 inputs, got 2");
  EXPECT_EQ(bitnet_session_run(s, inputs + 1, 1, outputs, 1),
            BITNET_ERROR_TENSOR);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_ROWS ": input 'x': expected a tensor, got null");
  EXPECT_EQ(bitnet_session_run(s, inputs, 1, outputs, 1), BITNET_ERROR_TENSOR);
  EXPECT_EQ(bitnet_session_run(s, inputs, 1, nullptr, 1),
            BITNET_ERROR_ARGUMENT);
  EXPECT_EQ(bitnet_session_run(nullptr, inputs, 1, outputs, 1),
            BITNET_ERROR_ARGUMENT);
  EXPECT_EQ(bitnet_model_open(nullptr, nullptr), BITNET_ERROR_ARGUMENT);
  EXPECT_EQ(bitnet_model_input(model.get(), 1), nullptr);
  EXPECT_EQ(bitnet_model_input(model.get(), -1), nullptr);
}

TEST_F(RowsTest, KeepsTheModelOfALivingSession) {
  model.reset();
  EXPECT_EQ(run(), BITNET_OK);
}

TEST(Weights, LastUntilTheLastModelCloses) {
  std::string path = MOCK_WEIGHTS;
  path.replace(path.rfind(".so"), 3, ".weights");
  for (char value : {'\1', '\2'}) {
    std::remove(path.c_str());
    std::ofstream(path, std::ios::binary) << value << std::string(3, '\0');
    auto first = std::make_unique<WeightedRows>();
    auto second = std::make_unique<WeightedRows>();
    EXPECT_EQ(bitnet_model_check_weights(first->model.get()),
              BITNET_ERROR_FILE);
    first.reset();
    EXPECT_EQ(second->run(), BITNET_OK);
    EXPECT_EQ(second->y.elements[0], 8 + value);
  }
  std::remove(path.c_str());
}

static bitnet_session *createLanguage(bitnet_session_options options) {
  bitnet_model *model;
  bitnet_session *session = nullptr;
  EXPECT_EQ(bitnet_model_open(MOCK_LANGUAGE, &model), BITNET_OK);
  EXPECT_EQ(bitnet_session_create(model, &options, &session), BITNET_OK);
  bitnet_model_close(model);
  return session;
}

/// The largest logit after feeding one token, which tells the caches' sum.
static float feedOne(bitnet_session *session, int64_t token) {
  std::vector<float> logits(256);
  EXPECT_EQ(bitnet_feed(session, &token, 1, logits.data()), BITNET_OK);
  return logits[size_t(token + 1) % 256];
}

TEST(Session, KeepsItsOwnCachesAndRewinds) {
  Session a(createLanguage({1, 1})), b(createLanguage({1, 1}));
  EXPECT_FLOAT_EQ(feedOne(a.get(), 10), 5.010f);
  EXPECT_FLOAT_EQ(feedOne(b.get(), 100), 5.100f);
  EXPECT_FLOAT_EQ(feedOne(a.get(), 20), 5.030f);
  EXPECT_EQ(bitnet_session_position(a.get()), 2);
  EXPECT_EQ(bitnet_session_position(b.get()), 1);
  bitnet_session_reset(a.get());
  EXPECT_EQ(bitnet_session_position(a.get()), 0);
  EXPECT_FLOAT_EQ(feedOne(a.get(), 20), 5.020f);
}

TEST(Session, StaysWhereItWasAfterAnError) {
  Session session(createLanguage({1, 1}));
  int64_t tokens[17] = {1, 2, 300};
  std::vector<float> logits(17 * 256);
  feedOne(session.get(), 10);
  EXPECT_EQ(bitnet_feed(session.get(), tokens, 3, logits.data()),
            BITNET_ERROR_CHECK);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_LANGUAGE ": /embed_tokens/Gather: expected an index from 0 "
                             "to 255");
  EXPECT_EQ(bitnet_feed(session.get(), tokens, 16, logits.data()),
            BITNET_ERROR_CONTEXT);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_LANGUAGE ": expected at most 16 tokens (max-context), got "
                             "16 after 1");
  EXPECT_EQ(bitnet_session_position(session.get()), 1);
  EXPECT_FLOAT_EQ(feedOne(session.get(), 10), 5.020f);
}

/// The tensors of a call of language.c for a batch.
static bitnet_status runBatch(bitnet_session *session, int64_t batch,
                              int64_t past, int64_t length) {
  size_t count = size_t(batch * length);
  Tensor<int64_t> ids({batch, length}, std::vector<int64_t>(count, 4));
  Tensor<int64_t> mask(
      {batch, past + length},
      std::vector<int64_t>(size_t(batch * (past + length)), 1));
  Tensor<int64_t> positions({batch, length}, std::vector<int64_t>(count, past));
  Tensor<float> logits({batch, length, 256}, std::vector<float>(count * 256));
  const DLTensor *inputs[] = {&ids, &mask, &positions};
  DLTensor *outputs[] = {&logits};
  return bitnet_session_run(session, inputs, 3, outputs, 1);
}

TEST(Session, HoldsABatch) {
  Session session(createLanguage({3, 1}));
  EXPECT_EQ(runBatch(session.get(), 3, 0, 1), BITNET_OK);
  EXPECT_EQ(runBatch(session.get(), 2, 1, 1), BITNET_ERROR_TENSOR);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_LANGUAGE ": input 'input_ids': expected dimension 0 to be "
                             "3 (batch), got 2");
  EXPECT_EQ(runBatch(session.get(), 3, 0, 1), BITNET_ERROR_TENSOR);
  EXPECT_STREQ(bitnet_last_error(), MOCK_LANGUAGE
               ": /Where: expected total - (past + sequence) to be 0, "
               "got shapes with total = 1, past = 1, sequence = 1");
  EXPECT_EQ(runBatch(session.get(), 3, 1, 0), BITNET_ERROR_TENSOR);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_LANGUAGE ": expected at least one token");
  EXPECT_EQ(runBatch(session.get(), 3, 1, 16), BITNET_ERROR_CONTEXT);
  EXPECT_EQ(bitnet_vocabulary(session.get(), nullptr), BITNET_ERROR_ARGUMENT);
  EXPECT_STREQ(bitnet_last_error(),
               MOCK_LANGUAGE ": expected a session with a batch of 1, got 3");
}

TEST(Session, RefusesOptions) {
  bitnet_model *opened;
  ASSERT_EQ(bitnet_model_open(MOCK_LANGUAGE, &opened), BITNET_OK);
  Model model(opened);
  auto error = [&](bitnet_session_options options) {
    bitnet_session *session;
    EXPECT_NE(bitnet_session_create(opened, &options, &session), BITNET_OK);
    EXPECT_EQ(session, nullptr);
    return std::string(bitnet_last_error());
  };
  EXPECT_EQ(error({-1, 1}),
            MOCK_LANGUAGE ": expected a batch of at least 1, got -1");
  EXPECT_EQ(error({1, -1}),
            MOCK_LANGUAGE ": expected 1 to 1024 threads, or 0 for all, got -1");
  EXPECT_EQ(error({int64_t(1) << 60, 1}),
            MOCK_LANGUAGE ": cache 'past_key_values.0.key': expected a size "
                          "that fits the memory for a batch of "
                          "1152921504606846976");
  EXPECT_EQ(bitnet_session_create(opened, nullptr, nullptr),
            BITNET_ERROR_ARGUMENT);
}

// language.c writes minus its thread count behind the likeliest token.
static int threadsOf(bitnet_session *session) {
  int64_t token = 7;
  std::vector<float> logits(256);
  EXPECT_EQ(bitnet_feed(session, &token, 1, logits.data()), BITNET_OK);
  return int(-logits[9]);
}

TEST(Session, ThreadCountHoldsForItsOwnCalls) {
  auto work = [](int32_t threads) {
    Session session(createLanguage({1, threads}));
    Session other(createLanguage({1, threads + 1}));
    for (int i = 0; i < 500; ++i) {
      bitnet_session_reset(session.get());
      bitnet_session_reset(other.get());
      EXPECT_EQ(threadsOf(session.get()), threads);
      EXPECT_EQ(threadsOf(other.get()), threads + 1);
    }
  };
  std::thread first(work, 2), second(work, 5);
  first.join();
  second.join();
}

TEST(Errors, BelongToTheirHostThread) {
  bitnet_model *model;
  EXPECT_EQ(bitnet_model_open("here.so", &model), BITNET_ERROR_FILE);
  std::thread([] {
    bitnet_model *model;
    EXPECT_STREQ(bitnet_last_error(), "");
    EXPECT_EQ(bitnet_model_open("there.so", &model), BITNET_ERROR_FILE);
  }).join();
  EXPECT_STREQ(bitnet_last_error(),
               "here.so: expected a readable file: No such file or directory");
}

TEST(Generate, StopsWhenAsked) {
  Session session(createLanguage({1, 1}));
  std::vector<int64_t> tokens;
  auto keepTwo = [](void *user, int64_t token) {
    auto *tokens = static_cast<std::vector<int64_t> *>(user);
    tokens->push_back(token);
    return int(tokens->size() == 2);
  };
  int64_t prompt[] = {1, 2, 3};
  bitnet_generate_options options = {8, 0, 0};
  bitnet_generate_timing timing;
  ASSERT_EQ(bitnet_generate(session.get(), prompt, 3, &options, keepTwo,
                            &tokens, &timing),
            BITNET_OK);
  EXPECT_EQ(tokens, (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(timing.prefill_tokens, 3);
  EXPECT_EQ(timing.decode_tokens, 1);
  EXPECT_EQ(bitnet_session_position(session.get()), 4);
  // It goes on from there: 4 tokens are kept, so 12 + 1 more can come.
  options.count = 13;
  EXPECT_EQ(bitnet_generate(session.get(), prompt, 1, &options, nullptr,
                            nullptr, nullptr),
            BITNET_ERROR_CONTEXT);
  options.count = 12;
  EXPECT_EQ(bitnet_generate(session.get(), prompt, 1, &options, nullptr,
                            nullptr, nullptr),
            BITNET_OK);
  EXPECT_EQ(bitnet_session_position(session.get()), 16);
}
