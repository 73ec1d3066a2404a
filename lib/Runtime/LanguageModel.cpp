//===- LanguageModel.cpp - Models fed with token ids ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LanguageModel.h"
#include "Error.h"
#include "Tensor.h"
#include "bitnet/Runtime/generate.h"

#include <cinttypes>
#include <cstring>
#include <numeric>

using namespace bitnet::runtime;

static bool isInt64(DLDataType type) {
  return type.code == kDLInt && type.bits == 64;
}

bitnet_status LanguageModel::create(bitnet_session *session,
                                    std::unique_ptr<LanguageModel> &result) {
  if (!session)
    return fail(BITNET_ERROR_ARGUMENT, "expected a session, got null");
  result = std::make_unique<LanguageModel>();
  result->session = session->session.get();
  return result->check();
}

bitnet_status LanguageModel::check() {
  const Model &model = session->getModel();
  const char *path = model.path();
  bool hasIds = false;
  for (const bitnet_value &input : model.inputs) {
    if (strcmp(input.name, "input_ids") == 0)
      inputs.push_back(Input::Ids);
    else if (strcmp(input.name, "attention_mask") == 0)
      inputs.push_back(Input::Mask);
    else if (strcmp(input.name, "position_ids") == 0)
      inputs.push_back(Input::Positions);
    else
      return fail(BITNET_ERROR_ARGUMENT,
                  "%s: input '%s': expected a language model with no other "
                  "inputs than input_ids, attention_mask and position_ids",
                  path, input.name);
    if (!isInt64(input.type) || input.rank != 2)
      return fail(BITNET_ERROR_ARGUMENT,
                  "%s: input '%s': expected a language model where it is int64 "
                  "of rank 2, got %s of rank %d",
                  path, input.name, typeName(input.type).c_str(), input.rank);
    hasIds |= inputs.back() == Input::Ids;
  }
  if (!hasIds)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a language model with an input 'input_ids'",
                path);
  const bitnet_value *logits =
      model.outputs.size() == 1 ? &model.outputs.front() : nullptr;
  if (!logits || strcmp(logits->name, "logits") != 0 || logits->rank != 3 ||
      logits->type.code != kDLFloat || logits->type.bits != 32 ||
      logits->dimensions[2].size < 1)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a language model whose only output is 'logits', "
                "float32 [batch, sequence, vocabulary]",
                path);
  if (!model.isStateful())
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a stateful language model, which keeps its "
                "caches in the session",
                path);
  if (session->getBatch() != 1)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a session with a batch of 1, got %" PRId64, path,
                session->getBatch());
  vocabularySize = logits->dimensions[2].size;
  return BITNET_OK;
}

bitnet_status LanguageModel::feed(const int64_t *tokens, int64_t count,
                                  float *logits) const {
  const Model &model = session->getModel();
  if (!tokens || count < 1 || !logits)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected at least one token and room for its logits",
                model.path());
  int64_t total;
  if (__builtin_add_overflow(session->position, count, &total) ||
      total > maxContext())
    return fail(BITNET_ERROR_CONTEXT,
                "%s: expected at most %" PRId64 " tokens (max-context), got "
                "%" PRId64 " after %" PRId64,
                model.path(), maxContext(), count, session->position);
  std::vector<int64_t> mask(size_t(total), 1), positions(size_t(count), 0);
  std::iota(positions.begin(), positions.end(), session->position);

  int64_t shape[] = {1, count}, maskShape[] = {1, total};
  int64_t logitsShape[] = {1, count, vocabularySize};
  DLTensor tensor = {};
  tensor.device = {kDLCPU, 0};
  std::vector<DLTensor> tensors(inputs.size(), tensor);
  std::vector<const DLTensor *> pointers;
  for (size_t i = 0; i < inputs.size(); ++i) {
    tensors[i].ndim = 2;
    tensors[i].dtype = {kDLInt, 64, 1};
    tensors[i].shape = inputs[i] == Input::Mask ? maskShape : shape;
    // The ids are only read.
    tensors[i].data = inputs[i] == Input::Ids    ? const_cast<int64_t *>(tokens)
                      : inputs[i] == Input::Mask ? mask.data()
                                                 : positions.data();
    pointers.push_back(&tensors[i]);
  }
  DLTensor output = tensor;
  output.ndim = 3;
  output.dtype = {kDLFloat, 32, 1};
  output.shape = logitsShape;
  output.data = logits;
  DLTensor *outputs[] = {&output};
  return session->run(pointers.data(), int32_t(pointers.size()), outputs, 1);
}

bitnet_status bitnet_vocabulary(bitnet_session *session, int64_t *vocabulary) {
  std::unique_ptr<LanguageModel> model;
  if (bitnet_status status = LanguageModel::create(session, model))
    return status;
  if (vocabulary)
    *vocabulary = model->vocabulary();
  return BITNET_OK;
}

bitnet_status bitnet_feed(bitnet_session *session, const int64_t *tokens,
                          int64_t count, float *logits) {
  std::unique_ptr<LanguageModel> model;
  if (bitnet_status status = LanguageModel::create(session, model))
    return status;
  return model->feed(tokens, count, logits);
}
