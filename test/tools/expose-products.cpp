//===- expose-products.cpp - Ternary products as inputs and outputs -------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: expose-products record|replay MODEL.mlir -o OUT.mlir
//
// Takes a model after ternary-fuse-quantization. `record` makes activations and
// sums of each product outputs of the model, `product.N.activations` and
// `product.N.sums`. `replay` makes a model of the products alone, which has the
// former as inputs and the latter as outputs, so that another target can be fed
// what the first one has seen.
//
//===----------------------------------------------------------------------===//

#include "bitnet/InitAll.h"
#include "bitnet/Model/Builder.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace bitnet::model;
using namespace bitnet::ternary;

static int fail(const llvm::Twine &why) {
  llvm::errs() << "expose-products: " << why << "\n";
  return 1;
}

static std::string nameOf(unsigned product, StringRef part) {
  return ("product." + llvm::Twine(product) + "." + part).str();
}

static int record(func::FuncOp main, ArrayRef<MatmulOp> products) {
  Builder b(main.getContext());
  auto logits = main.getResultAttrOfType<ValueAttr>(0, ModelDialect::kOutput);
  if (!logits || logits.getShape().getNumResults() < 2)
    return fail("expected logits of rank 2 or more");
  AffineMap shape = logits.getShape();
  AffineExpr tokens = shape.getResult(0) * shape.getResult(1);
  Operation *end = main.getBody().front().getTerminator();
  auto expose = [&](Value value, std::string name) {
    auto type = cast<RankedTensorType>(value.getType());
    AffineExpr columns = b.getAffineConstantExpr(type.getDimSize(1));
    auto output =
        ValueAttr::get(b.getContext(), name, type.getElementType(),
                       AffineMap::get(0, shape.getNumSymbols(),
                                      {tokens, columns}, b.getContext()));
    // The last result is the status.
    unsigned at = main.getNumResults() - 1;
    end->insertOperands(at, value);
    return main.insertResult(
        at, type,
        b.getDictionaryAttr(b.getNamedAttr(ModelDialect::kOutput, output)));
  };
  for (auto [i, product] : llvm::enumerate(products)) {
    MatmulOp op = product;
    if (failed(expose(op.getActivations(), nameOf(i, "activations"))) ||
        failed(expose(op.getResult(), nameOf(i, "sums"))))
      return fail("@main takes no more results");
  }
  return 0;
}

/// The model of the products alone.
static OwningOpRef<ModuleOp> replay(func::FuncOp main,
                                    ArrayRef<MatmulOp> products) {
  Location loc = main.getLoc();
  ModelBuilder model(loc);
  AffineExpr tokens = model.symbol("tokens");
  for (auto [i, product] : llvm::enumerate(products)) {
    MatmulOp op = product;
    model.addInput(loc, nameOf(i, "activations"),
                   op.getActivations().getType().getElementType(),
                   {tokens, model.constant(op.getDepth())});
    model.addOutput(nameOf(i, "sums"), op.getType().getElementType(),
                    {{tokens, model.constant(op.getRows())}});
  }
  func::FuncOp function = model.createMain();
  OpBuilder b = OpBuilder::atBlockEnd(&function.front());
  SmallVector<Value> results;
  for (auto [i, product] : llvm::enumerate(products)) {
    MatmulOp op = product;
    Value input = function.getArgument(i);
    OpFoldResult rows = tensor::getMixedSize(b, op.getLoc(), input, 0);
    OpFoldResult columns = b.getIndexAttr(op.getType().getDimSize(1));
    IRMapping mapping;
    mapping.map(op.getActivations(), input);
    mapping.map(
        op.getAcc(),
        tensor::EmptyOp::create(b, op.getLoc(), {rows, columns}, b.getI32Type())
            .getResult());
    mapping.map(op.getWeights(),
                b.clone(*op.getWeights().getDefiningOp())->getResult(0));
    results.push_back(b.clone(*op, mapping)->getResult(0));
  }
  func::ReturnOp::create(b, loc, results);
  return model.take();
}

int main(int argc, char **argv) {
  ArrayRef<const char *> arguments(argv + 1, argc - 1);
  if (arguments.size() != 4 || StringRef(arguments[2]) != "-o")
    return fail("usage: expose-products record|replay MODEL.mlir -o OUT.mlir");
  StringRef mode = arguments[0];
  if (mode != "record" && mode != "replay")
    return fail("expected record or replay, got " + mode);
  DialectRegistry registry;
  bitnet::registerAllDialects(registry);
  MLIRContext context(registry);
  auto module = parseSourceFile<ModuleOp>(arguments[1], &context);
  auto main = module ? module->lookupSymbol<func::FuncOp>("main") : nullptr;
  if (!main || main.isExternal())
    return fail("expected a model with the function @main");
  SmallVector<MatmulOp> products;
  main.walk([&](MatmulOp op) { products.push_back(op); });
  for (MatmulOp op : products)
    if (!op.getWeights().getDefiningOp<ConstantOp>())
      return fail("expected products with constant weights");
  if (mode == "replay")
    module = replay(main, products);
  else if (int status = record(main, products))
    return status;
  std::string error;
  auto file = openOutputFile(arguments[3], &error);
  if (!file)
    return fail(error);
  module->print(file->os(), OpPrintingFlags().enableDebugInfo());
  file->keep();
  return 0;
}
