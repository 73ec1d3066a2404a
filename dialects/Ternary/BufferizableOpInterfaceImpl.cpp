//===- BufferizableOpInterfaceImpl.cpp - Kernel ops on buffers ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace bitnet::ternary;

namespace {

/// A kernel op overwrites its destinations and does not read them, unless it
/// accumulates.
template <typename OpTy>
struct KernelOpModel
    : DstBufferizableOpInterfaceExternalModel<KernelOpModel<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    auto accumulate = dyn_cast<LutAccumulateOp>(op);
    return (accumulate && accumulate.getAccumulates()) ||
           !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    if (isa<MemRefType>(op->getOperand(0).getType()))
      return success();
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    OperationState newState(op->getLoc(), op->getName(), buffers, TypeRange(),
                            op->getAttrs());
    newState.propertiesAttr = op->getPropertiesAsAttribute();
    rewriter.setInsertionPoint(op);
    rewriter.create(newState);
    SmallVector<Value> results;
    for (OpOperand &init :
         cast<DestinationStyleOpInterface>(op).getDpsInitsMutable())
      results.push_back(buffers[init.getOperandNumber()]);
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

} // namespace

void bitnet::ternary::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, TernaryDialect *) {
    LutBuildOp::attachInterface<KernelOpModel<LutBuildOp>>(*context);
    LutAccumulateOp::attachInterface<KernelOpModel<LutAccumulateOp>>(*context);
    AddAccumulateOp::attachInterface<KernelOpModel<AddAccumulateOp>>(*context);
    DotAccumulateOp::attachInterface<KernelOpModel<DotAccumulateOp>>(*context);
    TokenAccumulateOp::attachInterface<KernelOpModel<TokenAccumulateOp>>(
        *context);
  });
}
