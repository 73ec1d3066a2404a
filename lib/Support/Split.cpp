//===- Split.cpp - Equal parts for threads --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Split.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"

using namespace mlir;

bitnet::Part bitnet::splitEvenly(OpBuilder &builder, Location loc,
                                 OpFoldResult total, OpFoldResult count,
                                 OpFoldResult index, int64_t unit) {
  AffineExpr s0, s1, s2;
  bindSymbols(builder.getContext(), s0, s1, s2);
  AffineExpr each = s0.ceilDiv(s1);
  if (unit > 1)
    each = each.ceilDiv(unit) * unit;
  OpFoldResult size =
      affine::makeComposedFoldedAffineApply(builder, loc, each, {total, count});
  // No part passes the end: min(total, expr(size, operand)).
  auto atMostAll = [&](AffineExpr expr, OpFoldResult operand) {
    auto map = AffineMap::get(0, 3, {s0, expr}, builder.getContext());
    return affine::makeComposedFoldedAffineMin(builder, loc, map,
                                               {total, size, operand});
  };
  OpFoldResult begin = atMostAll(s2 * s1, index);
  OpFoldResult end = atMostAll(s2 + s1, begin);
  return {begin, affine::makeComposedFoldedAffineApply(builder, loc, s1 - s0,
                                                       {begin, end})};
}
