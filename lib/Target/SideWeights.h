//===- SideWeights.h - Names that weights in a file go by -------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TARGET_SIDEWEIGHTS_H
#define LIB_TARGET_SIDEWEIGHTS_H

#include "llvm/ADT/StringRef.h"

namespace bitnet {

/// The global that holds the address of the mapped weights.
inline constexpr llvm::StringLiteral kWeightsBase = "bitnet_weights_base";

} // namespace bitnet

#endif // LIB_TARGET_SIDEWEIGHTS_H
