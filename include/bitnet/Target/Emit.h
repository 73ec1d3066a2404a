//===- Emit.h - From the LLVM dialect to files ------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What stands at the end of the road. Every function takes a module in the
// LLVM dialect with `llvm.target` and `model.contract` (see the passes
// bitnet-set-target and bitnet-describe-model) and reports what is wrong as a
// diagnostic of that module.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TARGET_EMIT_H
#define BITNET_TARGET_EMIT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
class raw_ostream;
class raw_pwrite_stream;
} // namespace llvm

namespace bitnet {

enum class CodeFormat { Object, Assembly };

/// The module as optimised LLVM IR for its target, with the descriptor and
/// nothing else exported.
struct TranslatedModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};
mlir::FailureOr<TranslatedModule> translateToLLVM(mlir::ModuleOp module);

/// Relocatable object or assembly.
mlir::LogicalResult emitCode(mlir::ModuleOp module, CodeFormat format,
                             llvm::raw_pwrite_stream &os);

/// Where weights go that are too large for the object itself: to `path`, once
/// they are more than `limit` bytes together. No path: nowhere else.
struct WeightsFile {
  std::string path;
  int64_t limit = kWeightsLimit;

  /// Above 64 MiB weights are better mapped than loaded: the system pages them
  /// and processes share them.
  static constexpr int64_t kWeightsLimit = int64_t(64) << 20;

  /// The file beside the object `output`, `model.weights` for `model.so`.
  static WeightsFile beside(llvm::StringRef output);
};

/// What a shared object is made with.
struct SharedObjectOptions {
  WeightsFile weights;
  /// The root of the target's libraries; empty: where this machine has them,
  /// for another architecture those of its cross packages.
  std::string sysroot;
};

/// A shared object that needs libc, libm and, if it uses threads, libomp.
mlir::LogicalResult emitSharedObject(mlir::ModuleOp module,
                                     llvm::raw_ostream &os,
                                     const SharedObjectOptions &options);

/// If the constants of `module` are more than `limit` bytes together, moves
/// those of a page or more out of it: returns their bytes, and has the code
/// find them behind a pointer that the runtime sets (see the descriptor).
llvm::SmallVector<char, 0> takeWeights(mlir::ModuleOp module, int64_t limit);

/// A C header with the names and shapes of the model's inputs and outputs.
mlir::LogicalResult emitHeader(mlir::ModuleOp module, llvm::raw_ostream &os);

/// Adds the constant `bitnet_model_descriptor` (bitnet/Runtime/Descriptor.h)
/// and its entry point to the translated module.
mlir::LogicalResult addDescriptor(mlir::ModuleOp source, llvm::Module &module);

/// The files of the libraries that a shared object for `triple` needs, and of
/// compiler-rt's builtins where they are installed. Where one is missing that
/// every object needs, an error says which package has it.
mlir::FailureOr<llvm::SmallVector<std::string>>
findLibraries(mlir::Location loc, llvm::StringRef triple, bool usesThreads,
              llvm::StringRef sysroot);

/// Links an object into a shared object with lld, in files. Symbols that no
/// library has are an error: the loader would refuse the object.
mlir::LogicalResult linkSharedObject(mlir::Location loc, llvm::StringRef object,
                                     llvm::ArrayRef<std::string> libraries,
                                     bool usesThreads, llvm::StringRef output);

} // namespace bitnet

#endif // BITNET_TARGET_EMIT_H
