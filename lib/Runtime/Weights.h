//===- Weights.h - Weights in a side file -----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_WEIGHTS_H
#define BITNET_LIB_RUNTIME_WEIGHTS_H

#include "bitnet/Runtime/Descriptor.h"
#include "bitnet/Runtime/bitnet.h"

#include <memory>
#include <string>

namespace bitnet::runtime {

/// A side file mapped read-only, so that the system pages it and processes
/// share it. Loading an object twice gives one copy of its code and data, thus
/// also one mapping, which lasts until the last model that uses it closes.
class Weights {
public:
  ~Weights();

  /// Maps `path` and stores the address where the object expects it.
  static bitnet_status map(const bitnet_descriptor *descriptor,
                           const std::string &path,
                           std::shared_ptr<Weights> &result);

  uint64_t hash() const;

private:
  Weights(const bitnet_descriptor *descriptor, void *data, size_t size)
      : descriptor(descriptor), data(data), size(size) {}

  const bitnet_descriptor *descriptor;
  void *data;
  size_t size;
};

/// "dir/model.so" has its weights in "dir/model.weights".
std::string weightsPath(const std::string &objectPath);

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_WEIGHTS_H
