//===- KernelModules.cpp - Functions that call one kernel -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModules.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace bitnet;
using bitnet::test::Product;

static ValueRange startFunction(ImplicitLocOpBuilder &b, std::string name,
                                ArrayRef<Type> types) {
  auto function = func::FuncOp::create(b, name, b.getFunctionType(types, {}));
  function->setAttr("llvm.emit_c_interface", b.getUnitAttr());
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  return entry->getArguments();
}

static Type buffer(ImplicitLocOpBuilder &b, ArrayRef<int64_t> sizes,
                   unsigned bits) {
  return MemRefType::get(sizes, b.getIntegerType(bits));
}

static Type weightsType(ImplicitLocOpBuilder &b, const Product &p) {
  return buffer(b, p.selection.packing.getStorageType().getShape(),
                p.packing().wordBits);
}

static constexpr int64_t dynamic = ShapedType::kDynamic;

static void emitFew(ImplicitLocOpBuilder &b, const Product &p,
                    std::string name) {
  Type acc = buffer(b, {dynamic, dynamic}, 32), weights = weightsType(b, p);
  if (p.readsRows()) {
    auto a = startFunction(
        b, name, {buffer(b, {dynamic, p.paddedDepth()}, 8), weights, acc});
    if (p.isDot())
      ternary::DotAccumulateOp::create(b, TypeRange(), p.few(),
                                       p.selection.packing, a[0], a[1], a[2]);
    else
      ternary::AddAccumulateOp::create(b, TypeRange(), p.few(),
                                       p.selection.packing, a[0], a[1], a[2]);
    func::ReturnOp::create(b);
    return;
  }
  RankedTensorType type =
      kernels::tableType(p.few(), p.selection.packing, dynamic);
  Type table = buffer(b, type.getShape(), type.getElementTypeBitWidth());
  auto a = startFunction(
      b, name, {buffer(b, {dynamic, p.depth}, 8), table, weights, acc});
  ternary::LutBuildOp::create(b, TypeRange(), p.few(), p.selection.packing,
                              a[0], a[1]);
  ternary::LutAccumulateOp::create(b, TypeRange(), p.few(), p.selection.packing,
                                   a[1], a[2], /*scales=*/Value(), a[3]);
  func::ReturnOp::create(b);
}

static void emitMany(ImplicitLocOpBuilder &b, const Product &p,
                     std::string name) {
  auto a =
      startFunction(b, name,
                    {buffer(b, {p.paddedDepth(), dynamic}, 8),
                     weightsType(b, p), buffer(b, {dynamic, dynamic}, 32)});
  ternary::TokenAccumulateOp::create(b, TypeRange(), p.many(),
                                     p.selection.packing, a[0], a[1],
                                     /*scales=*/Value(), a[2]);
  func::ReturnOp::create(b);
}

OwningOpRef<ModuleOp> test::emitKernelOps(MLIRContext &context,
                                          ArrayRef<Product> products) {
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  ImplicitLocOpBuilder b(loc, &context);
  for (size_t i = 0; i < products.size(); ++i) {
    b.setInsertionPointToEnd(module->getBody());
    emitFew(b, products[i], "few" + std::to_string(i));
    b.setInsertionPointToEnd(module->getBody());
    if (!products[i].isDot())
      emitMany(b, products[i], "many" + std::to_string(i));
  }
  return module;
}
