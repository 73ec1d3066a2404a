//===- LanguageModel.h - Models fed with token ids --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_LANGUAGEMODEL_H
#define BITNET_LIB_RUNTIME_LANGUAGEMODEL_H

#include "Session.h"

namespace bitnet::runtime {

/// A session of a stateful model with the inputs and the output of a causal
/// language model, fed with token ids.
class LanguageModel {
public:
  static bitnet_status create(bitnet_session *session,
                              std::unique_ptr<LanguageModel> &result);

  int64_t vocabulary() const { return vocabularySize; }
  int64_t maxContext() const { return session->getModel().get().max_context; }

  bitnet_status feed(const int64_t *tokens, int64_t count, float *logits) const;

private:
  enum class Input { Ids, Mask, Positions };

  bitnet_status check();

  Session *session = nullptr;
  std::vector<Input> inputs; // in the model's order
  int64_t vocabularySize = 0;
};

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_LANGUAGEMODEL_H
