//===- ONNX.h - From an ONNX file to onnx.node IR ---------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_IMPORT_ONNX_H
#define BITNET_IMPORT_ONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace bitnet {

/// Whether the first field of `buffer` is one of an ONNX model's.
bool isONNX(llvm::MemoryBufferRef buffer);

/// Imports the ONNX model in `buffer` as a module with one function, `@main`,
/// that mirrors the graph (see dialects/ONNX) and gives it no meaning. Reports
/// what is wrong with the file as an error and returns null.
///
/// The buffer's identifier is the model's path: external data is looked up in
/// its folder and nowhere else. A model from standard input (identifier
/// `<stdin>`) cannot have external data.
///
/// What becomes what:
///  - graph inputs: arguments, with name, type and shape as `model.input`;
///    outputs likewise, `model.output` (see dialects/Model);
///  - initialisers and `Constant` nodes: `arith.constant`; inputs that an
///    initialiser gives a value are no arguments. INT4, UINT4, INT2 and UINT2
///    are widened to i8 and ui8, `onnx.element_type` keeps what they were;
///  - other nodes: `onnx.node`, typed where the file states a type;
///  - operator sets and metadata: `onnx.opset_imports`, `model.metadata`.
///
/// Locations read `"<node name>"("<file>: node '<node name>'":0:0)`: the outer
/// name is for passes, and the inner file for diagnostics, so that every MLIR
/// tool names the node, and ours (see bitnet/Support/Diagnostics.h) print
/// `<file>: node '<node name>': error: …`. Initialisers, inputs and outputs
/// have theirs in the same way.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::MemoryBufferRef buffer,
                                             mlir::MLIRContext *context);

} // namespace bitnet

#endif // BITNET_IMPORT_ONNX_H
