//===- ModelBuilderTests.cpp - A model without a file ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an importer has to do, and no more: it knows the builder of contracts
// and upstream's dialects.
//
//===----------------------------------------------------------------------===//

#include "bitnet/InitAll.h"
#include "bitnet/Model/Builder.h"
#include "bitnet/Pipelines/Pipelines.h"
#include "bitnet/Runtime/bitnet.h"
#include "bitnet/Support/Elements.h"
#include "bitnet/Target/Emit.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

/// y[n] = x[n] + x[n], and a tokenizer that has a zero among its bytes.
static OwningOpRef<ModuleOp> importMock(MLIRContext &context) {
  Location loc = NameLoc::get(StringAttr::get(&context, "mock"));
  ModelBuilder model(loc);
  Builder types(&context);
  AffineExpr tokens = model.symbol("tokens"), width = model.constant(3);
  model.addInput(loc, "x", types.getF32Type(), {tokens, width});
  model.addOutput("y", types.getF32Type(), {{tokens, width}});
  auto bytes = RankedTensorType::get({4}, types.getI8Type());
  EXPECT_TRUE(succeeded(model.addMetadata(
      "tokenizer", makeElements(bytes, "tokenizer",
                                ElementBytes::own({'a', '\0', 'b', 'c'})))));
  EXPECT_TRUE(
      succeeded(model.addMetadata("kind", types.getStringAttr("mock"))));
  EXPECT_TRUE(failed(model.addMetadata("kind", types.getStringAttr("again"))));
  func::FuncOp main = model.createMain();
  OpBuilder b = OpBuilder::atBlockEnd(&main.front());
  Value x = main.getArgument(0);
  Value init = tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, x),
                                       b.getF32Type());
  Value y = linalg::AddOp::create(b, loc, ValueRange{x, x}, init).getResult(0);
  func::ReturnOp::create(b, loc, y);
  return model.take();
}

namespace {
class ModelBuilderTest : public testing::Test {
protected:
  ModelBuilderTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<linalg::LinalgDialect, tensor::TensorDialect>();
  }
  MLIRContext context;
};
} // namespace

TEST_F(ModelBuilderTest, MakesAModelThatRuns) {
  OwningOpRef<ModuleOp> module = importMock(context);
  ASSERT_TRUE(succeeded(verify(*module)));
  PipelineOptions options;
  PassManager passes(&context);
  buildTernaryStage(passes, options);
  buildKernelStage(passes, options);
  buildBufferStage(passes, options);
  buildLLVMStage(passes, options);
  ASSERT_TRUE(succeeded(passes.run(*module)));
  SmallString<128> path;
  int descriptor;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("bitnet-mock", "so",
                                                  descriptor, path));
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove(path); });
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    ASSERT_TRUE(succeeded(emitSharedObject(*module, stream, {})));
  }

  bitnet_model *model;
  ASSERT_EQ(bitnet_model_open(path.c_str(), &model), BITNET_OK)
      << bitnet_last_error();
  const bitnet_value *input = bitnet_model_input(model, 0);
  EXPECT_STREQ(input->name, "x");
  EXPECT_STREQ(input->dimensions[0].text, "tokens");
  EXPECT_STREQ(bitnet_model_metadata_value(model, "kind"), "mock");
  const bitnet_metadata *tokenizer = bitnet_model_metadata(model, 1);
  EXPECT_STREQ(tokenizer->key, "tokenizer");
  ASSERT_EQ(tokenizer->bytes, 4);
  EXPECT_EQ(std::string(tokenizer->value, 5), std::string("a\0bc\0", 5));

  bitnet_session *session;
  ASSERT_EQ(bitnet_session_create(model, nullptr, &session), BITNET_OK);
  float in[6] = {1, 2, 3, 4, 5, 6}, out[6] = {};
  int64_t shape[2] = {2, 3};
  DLTensor x = {};
  x.data = in;
  x.device = {kDLCPU, 0};
  x.ndim = 2;
  x.dtype = {kDLFloat, 32, 1};
  x.shape = shape;
  DLTensor y = x;
  y.data = out;
  const DLTensor *inputs[] = {&x};
  DLTensor *outputs[] = {&y};
  EXPECT_EQ(bitnet_session_run(session, inputs, 1, outputs, 1), BITNET_OK)
      << bitnet_last_error();
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(out[i], 2 * in[i]);
  bitnet_session_destroy(session);
  bitnet_model_close(model);
}

TEST_F(ModelBuilderTest, LeavesMistakesToTheVerifier) {
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &diagnostic) {
    EXPECT_EQ(diagnostic.str(), "'func.func' op two inputs have the name 'x'");
  });
  Location loc = UnknownLoc::get(&context);
  ModelBuilder model(loc);
  for (int i = 0; i < 2; ++i)
    model.addInput(loc, "x", IntegerType::get(&context, 8), {});
  func::FuncOp main = model.createMain();
  OpBuilder b = OpBuilder::atBlockEnd(&main.front());
  func::ReturnOp::create(b, loc);
  EXPECT_TRUE(failed(verify(*model.take())));
}
