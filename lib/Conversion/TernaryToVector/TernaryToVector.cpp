//===- TernaryToVector.cpp - Kernel ops to calls of kernels ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Conversion/Passes.h"

#include "bitnet/Kernels/Kernels.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace bitnet {
#define GEN_PASS_DEF_CONVERTTERNARYTOVECTOR
#include "bitnet/Conversion/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

static bool isKernelOp(Operation *op) {
  return isa<ternary::LutBuildOp, ternary::LutAccumulateOp,
             ternary::AddAccumulateOp, ternary::DotAccumulateOp,
             ternary::TokenAccumulateOp>(op);
}

/// Replaces the op by a call. The function takes buffers at any offset and of
/// any number of rows, so static operand types are cast to it.
static LogicalResult convert(ModuleOp module, Operation *op) {
  for (Type type : op->getOperandTypes())
    if (!isa<MemRefType>(type))
      return op->emitOpError("has an operand of type ")
             << type << ", expected buffers only";
  FailureOr<func::FuncOp> function = kernels::getOrCreateFunction(module, op);
  if (failed(function))
    return failure();
  OpBuilder builder(op);
  SmallVector<Value> arguments;
  for (auto [operand, type] :
       llvm::zip_equal(op->getOperands(), function->getArgumentTypes())) {
    if (operand.getType() == type) {
      arguments.push_back(operand);
      continue;
    }
    if (!memref::CastOp::areCastCompatible(operand.getType(), type))
      return op->emitOpError("has an operand of type ")
             << operand.getType() << ", expected what can be cast to " << type;
    arguments.push_back(
        memref::CastOp::create(builder, op->getLoc(), type, operand));
  }
  func::CallOp::create(builder, op->getLoc(), *function, arguments);
  op->erase();
  return success();
}

namespace {
class ConvertTernaryToVector
    : public bitnet::impl::ConvertTernaryToVectorBase<ConvertTernaryToVector> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isKernelOp(op))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      if (failed(convert(getOperation(), op)))
        return signalPassFailure();
    // The functions leave with attributes of builtin dialects only.
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      function->removeAttr(ternary::TernaryDialect::kKernel);
      function->removeAttr(ternary::TernaryDialect::kPacking);
    }
  }
};
} // namespace
