//===- ProductProcess.cpp - Products compiled as models are ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductProcess.h"

#include "bitnet/InitAll.h"
#include "bitnet/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace bitnet;

void test::ProductProcess::SetUp() {
  DialectRegistry registry;
  registerAllDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  if (auto why = findMachine(GetParam(), machine))
    GTEST_SKIP() << *why;
}

void test::ProductProcess::compile(StringRef text, int32_t threads) {
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  PipelineOptions options;
  options.cpu = machine.cpu;
  options.triple = machine.triple;
  options.isa = GetParam().isa;
  options.threads = threads;
  machine.usesThreads = threads != 1;
  PassManager passes(&context);
  buildKernelStage(passes, options);
  buildBufferStage(passes, options);
  buildLLVMStage(passes, options);
  ASSERT_TRUE(succeeded(passes.run(*module)));
  auto started = KernelProcess::start(*module, machine);
  ASSERT_TRUE(bool(started)) << toString(started.takeError());
  process = std::move(*started);
}

void test::ProductProcess::compileAndCheck(int32_t threads,
                                           ArrayRef<int64_t> tokenCounts) {
  std::string text;
  for (size_t i = 0; i < functionCount(); ++i)
    text += functionText(i);
  compile(text, threads);
  for (size_t i = 0; i < functionCount() && !HasFatalFailure(); ++i)
    for (int64_t tokens : tokenCounts)
      check(i, tokens);
}

void test::ProductProcess::call(StringRef name, ArrayRef<Array> arguments) {
  llvm::Error error = process->call(name, arguments);
  ASSERT_FALSE(bool(error)) << toString(std::move(error));
}

std::string test::hexText(ArrayRef<int8_t> values) {
  return "0x" +
         llvm::toHex(StringRef(reinterpret_cast<const char *>(values.data()),
                               values.size()));
}
