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

/// Compiles functions with `ternary.matmul` for a level, by all passes behind
/// the ternary stage, and calls them.
class ProductProcess : public testing::TestWithParam<Level> {
protected:
  static void SetUpTestSuite() { initializeTargets(); }
  void SetUp() override;

  void compile(llvm::StringRef text, int32_t threads);
  void call(llvm::StringRef name, llvm::ArrayRef<Array> arguments);

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  Machine machine;
  std::unique_ptr<KernelProcess> process;
  std::mt19937 random{11};
};

/// An array of i8 as MLIR writes it in `dense<…>`.
std::string hexText(llvm::ArrayRef<int8_t> values);

} // namespace bitnet::test

#endif // TEST_UNIT_PRODUCTPROCESS_H
