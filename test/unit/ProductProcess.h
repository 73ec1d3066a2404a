//===- ProductProcess.h - Products compiled as models are -------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_PRODUCTPROCESS_H
#define TEST_UNIT_PRODUCTPROCESS_H

#include "KernelProcess.h"

#include <gtest/gtest.h>
#include <random>

namespace bitnet::test {

/// Functions with `ternary.matmul` that are compiled for a level, by all passes
/// behind the ternary stage, and called.
class ProductProcess : public testing::TestWithParam<Level> {
protected:
  static void SetUpTestSuite() { initializeTargets(); }
  void SetUp() override;

  virtual size_t functionCount() const = 0;
  virtual std::string functionText(size_t index) = 0;
  /// Calls a function with so many tokens and compares what it computes.
  virtual void check(size_t index, int64_t tokens) = 0;

  /// Compiles all functions, and checks each with each number of tokens.
  void compileAndCheck(int32_t threads, llvm::ArrayRef<int64_t> tokenCounts);
  void call(llvm::StringRef name, llvm::ArrayRef<Array> arguments);

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  Machine machine;
  std::unique_ptr<KernelProcess> process;
  std::mt19937 random{11};

private:
  void compile(llvm::StringRef text, int32_t threads);
};

/// An array of i8 as MLIR writes it in `dense<…>`.
std::string hexText(llvm::ArrayRef<int8_t> values);

} // namespace bitnet::test

#endif // TEST_UNIT_PRODUCTPROCESS_H
