//===- Call.cpp - Calls of compiled code ----------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The call of compiled code, in the form that Descriptor.h lays down, and the C
// functions of sessions.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Session.h"
#include "Tensor.h"

using namespace bitnet::runtime;

namespace {
/// Sets the number of threads of this host thread's calls for a while.
class ThreadCount {
public:
  ThreadCount(const bitnet_descriptor &descriptor, int threads)
      : descriptor(descriptor) {
    if (!descriptor.set_num_threads)
      return;
    before = descriptor.get_max_threads();
    descriptor.set_num_threads(threads);
  }
  ThreadCount(const ThreadCount &) = delete;
  ThreadCount &operator=(const ThreadCount &) = delete;
  ~ThreadCount() {
    if (descriptor.set_num_threads)
      descriptor.set_num_threads(before);
  }

private:
  const bitnet_descriptor &descriptor;
  int before = 1;
};
} // namespace

int64_t Session::call(const DLTensor *const *inputs, DLTensor *const *outputs) {
  const bitnet_descriptor &descriptor = model->get();
  int64_t currentPosition = position, status = 0;
  words.clear();
  std::vector<size_t> starts;
  auto append = [&](void *data, const int64_t *shape, int32_t rank) {
    starts.push_back(words.size());
    appendMemRef(data, shape, rank, words);
  };
  for (int32_t i = 0; i < descriptor.input_count; ++i)
    append(dataOf(*inputs[i]), inputs[i]->shape, inputs[i]->ndim);
  for (int32_t i = 0; i < descriptor.cache_count; ++i)
    append(caches.data(size_t(i)), caches.shape(size_t(i)).data(),
           descriptor.caches[i].rank);
  for (int32_t i = 0; i < descriptor.output_count; ++i)
    append(dataOf(*outputs[i]), outputs[i]->shape, outputs[i]->ndim);
  append(&status, nullptr, 0);

  // Only now do the words stay where they are.
  arguments.clear();
  for (size_t i = 0; i < starts.size(); ++i) {
    if (model->isStateful() && i == size_t(descriptor.input_count))
      arguments.push_back(&currentPosition);
    arguments.push_back(words.data() + starts[i]);
  }
  ThreadCount count(descriptor, threads);
  descriptor.run(arguments.data());
  return status;
}

bitnet_status bitnet_session_create(bitnet_model *model,
                                    const bitnet_session_options *options,
                                    bitnet_session **session) {
  if (!model || !session)
    return fail(BITNET_ERROR_ARGUMENT, "bitnet_session_create: expected a "
                                       "model and a place for the session");
  *session = nullptr;
  std::unique_ptr<Session> created;
  bitnet_session_options defaults = {};
  if (bitnet_status status =
          Session::create(model->model, options ? *options : defaults, created))
    return status;
  *session = new bitnet_session{std::move(created)};
  return BITNET_OK;
}

void bitnet_session_destroy(bitnet_session *session) { delete session; }

bitnet_status bitnet_session_run(bitnet_session *session,
                                 const DLTensor *const *inputs,
                                 int32_t input_count, DLTensor *const *outputs,
                                 int32_t output_count) {
  if (!session)
    return fail(BITNET_ERROR_ARGUMENT,
                "bitnet_session_run: expected a session, got null");
  return session->session->run(inputs, input_count, outputs, output_count);
}

bitnet_status bitnet_session_output_shape(bitnet_session *session,
                                          const DLTensor *const *inputs,
                                          int32_t input_count, int32_t output,
                                          int64_t *shape) {
  if (!session)
    return fail(BITNET_ERROR_ARGUMENT,
                "bitnet_session_output_shape: expected a session, got null");
  return session->session->outputShape(inputs, input_count, output, shape);
}

int64_t bitnet_session_position(const bitnet_session *session) {
  return session->session->position;
}

void bitnet_session_reset(bitnet_session *session) {
  session->session->position = 0;
}
