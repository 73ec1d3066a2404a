//===- TernaryDetection.h - Finding ternary weights by value ----*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TERNARY_FIND_TERNARYDETECTION_H
#define LIB_TERNARY_FIND_TERNARYDETECTION_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

namespace bitnet {

/// Ternary weights of a product, one row of trits for each output.
struct TernaryWeights {
  int64_t rows, depth;
  llvm::SmallVector<int8_t, 0> trits; // rows x depth
  /// What a trit stands for: one magnitude for each row.
  llvm::SmallVector<float, 0> magnitudes;

  bool hasOneMagnitude() const { return llvm::all_equal(magnitudes); }
};

/// The weights if `value` is a constant depth x rows matrix of f32, or the
/// `linalg.transpose` of a constant, in which
/// each column holds 0 and ± one magnitude only, up to a relative error of
/// 1e-5, which a quantiser that a framework wrote as x + (q(x) - x) needs.
/// Otherwise nothing, and `why` says which element is not; an empty `why` means
/// that the value is no constant.
std::optional<TernaryWeights> detectTernary(mlir::Value value,
                                            std::string &why);

/// The same for a constant depth x rows matrix of i8, where the only magnitude
/// is 1.
std::optional<TernaryWeights> detectTernaryIntegers(mlir::Value value);

} // namespace bitnet

#endif // LIB_TERNARY_FIND_TERNARYDETECTION_H
