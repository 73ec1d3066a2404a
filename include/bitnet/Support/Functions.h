//===- Functions.h - Functions that a module makes for itself ---*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_FUNCTIONS_H
#define BITNET_SUPPORT_FUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace bitnet {

/// Appends a function without a body that is called, never inlined, and keeps
/// its name in the object without being visible outside of it.
mlir::func::FuncOp createLocalFunction(mlir::ModuleOp module,
                                       llvm::StringRef name,
                                       mlir::FunctionType type);

} // namespace bitnet

#endif // BITNET_SUPPORT_FUNCTIONS_H
