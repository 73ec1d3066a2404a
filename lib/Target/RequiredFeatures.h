//===- RequiredFeatures.h - What a processor must have -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TARGET_REQUIREDFEATURES_H
#define LIB_TARGET_REQUIREDFEATURES_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace bitnet {

/// The features that the object demands of a processor: those of the target
/// that LLVM uses by itself, and those that its kernels need
/// (`model.features`). One that the runtime cannot check is an error.
mlir::FailureOr<std::vector<std::string>>
requiredFeatures(mlir::ModuleOp module, mlir::LLVM::TargetAttr target);

} // namespace bitnet

#endif // LIB_TARGET_REQUIREDFEATURES_H
