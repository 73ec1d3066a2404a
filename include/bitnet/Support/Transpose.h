//===- Transpose.h - Transpose matrices in memory ------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_TRANSPOSE_H
#define BITNET_SUPPORT_TRANSPOSE_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace bitnet {

/// Emits out[c, r] = in[r, c] for buffers of rank 2 whose rows are contiguous:
/// loops over squares that are transposed in registers, and over the elements
/// that are left.
void emitTranspose(mlir::ImplicitLocOpBuilder &b, mlir::Value in,
                   mlir::Value out);

/// The same for the first `count` columns of a buffer with rows and columns in
/// whole squares of 16, without loops over single elements.
void emitPaddedTranspose(mlir::ImplicitLocOpBuilder &b, mlir::Value in,
                         mlir::Value out, mlir::Value count);

/// Puts the elements of each column of the lines side by side, one column after
/// the other. Lines are vectors of one type, and their number is a power of
/// two; a square of lines comes out transposed.
llvm::SmallVector<mlir::Value>
interleaveLines(mlir::ImplicitLocOpBuilder &b,
                llvm::SmallVector<mlir::Value> lines);

} // namespace bitnet

#endif // BITNET_SUPPORT_TRANSPOSE_H
