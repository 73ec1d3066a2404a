//===- Pipelines.h - The road from a model to LLVM --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PIPELINES_PIPELINES_H
#define BITNET_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassOptions.h"

#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace bitnet {

/// The options of `--bitnet-pipeline`, which are those of bitnet-compile too.
struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<std::string> cpu{
      *this, "cpu",
      llvm::cl::desc("Processor: host, a name that LLVM knows, or\n"
                     "x86-64-v2/v3/v4"),
      llvm::cl::init("host")};
  Option<std::string> triple{
      *this, "triple",
      llvm::cl::desc(
          "Target triple, e.g. aarch64-linux-gnu; empty: the\nhost's"),
      llvm::cl::init("")};
  Option<int64_t> threads{
      *this, "threads",
      llvm::cl::desc("0: as many as a session asks for; 1: no OpenMP at\n"
                     "all"),
      llvm::cl::init(0)};
  Option<int64_t> maxContext{
      *this, "max-context",
      llvm::cl::desc("Tokens that a session's caches hold; 0: the\n"
                     "model's context length, else 2048"),
      llvm::cl::init(0)};
  /// A file that `bitnet-bench tune` wrote.
  Option<std::string> choices{
      *this, "choices",
      llvm::cl::desc("File of kernels and packings for some shapes, as\n"
                     "bitnet-bench tune writes it"),
      llvm::cl::init("")};
  Option<std::string> algorithm{
      *this, "algorithm",
      llvm::cl::desc("lookup: adds and table lookups; dot: the hardware's\n"
                     "dot products, which multiply"),
      llvm::cl::init("lookup")};
  Option<std::string> isa{
      *this, "isa",
      llvm::cl::desc("Instruction set of the kernels, as --remarks names\n"
                     "it; empty: the one of least cost"),
      llvm::cl::init("")};
  Option<double> bytesPerCycle{
      *this, "bytes-per-cycle",
      llvm::cl::desc("Bytes a cycle that a core gets from memory while\n"
                     "all of them read, which decides what fewer bits\n"
                     "per weight are worth; 0: not known"),
      llvm::cl::init(0)};
  Option<bool> remarks{
      *this, "remarks",
      llvm::cl::desc("Tell which kernel each product gets, and why"),
      llvm::cl::init(false)};
  Option<bool> stateful{*this, "stateful",
                        llvm::cl::desc("Keep key and value caches in sessions"),
                        llvm::cl::init(true)};
  Option<std::string> lmHead{
      *this, "lm-head",
      llvm::cl::desc("How the last, not ternary product is computed:\n"
                     "f32"),
      llvm::cl::init("f32")};
  Option<bool> requireTernary{
      *this, "require-ternary",
      llvm::cl::desc("Refuse a model in which quantised activations meet\n"
                     "weights that are not ternary"),
      llvm::cl::init(false)};
};

/// onnx.node → linalg on tensors: constants are folded, nodes have meaning.
void buildConversionStage(mlir::OpPassManager &pm,
                          const PipelineOptions &options);

/// → ternary products found, caches in the session, the model described.
void buildTernaryStage(mlir::OpPassManager &pm, const PipelineOptions &options);

/// → a target and kernels chosen, weights packed, products tiled and lowered
/// to kernel ops; what is left is linalg.
void buildKernelStage(mlir::OpPassManager &pm, const PipelineOptions &options);

/// tensors → buffers: results are arguments, everything allocated is freed.
void buildBufferStage(mlir::OpPassManager &pm, const PipelineOptions &options);

/// → kernels emitted, loops, threads, and all of it in the LLVM dialect.
void buildLLVMStage(mlir::OpPassManager &pm, const PipelineOptions &options);

/// All stages in this order. Fails for options that contradict each other or
/// have a value that is not offered.
mlir::LogicalResult
buildPipeline(mlir::OpPassManager &pm, const PipelineOptions &options,
              llvm::function_ref<void(const llvm::Twine &)> error);

/// Registers `bitnet-pipeline`, and each stage as a pipeline of its own:
/// `bitnet-conversion-stage`, …
void registerPipelines();

} // namespace bitnet

#endif // BITNET_PIPELINES_PIPELINES_H
