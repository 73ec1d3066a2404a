//===- Pipelines.cpp - The road from a model to LLVM ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Pipelines/Pipelines.h"

#include "bitnet/Passes/ConversionStage.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Passes/LLVMStage.h"
#include "bitnet/Passes/TernaryStage.h"
#include "bitnet/Support/TargetFacts.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace bitnet;

static void cleanUp(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void bitnet::buildConversionStage(OpPassManager &pm, const PipelineOptions &) {
  pm.addPass(createOnnxFoldConstants());
  pm.addPass(createConvertONNXToLinalg());
  cleanUp(pm);
}

void bitnet::buildTernaryStage(OpPassManager &pm,
                               const PipelineOptions &options) {
  pm.addPass(createTernaryFuseQuantization(
      {/*requireTernary=*/options.requireTernary}));
  pm.addNestedPass<func::FuncOp>(createTernaryFuseAttention());
  if (options.stateful)
    pm.addPass(createMakeCachesStateful({/*maxContext=*/options.maxContext}));
  cleanUp(pm);
  pm.addNestedPass<func::FuncOp>(createBitnetOwnResults());
  pm.addPass(createBitnetDescribeModel());
}

void bitnet::buildKernelStage(OpPassManager &pm,
                              const PipelineOptions &options) {
  pm.addPass(createBitnetSetTarget(
      {options.triple, options.cpu, options.bytesPerCycle, options.threads}));
  pm.addPass(
      LLVM::createLLVMTargetToDataLayout({/*initializeLLVMTargets=*/true}));
  pm.addPass(createTernarySelectKernels(
      {options.choices, options.algorithm, options.isa, options.remarks}));
  pm.addNestedPass<func::FuncOp>(createTernaryFuseEpilogues());
  pm.addNestedPass<func::FuncOp>(createTernaryFormProducts());
  pm.addNestedPass<func::FuncOp>(createTernaryPackWeights());
  cleanUp(pm);
  pm.addNestedPass<func::FuncOp>(createTernaryBranchOnTokens());
  pm.addNestedPass<func::FuncOp>(createTernaryTileProducts());
  // Tiles of the same activations become the same value.
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(createTernaryLowerToKernels());
  pm.addNestedPass<func::FuncOp>(createTernaryDecomposeQuantization());
  pm.addNestedPass<func::FuncOp>(createTernaryLowerAttention());
  pm.addNestedPass<func::FuncOp>(createLinalgDecomposeSoftmax());
  pm.addNestedPass<func::FuncOp>(createLinalgOrderMatmul());
  cleanUp(pm);
  pm.addPass(createLinalgElementwiseOpFusionPass());
  cleanUp(pm);
}

void bitnet::buildBufferStage(OpPassManager &pm, const PipelineOptions &) {
  using bufferization::LayoutMapOption;
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // With the inferred layout arguments get strides that are not known, and no
  // load of a vector from them is known to be aligned or contiguous.
  bufferize.functionBoundaryTypeConversion = LayoutMapOption::IdentityLayoutMap;
  bufferize.unknownTypeConversion = LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // Only results that are seen to be allocated can become the caller's.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(bufferization::createDropEquivalentBufferResultsPass());
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.hoistDynamicAllocs = true;
  results.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  cleanUp(pm);
  bufferization::buildBufferDeallocationPipeline(pm, {});
}

void bitnet::buildLLVMStage(OpPassManager &pm, const PipelineOptions &options) {
  pm.addNestedPass<func::FuncOp>(createMemrefLowerCopies());
  if (options.threads != 1)
    pm.addPass(createLinalgShareAmongThreads());
  pm.addPass(createTernaryLowerThreadCount());
  pm.addNestedPass<func::FuncOp>(createLinalgTileTranspose());
  pm.addPass(createConvertLinalgToLoopsPass());
  if (options.threads == 1) {
    pm.addPass(createForallToForLoopPass());
  } else {
    pm.addPass(createForallToParallelLoopPass());
    pm.addPass(createConvertSCFToOpenMPPass(
        {/*numThreads=*/static_cast<unsigned>(options.threads)}));
    pm.addNestedPass<func::FuncOp>(createMemrefInlineScopes());
  }
  pm.addPass(createConvertTernaryToVector());
  // Upstream's expansion knows one unknown size in a group.
  pm.addNestedPass<func::FuncOp>(createMemrefLowerExpandShape());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  cleanUp(pm);
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  // Integer powers have no instruction and no function of libm.
  pm.addPass(createConvertMathToFuncs());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  cleanUp(pm);
}

/// Each value that an option may not have, in one line.
static LogicalResult check(const PipelineOptions &options,
                           function_ref<void(const Twine &)> error) {
  if (options.threads < 0 || options.threads > kMaxThreads)
    return error("threads is " + Twine(options.threads) +
                 ", expected 0 (as many as a session asks for) to " +
                 Twine(kMaxThreads)),
           failure();
  if (options.maxContext < 0)
    return error("max-context is " + Twine(options.maxContext) +
                 ", expected 0 (the model's context length) or more"),
           failure();
  if (options.lmHead != "f32")
    return error("lm-head is '" + Twine(std::string(options.lmHead)) +
                 "', expected f32"),
           failure();
  return success();
}

LogicalResult bitnet::buildPipeline(OpPassManager &pm,
                                    const PipelineOptions &options,
                                    function_ref<void(const Twine &)> error) {
  if (failed(check(options, error)))
    return failure();
  buildConversionStage(pm, options);
  buildTernaryStage(pm, options);
  buildKernelStage(pm, options);
  buildBufferStage(pm, options);
  buildLLVMStage(pm, options);
  return success();
}

void bitnet::registerPipelines() {
  registerPassPipeline(
      "bitnet-pipeline", "The whole road from onnx.node to the LLVM dialect",
      [](OpPassManager &pm, StringRef text,
         function_ref<LogicalResult(const Twine &)> error) {
        PipelineOptions options;
        if (failed(options.parseFromString(text)))
          return failure();
        return buildPipeline(pm, options,
                             [&](const Twine &why) { (void)error(why); });
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> visit) {
        visit(PipelineOptions());
      });
  PassPipelineRegistration<PipelineOptions>(
      "bitnet-conversion-stage", "onnx.node to linalg", buildConversionStage);
  PassPipelineRegistration<PipelineOptions>(
      "bitnet-ternary-stage", "linalg to ternary products and session caches",
      buildTernaryStage);
  PassPipelineRegistration<PipelineOptions>(
      "bitnet-kernel-stage", "ternary products to kernel ops on tensors",
      buildKernelStage);
  PassPipelineRegistration<PipelineOptions>(
      "bitnet-buffer-stage", "tensors to buffers", buildBufferStage);
  PassPipelineRegistration<PipelineOptions>(
      "bitnet-llvm-stage", "kernel ops and loops to the LLVM dialect",
      buildLLVMStage);
}
