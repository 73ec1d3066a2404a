//===- Model.h - A loaded object --------------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_MODEL_H
#define BITNET_LIB_RUNTIME_MODEL_H

#include "Weights.h"

#include <deque>
#include <vector>

namespace bitnet::runtime {

/// A loaded object whose descriptor has been checked.
class Model {
public:
  ~Model();

  static bitnet_status open(const char *path, std::shared_ptr<Model> &result);

  const bitnet_descriptor &get() const { return *descriptor; }
  const char *path() const { return filePath.c_str(); }
  bool isStateful() const { return descriptor->position_symbol >= 0; }

  /// The symbol of the caches' first dimension, or -1.
  int32_t batchSymbol() const { return batch; }

  std::string print(const int64_t *expression) const;

  // What bitnet.h shows.
  std::vector<bitnet_value> inputs, outputs, caches;
  std::vector<bitnet_layer> layers;
  std::vector<bitnet_metadata> metadata;
  std::string weightsFile;
  std::shared_ptr<Weights> weights;

private:
  bitnet_status load();
  bitnet_status checkFeatures() const;
  void describe();
  void describe(const bitnet_descriptor_value *values, int32_t count,
                std::vector<bitnet_value> &result);

  std::string filePath;
  void *handle = nullptr;
  const bitnet_descriptor *descriptor = nullptr;
  int32_t batch = -1;
  std::deque<std::vector<bitnet_dimension>> dimensions;
  std::deque<std::string> texts;
};

} // namespace bitnet::runtime

struct bitnet_model {
  std::shared_ptr<bitnet::runtime::Model> model;
};

#endif // BITNET_LIB_RUNTIME_MODEL_H
