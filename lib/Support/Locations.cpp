//===- Locations.cpp - The source model's names in locations --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

StringRef bitnet::nodeName(Location location, StringRef otherwise) {
  StringRef name = otherwise;
  location->walk([&](Location inner) {
    auto named = dyn_cast<NameLoc>(inner);
    if (!named)
      return WalkResult::advance();
    name = named.getName().getValue();
    return WalkResult::interrupt();
  });
  return name;
}
