//===- Passes.h - Conversion passes -----------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_ONNX_PASSES_H
#define BITNET_ONNX_PASSES_H

#include "mlir/Pass/Pass.h"

namespace bitnet {

#define GEN_PASS_DECL
#include "bitnet/ONNX/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "bitnet/ONNX/Passes.h.inc"

} // namespace bitnet

#endif // BITNET_ONNX_PASSES_H
