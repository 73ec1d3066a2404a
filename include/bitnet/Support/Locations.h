//===- Locations.h - The source model's names in locations ------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_LOCATIONS_H
#define BITNET_SUPPORT_LOCATIONS_H

#include "mlir/IR/Location.h"

namespace bitnet {

/// The name that a location carries, which is that of the source model's node;
/// of a fused location the first one's. `otherwise` if there is none.
llvm::StringRef nodeName(mlir::Location location,
                         llvm::StringRef otherwise = "?");

} // namespace bitnet

#endif // BITNET_SUPPORT_LOCATIONS_H
