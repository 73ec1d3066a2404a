//===- KernelProcess.h - Compiled kernels on their machine ------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_KERNELPROCESS_H
#define TEST_UNIT_KERNELPROCESS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace bitnet::test {

/// What kernels are compiled for and run on.
struct Machine {
  std::string triple, cpu;
  /// The emulator with its options; none for this machine.
  std::vector<std::string> emulator;
  /// The program `kernel-server` for that machine.
  std::string server;
  /// Whether code needs OpenMP's library, which emulators do not have here.
  bool usesThreads = false;
};

/// An instruction set, the processor to compile for, and, for another
/// architecture, the processor that the emulator is. With masked adds, where a
/// set offers lookups too.
struct Level {
  const char *isa, *cpu, *emulated = nullptr;
  bool maskedAdd = false;
};

void PrintTo(const Level &level, std::ostream *stream);

/// Registers what code is made with, for all architectures.
void initializeTargets();

/// The machine of a level in `machine`, or why it cannot be used here.
std::optional<std::string> findMachine(const Level &level, Machine &machine);

/// The features of a target that has what an instruction set needs, no more.
mlir::LLVM::TargetFeaturesAttr targetFeatures(mlir::MLIRContext &context,
                                              llvm::StringRef isa);

/// A contiguous array that a kernel reads or writes.
struct Array {
  void *data;
  unsigned elementBytes;
  std::vector<int64_t> sizes;

  size_t bytes() const;
};

/// A shared object of kernels and the process that calls them.
class KernelProcess {
public:
  /// Compiles a module in the LLVM dialect and starts the process.
  static llvm::Expected<std::unique_ptr<KernelProcess>>
  start(mlir::ModuleOp module, const Machine &machine);
  ~KernelProcess();

  /// Calls the C interface of function `name`, whose arguments are memrefs.
  llvm::Error call(llvm::StringRef name, llvm::ArrayRef<Array> arguments);

private:
  std::string object;
  int toServer = -1, fromServer = -1, process = -1;
};

} // namespace bitnet::test

#endif // TEST_UNIT_KERNELPROCESS_H
