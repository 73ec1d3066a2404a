//===- Product.cpp - One ternary product, compiled ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Product.h"

#include "bitnet/Model/Builder.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Pipelines/Pipelines.h"
#include "bitnet/Target/Emit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::bench;

static llvm::Error fail(const llvm::Twine &why) {
  return llvm::createStringError(why);
}

static llvm::Error runtimeError() { return fail(bitnet_last_error()); }

static std::string spell(StringRef algorithm) {
  std::string name = algorithm.str();
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

int64_t Candidate::scaleCount() const {
  return packing.getScaleGroup() ? packing.getScaleGroups() * rows() : 0;
}

size_t Candidate::scaleOffset() const {
  return llvm::alignTo(packing.getStorageBytes(), 64);
}

size_t Candidate::weightBytes() const {
  if (int64_t scales = scaleCount())
    return scaleOffset() + scales * sizeof(float);
  return packing.getStorageBytes();
}

std::string bench::kernelName(ternary::KernelAttr kernel) {
  return spell(kernel.getAlgorithmName());
}

std::vector<std::string> bench::allKernelNames() {
  std::vector<std::string> names;
  for (StringRef algorithm : kernels::algorithmNames())
    names.push_back(spell(algorithm));
  return names;
}

/// A module for the processor.
static llvm::Expected<OwningOpRef<ModuleOp>> moduleFor(MLIRContext &context,
                                                       StringRef cpu) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  PassManager passes(&context);
  passes.addPass(createBitnetSetTarget({/*triple=*/"", cpu.str()}));
  if (failed(passes.run(*module)))
    return fail("cpu '" + cpu + "' is none of this machine");
  return module;
}

static llvm::Expected<kernels::SelectionOptions> optionsOf(ModuleOp module,
                                                           StringRef cpu) {
  FailureOr<kernels::SelectionOptions> options = kernels::readOptions(module);
  if (failed(options))
    return fail("cpu '" + cpu + "' cannot be described");
  return *options;
}

llvm::Expected<kernels::SelectionOptions>
bench::describeProcessor(MLIRContext &context, StringRef cpu) {
  auto module = moduleFor(context, cpu);
  if (!module)
    return module.takeError();
  return optionsOf(**module, cpu);
}

llvm::Expected<std::vector<kernels::Selection>>
bench::findSelections(MLIRContext &context, StringRef cpu,
                      const kernels::MatrixShape &shape) {
  auto module = moduleFor(context, cpu);
  if (!module)
    return module.takeError();
  auto options = optionsOf(**module, cpu);
  if (!options)
    return options.takeError();
  auto target = (*module)->getOperation()->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  std::vector<kernels::Selection> found;
  for (bool dot : {false, true}) {
    options->dot = dot;
    llvm::append_range(
        found,
        kernels::candidates(&context, target.getFeatures(), shape, *options));
  }
  return found;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

static OwningOpRef<ModuleOp> build(MLIRContext &context,
                                   const Candidate &candidate) {
  auto loc = NameLoc::get(StringAttr::get(&context, "product"));
  ImplicitLocOpBuilder b(loc, &context);
  model::ModelBuilder model(loc);
  AffineExpr tokens = model.symbol("tokens");
  auto sizes = [&](ArrayRef<int64_t> shape) {
    return llvm::map_to_vector(
        shape, [&](int64_t size) { return model.constant(size); });
  };
  RankedTensorType w = candidate.packing.getStorageType();
  model.addInput(loc, "x", b.getI8Type(),
                 {tokens, model.constant(candidate.depth())});
  model.addInput(loc, "w", w.getElementType(), sizes(w.getShape()));
  int64_t scaleGroup = candidate.packing.getScaleGroup();
  Type sum = scaleGroup ? Type(b.getF32Type()) : Type(b.getI32Type());
  if (scaleGroup)
    model.addInput(
        loc, "scales", sum,
        sizes({candidate.packing.getScaleGroups(), candidate.rows()}));
  model.addOutput("y", sum, {{tokens, model.constant(candidate.rows())}});
  func::FuncOp function = model.createMain();

  auto y = cast<RankedTensorType>(function.getResultTypes().front());
  Block &entry = function.front();
  // To the caller the weights are words; the product knows how they are packed.
  entry.getArgument(1).setType(w);
  function.setType(b.getFunctionType(entry.getArgumentTypes(), y));
  b.setInsertionPointToStart(&entry);
  Value count = tensor::DimOp::create(b, entry.getArgument(0), 0);
  Value acc = tensor::EmptyOp::create(b, y, ValueRange{count});
  auto product = ternary::ProductOp::create(
      b, entry.getArgument(0), entry.getArgument(1),
      /*scales=*/entry.getArguments().drop_front(2), /*inputs=*/ValueRange(),
      acc, ArrayRef<AffineMap>(), b.getArrayAttr({candidate.kernel}),
      /*packing=*/ternary::PackingAttr(), scaleGroup);
  Block *body = b.createBlock(&product.getBody(), {}, sum, b.getLoc());
  ternary::YieldOp::create(b, body->getArgument(0));
  b.setInsertionPointAfter(product);
  func::ReturnOp::create(b, product.getResult());
  return model.take();
}

llvm::Expected<Product> Product::compile(MLIRContext &context,
                                         const Candidate &candidate) {
  OwningOpRef<ModuleOp> module = build(context, candidate);
  PipelineOptions options;
  options.cpu = candidate.cpu;
  PassManager passes(&context);
  buildTernaryStage(passes, options);
  buildKernelStage(passes, options);
  buildBufferStage(passes, options);
  buildLLVMStage(passes, options);
  if (failed(passes.run(*module)))
    return fail("the product was not compiled");

  SmallString<128> path;
  int descriptor;
  if (std::error_code error = llvm::sys::fs::createTemporaryFile(
          "bitnet-bench", "so", descriptor, path))
    return fail("no temporary file: " + error.message());
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove(path); });
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    if (failed(emitSharedObject(*module, stream, SharedObjectOptions())))
      return fail("the product was not compiled");
    stream.flush();
    if (stream.has_error())
      return fail(path + ": " + stream.error().message());
  }
  Product product(candidate);
  if (bitnet_model_open(path.c_str(), &product.model))
    return runtimeError();
  return product;
}

Product::Product(const Candidate &candidate) : candidate(candidate) {}

Product::Product(Product &&other)
    : candidate(other.candidate), model(std::exchange(other.model, nullptr)),
      sessions(std::exchange(other.sessions, {})) {}

Product::~Product() {
  for (auto [threads, session] : sessions)
    bitnet_session_destroy(session);
  bitnet_model_close(model);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static DLTensor tensorOf(const void *data, int bits,
                         MutableArrayRef<int64_t> shape,
                         DLDataTypeCode code = kDLInt) {
  DLTensor tensor = {};
  tensor.data = const_cast<void *>(data);
  tensor.device = {kDLCPU, 0};
  tensor.ndim = int32_t(shape.size());
  tensor.dtype = {uint8_t(code), uint8_t(bits), 1};
  tensor.shape = shape.data();
  return tensor;
}

llvm::Error Product::run(const int8_t *x, const uint8_t *weights, void *y,
                         int64_t tokens, int threads) {
  bitnet_session *&session = sessions[threads];
  if (!session) {
    bitnet_session_options options = {};
    options.threads = threads;
    if (bitnet_session_create(model, &options, &session))
      return runtimeError();
  }
  RankedTensorType type = candidate.packing.getStorageType();
  int64_t xShape[] = {tokens, candidate.depth()};
  int64_t yShape[] = {tokens, candidate.rows()};
  auto wShape = llvm::to_vector(type.getShape());
  int64_t sShape[] = {candidate.packing.getScaleGroups(), candidate.rows()};
  bool isScaled = candidate.scaleCount() != 0;
  DLTensor in = tensorOf(x, 8, xShape);
  DLTensor w = tensorOf(weights, type.getElementTypeBitWidth(), wShape);
  DLTensor s =
      tensorOf(weights + candidate.scaleOffset(), 32, sShape, kDLFloat);
  DLTensor out = tensorOf(y, 32, yShape, isScaled ? kDLFloat : kDLInt);
  const DLTensor *inputs[] = {&in, &w, &s};
  DLTensor *outputs[] = {&out};
  if (bitnet_session_run(session, inputs, isScaled ? 3 : 2, outputs, 1))
    return runtimeError();
  return llvm::Error::success();
}
