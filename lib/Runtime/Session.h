//===- Session.h - The state of one user of a model -------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_SESSION_H
#define BITNET_LIB_RUNTIME_SESSION_H

#include "Model.h"

namespace bitnet::runtime {

/// The caches of one session in one mapping, zero until written.
class Caches {
public:
  Caches() = default;
  Caches(const Caches &) = delete;
  Caches &operator=(const Caches &) = delete;
  ~Caches();

  bitnet_status allocate(const Model &model, int64_t batch);

  void *data(size_t cache) const {
    return static_cast<char *>(memory) + offsets[cache];
  }
  const std::vector<int64_t> &shape(size_t cache) const {
    return shapes[cache];
  }

private:
  void *memory = nullptr;
  size_t size = 0;
  std::vector<size_t> offsets;
  std::vector<std::vector<int64_t>> shapes;
};

class Session {
public:
  static bitnet_status create(std::shared_ptr<Model> model,
                              const bitnet_session_options &options,
                              std::unique_ptr<Session> &result);

  bitnet_status run(const DLTensor *const *inputs, int32_t inputCount,
                    DLTensor *const *outputs, int32_t outputCount);
  bitnet_status outputShape(const DLTensor *const *inputs, int32_t inputCount,
                            int32_t output, int64_t *shape);

  const Model &getModel() const { return *model; }
  int64_t getBatch() const { return batch; }
  int64_t position = 0;

private:
  /// Checks the inputs, gives each symbol its value, and checks the call as a
  /// whole: max-context and the constraints.
  bitnet_status bind(const DLTensor *const *inputs, int32_t count);
  bitnet_status bindSymbols(const std::string &name, const DLTensor &tensor,
                            const bitnet_descriptor_value &value);
  bitnet_status checkShape(const std::string &name, const DLTensor &tensor,
                           const bitnet_descriptor_value &value) const;
  bitnet_status checkCall() const;
  bitnet_status checkOutputs(DLTensor *const *outputs, int32_t count) const;

  /// How many tokens the bound call appends.
  int64_t sequence() const;

  /// Calls the object with the session's number of threads; gives its status.
  int64_t call(const DLTensor *const *inputs, DLTensor *const *outputs);

  std::shared_ptr<Model> model;
  int64_t batch = 1;
  int32_t threads = 1;
  Caches caches;
  std::vector<int64_t> symbols;
  std::vector<int64_t> words; // the memref descriptors of a call
  std::vector<void *> arguments;
};

} // namespace bitnet::runtime

struct bitnet_session {
  std::unique_ptr<bitnet::runtime::Session> session;
};

#endif // BITNET_LIB_RUNTIME_SESSION_H
