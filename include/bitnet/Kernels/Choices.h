//===- Choices.h - A file of kernel choices ------------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was found to be fast on some machine, to be used instead of the defaults
// of lib/Kernels: a text with one MLIR attribute,
//
//   [{kernels = [#ternary.kernel<…>, #ternary.kernel<…>],
//     packing = #ternary.packing<… logical = 2560 x 2560>},
//    …]
//
// with an entry for each shape of weights, the scale_group included.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_KERNELS_CHOICES_H
#define BITNET_KERNELS_CHOICES_H

#include "bitnet/Kernels/Kernels.h"

namespace bitnet::kernels {

/// The entries of the file, in its order. Errors name the file and the entry.
mlir::FailureOr<llvm::SmallVector<Selection>>
readChoices(llvm::StringRef path, mlir::MLIRContext *context);

/// Prints entries in the form that `readChoices` reads.
void printChoices(llvm::ArrayRef<Selection> choices, llvm::raw_ostream &os);

} // namespace bitnet::kernels

#endif // BITNET_KERNELS_CHOICES_H
