//===- Diagnostics.h - Errors that name a model's node ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_DIAGNOSTICS_H
#define BITNET_SUPPORT_DIAGNOSTICS_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace bitnet {

/// Makes diagnostics of `context` that lie in a model print as
/// `<file>: node '<name>': error: …`. Locations of a model have line 0 (see
/// bitnet/Import/ONNX.h), which the handlers of MLIR would print. To be called
/// after another handler was installed: that one prints what lies in text.
void printModelLocations(mlir::MLIRContext *context);

} // namespace bitnet

#endif // BITNET_SUPPORT_DIAGNOSTICS_H
