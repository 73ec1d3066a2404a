//===- TernaryDetection.cpp - Finding ternary weights by value ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/TernaryDetection.h"

#include "bitnet/Support/Elements.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/Matchers.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace bitnet;

/// Quantisers in the form x + (q(x) - x) leave rounding errors.
static constexpr double kTolerance = 1e-5;

/// The values of an f32 matrix, dense or resource.
static std::optional<SmallVector<float, 0>> getFloats(ElementsAttr value) {
  std::optional<ElementBytes> data = elementBytes(value);
  if (!data)
    return std::nullopt;
  SmallVector<float, 0> floats(value.getNumElements());
  std::copy(data->bytes.begin(), data->bytes.end(),
            reinterpret_cast<char *>(floats.data()));
  return floats;
}

/// The mean magnitude of what is not zero in column `row`.
static double meanMagnitude(ArrayRef<float> values, int64_t rows, int64_t depth,
                            int64_t row) {
  double sum = 0;
  int64_t count = 0;
  for (int64_t k = 0; k < depth; ++k) {
    double magnitude = std::fabs(values[k * rows + row]);
    sum += magnitude;
    count += magnitude != 0;
  }
  return count ? sum / double(count) : 0;
}

std::optional<TernaryWeights> bitnet::detectTernary(Value value,
                                                    std::string &why) {
  ElementsAttr elements;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() != 2 || !type.getElementType().isF32() ||
      !matchPattern(value, m_Constant(&elements)))
    return std::nullopt;
  std::optional<SmallVector<float, 0>> values = getFloats(elements);
  if (!values || values->empty())
    return std::nullopt;
  TernaryWeights result;
  result.depth = type.getDimSize(0);
  result.rows = type.getDimSize(1);
  result.trits.resize(result.rows * result.depth);
  for (int64_t row = 0; row < result.rows; ++row) {
    double mean = meanMagnitude(*values, result.rows, result.depth, row);
    result.magnitudes.push_back(float(mean));
    for (int64_t k = 0; k < result.depth; ++k) {
      double v = (*values)[k * result.rows + row];
      // Written so that a NaN is refused too.
      if (v != 0 && !(std::fabs(std::fabs(v) - mean) <= kTolerance * mean)) {
        llvm::raw_string_ostream(why)
            << "value [" << k << ", " << row << "] is " << v
            << ", expected 0 or one magnitude, whose mean is " << mean;
        return std::nullopt;
      }
      result.trits[row * result.depth + k] = (v > 0) - (v < 0);
    }
  }
  // One scale for the whole matrix differs between its rows by no more than
  // rounding: take one for all, the mean.
  double least = INFINITY, greatest = 0, sum = 0;
  int64_t count = 0;
  for (float magnitude : result.magnitudes) {
    if (magnitude == 0)
      continue;
    least = std::min<double>(least, magnitude);
    greatest = std::max<double>(greatest, magnitude);
    sum += magnitude;
    ++count;
  }
  if (count && greatest - least <= kTolerance * greatest)
    result.magnitudes.assign(result.rows, float(sum / double(count)));
  return result;
}

std::optional<TernaryWeights> bitnet::detectTernaryIntegers(Value value) {
  ElementsAttr elements;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() != 2 || !type.getElementType().isInteger(8) ||
      !matchPattern(value, m_Constant(&elements)))
    return std::nullopt;
  std::optional<SmallVector<int8_t, 0>> values = ternary::getTrits(elements);
  if (!values || values->empty() ||
      llvm::any_of(*values, [](int8_t v) { return v < -1 || v > 1; }))
    return std::nullopt;
  TernaryWeights result;
  result.depth = type.getDimSize(0);
  result.rows = type.getDimSize(1);
  result.trits.resize(result.rows * result.depth);
  for (int64_t row = 0; row < result.rows; ++row)
    for (int64_t k = 0; k < result.depth; ++k)
      result.trits[row * result.depth + k] = (*values)[k * result.rows + row];
  result.magnitudes.assign(result.rows, 1.0f);
  return result;
}
