//===- Contract.h - What must hold in a contract ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_MODEL_CONTRACT_H
#define DIALECTS_MODEL_CONTRACT_H

#include "dialects/Model/Model.h"

namespace bitnet::model {

/// Checks contract_c1 to contract_c7. Until shapes are inferred, outputs may
/// have none, or symbols that no call knows.
mlir::LogicalResult
verifyContract(llvm::function_ref<mlir::InFlightDiagnostic()> emitError,
               const Signature &contract, bool isInferred);

} // namespace bitnet::model

#endif // DIALECTS_MODEL_CONTRACT_H
