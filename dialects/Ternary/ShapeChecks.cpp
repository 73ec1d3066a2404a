//===- ShapeChecks.cpp - Shapes in verifiers ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeChecks.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace bitnet::ternary;

LogicalResult bitnet::ternary::verifyShape(Operation *op, StringRef name,
                                           Value value,
                                           ArrayRef<int64_t> expected) {
  auto type = cast<ShapedType>(value.getType());
  if (type.getRank() == int64_t(expected.size()) &&
      llvm::all_of_zip(type.getShape(), expected, agree))
    return success();
  InFlightDiagnostic diag = op->emitOpError();
  diag << name << " is " << type << ", expected shape [";
  llvm::interleave(
      expected, [&](int64_t dim) { diag << show(dim); }, [&] { diag << ", "; });
  return diag << "]";
}
