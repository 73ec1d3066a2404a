//===- TernaryDetection.cpp - Finding ternary weights by value ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TernaryDetection.h"

#include "bitnet/Support/Elements.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace bitnet;

/// Quantisers in the form x + (q(x) - x) leave rounding errors.
static constexpr double kTolerance = 1e-5;

namespace {
/// A constant matrix, depth x rows, as it is stored or the transpose of it,
/// which a product with transposed weights has.
struct ConstantMatrix {
  ElementsAttr elements;
  int64_t depth, rows;
  bool isTransposed;

  /// The place of an element in `elements`.
  int64_t place(int64_t k, int64_t row) const {
    return isTransposed ? row * depth + k : k * rows + row;
  }
};
} // namespace

static std::optional<ConstantMatrix> matchMatrix(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() != 2)
    return std::nullopt;
  ConstantMatrix matrix{nullptr, type.getDimSize(0), type.getDimSize(1), false};
  // Of a matrix there is no other transposition.
  if (auto transpose = value.getDefiningOp<linalg::TransposeOp>();
      transpose && ArrayRef<int64_t>{1, 0} == transpose.getPermutation()) {
    matrix.isTransposed = true;
    value = transpose.getInput();
  }
  if (!matchPattern(value, m_Constant(&matrix.elements)))
    return std::nullopt;
  return matrix;
}

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
static double meanMagnitude(ArrayRef<float> values,
                            const ConstantMatrix &matrix, int64_t row) {
  double sum = 0;
  int64_t count = 0;
  for (int64_t k = 0; k < matrix.depth; ++k) {
    double magnitude = std::fabs(values[matrix.place(k, row)]);
    sum += magnitude;
    count += magnitude != 0;
  }
  return count ? sum / double(count) : 0;
}

std::optional<TernaryWeights> bitnet::detectTernary(Value value,
                                                    std::string &why) {
  std::optional<ConstantMatrix> matrix = matchMatrix(value);
  if (!matrix || !matrix->elements.getElementType().isF32())
    return std::nullopt;
  std::optional<SmallVector<float, 0>> values = getFloats(matrix->elements);
  if (!values || values->empty())
    return std::nullopt;
  TernaryWeights result;
  result.depth = matrix->depth;
  result.rows = matrix->rows;
  result.trits.resize(result.rows * result.depth);
  for (int64_t row = 0; row < result.rows; ++row) {
    double mean = meanMagnitude(*values, *matrix, row);
    result.magnitudes.push_back(float(mean));
    for (int64_t k = 0; k < result.depth; ++k) {
      double v = (*values)[matrix->place(k, row)];
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
  std::optional<ConstantMatrix> matrix = matchMatrix(value);
  if (!matrix || !matrix->elements.getElementType().isInteger(8))
    return std::nullopt;
  std::optional<SmallVector<int8_t, 0>> values =
      ternary::getTrits(matrix->elements);
  if (!values || values->empty() ||
      llvm::any_of(*values, [](int8_t v) { return v < -1 || v > 1; }))
    return std::nullopt;
  TernaryWeights result;
  result.depth = matrix->depth;
  result.rows = matrix->rows;
  result.trits.resize(result.rows * result.depth);
  for (int64_t row = 0; row < result.rows; ++row)
    for (int64_t k = 0; k < result.depth; ++k)
      result.trits[row * result.depth + k] = (*values)[matrix->place(k, row)];
  result.magnitudes.assign(result.rows, 1.0f);
  return result;
}
