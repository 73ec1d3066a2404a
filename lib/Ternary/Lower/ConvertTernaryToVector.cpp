//===- ConvertTernaryToVector.cpp - Kernel ops to calls of kernels --------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"

#include "bitnet/Kernels/Kernels.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/MapVector.h"

namespace bitnet {
#define GEN_PASS_DEF_CONVERTTERNARYTOVECTOR
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

using ternary::KernelOpInterface;

namespace {
/// Buffers that kernels work in, one of each type for all kernels that run one
/// after the other. They stand outside of the loops around the kernels, but
/// inside of what threads share.
class ScratchBuffers {
public:
  /// For a kernel where `op` stands.
  Value get(Operation *op, MemRefType type) {
    // A buffer of a branch that stands in a loop would be allocated each time.
    for (Operation *at = op->getParentOp(); isa<scf::ForOp, scf::IfOp>(at);
         at = at->getParentOp())
      if (isa<scf::ForOp>(at))
        op = at;
    Block *block = op->getBlock();
    Value &buffer = buffers[{block, type}];
    if (!buffer) {
      Location loc = op->getLoc();
      auto builder = OpBuilder::atBlockBegin(block);
      buffer = memref::AllocOp::create(builder, loc, type,
                                       builder.getI64IntegerAttr(kAlignment));
      builder.setInsertionPoint(block->getTerminator());
      memref::DeallocOp::create(builder, loc, buffer);
    }
    return buffer;
  }

private:
  /// A line of the cache, and the widest register.
  static constexpr int64_t kAlignment = 64;
  llvm::MapVector<std::pair<Block *, Type>, Value> buffers;
};
} // namespace

/// Replaces the op by a call. The function takes buffers at any offset and of
/// any number of rows, so static operand types are cast to it.
static LogicalResult convert(ModuleOp module, KernelOpInterface op,
                             ScratchBuffers &scratch) {
  for (Type type : op->getOperandTypes())
    if (!isa<MemRefType>(type))
      return op->emitOpError("has an operand of type ")
             << type << ", expected buffers only";
  FailureOr<func::FuncOp> function = kernels::getOrCreateFunction(module, op);
  if (failed(function))
    return failure();
  OpBuilder builder(op);
  SmallVector<Value> arguments;
  ArrayRef<Type> types = function->getArgumentTypes();
  for (auto [operand, type] : llvm::zip(op->getOperands(), types)) {
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
  for (Type type : types.drop_front(op->getNumOperands()))
    arguments.push_back(scratch.get(op, cast<MemRefType>(type)));
  func::CallOp::create(builder, op->getLoc(), *function, arguments);
  op->erase();
  return success();
}

namespace {
class ConvertTernaryToVector
    : public bitnet::impl::ConvertTernaryToVectorBase<ConvertTernaryToVector> {
  void runOnOperation() override {
    SmallVector<KernelOpInterface> ops;
    getOperation().walk([&](KernelOpInterface op) { ops.push_back(op); });
    ScratchBuffers scratch;
    for (KernelOpInterface op : ops)
      if (failed(convert(getOperation(), op, scratch)))
        return signalPassFailure();
    // The functions leave with attributes of builtin dialects only.
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      function->removeAttr(kernels::kAccumulates);
      function->removeAttr(ternary::TernaryDialect::kKernel);
      function->removeAttr(ternary::TernaryDialect::kPacking);
    }
  }
};
} // namespace
