//===- Tuned.h - Kernels that were tuned for processors ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_KERNELS_TUNED_H
#define BITNET_KERNELS_TUNED_H

#include "bitnet/Kernels/Kernels.h"

namespace bitnet::kernels {

/// A row of Tuned.def.
struct TunedRow {
  llvm::StringRef processor, isa;
  /// Rows whose words lie side by side.
  unsigned rows;
  /// The kernels, as MLIR writes them.
  llvm::StringRef kernels;
};

llvm::ArrayRef<TunedRow> tunedRows();

/// The row of an instruction set on a processor, or null.
const TunedRow *findTuned(llvm::StringRef processor, llvm::StringRef isa);

/// The kernels of a row, for growing numbers of tokens.
llvm::SmallVector<ternary::KernelAttr> readKernels(const TunedRow &row,
                                                   mlir::MLIRContext *context);

/// Prints the row that says what was chosen.
void printTunedRow(llvm::StringRef processor, const Selection &choice,
                   llvm::raw_ostream &os);

} // namespace bitnet::kernels

#endif // BITNET_KERNELS_TUNED_H
