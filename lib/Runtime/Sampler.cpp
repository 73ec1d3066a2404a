//===- Sampler.cpp - The choice of the next token -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sampler.h"

#include <algorithm>
#include <cmath>

using namespace bitnet::runtime;

bool Sampler::choose(const float *logits, int64_t count) {
  const float *largest = std::max_element(logits, logits + count);
  if (!std::isfinite(*largest))
    return false;
  token = largest - logits;
  if (temperature == 0)
    return true;
  sums.resize(size_t(count));
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    sum += std::exp((double(logits[i]) - double(*largest)) / temperature);
    sums[size_t(i)] = sum;
  }
  if (!std::isfinite(sum))
    return false;
  // The library's distributions differ between implementations; this does not.
  double target = double(random() >> 11) * 0x1p-53 * sum;
  token = std::upper_bound(sums.begin(), sums.end(), target) - sums.begin();
  token = std::min(token, count - 1);
  return true;
}
