//===- Rows.h - Tables of scalar functions ----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_ONNX_ROWS_H
#define LIB_EVALUATOR_ONNX_ROWS_H

#include "Operators.h"

#include "llvm/ADT/STLExtras.h"

namespace bitnet::evaluator {

/// Signed arithmetic wraps, as that of every machine does.
inline int64_t wrap(uint64_t value) { return int64_t(value); }

/// The column of `row` for elements of type T.
template <typename T, typename Row>
auto column(const Row &row) {
  if constexpr (std::is_same_v<Compute<T>, double>)
    return row.real;
  else if constexpr (std::is_same_v<Compute<T>, int64_t>)
    return row.integer;
  else
    return row.natural;
}

template <typename Row, size_t N>
const Row *rowOf(const Row (&table)[N], llvm::StringRef name) {
  const Row *row =
      llvm::find_if(table, [&](const Row &row) { return row.name == name; });
  return row == std::end(table) ? nullptr : row;
}

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_ONNX_ROWS_H
