//===- ConversionStage.h - Passes of the conversion stage -------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PASSES_CONVERSIONSTAGE_H
#define BITNET_PASSES_CONVERSIONSTAGE_H

#include "mlir/Pass/Pass.h"

namespace bitnet {

#define GEN_PASS_DECL
#include "bitnet/Passes/ConversionStage.h.inc"

#define GEN_PASS_REGISTRATION
#include "bitnet/Passes/ConversionStage.h.inc"

} // namespace bitnet

#endif // BITNET_PASSES_CONVERSIONSTAGE_H
