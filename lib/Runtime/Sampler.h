//===- Sampler.h - The choice of the next token -----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_SAMPLER_H
#define BITNET_LIB_RUNTIME_SAMPLER_H

#include <cstdint>
#include <random>
#include <vector>

namespace bitnet::runtime {

/// Chooses tokens from logits: the first of the largest, or at random by their
/// softmax at a temperature. The same seed gives the same tokens everywhere.
class Sampler {
public:
  Sampler(double temperature, uint64_t seed)
      : temperature(temperature), random(seed) {}

  /// False if the largest logit is not finite.
  bool choose(const float *logits, int64_t count);

  int64_t last() const { return token; }

private:
  double temperature;
  std::mt19937_64 random;
  std::vector<double> sums;
  int64_t token = 0;
};

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_SAMPLER_H
