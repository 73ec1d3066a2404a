//===- Builder.h - How an importer begins a model ---------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_MODEL_BUILDER_H
#define BITNET_MODEL_BUILDER_H

#include "dialects/Model/Model.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace bitnet::model {

/// Makes a module with one function, `@main`, and writes its contract: first
/// the inputs and outputs are named, then the function is created, then its
/// body is put into it.
///
///   ModelBuilder model(loc);
///   AffineExpr tokens = model.symbol("tokens"), width = model.constant(64);
///   model.addInput(loc, "x", f32, {tokens, width});
///   model.addOutput("y", f32, {tokens, width});
///   func::FuncOp main = model.createMain();
///   OpBuilder b = OpBuilder::atBlockEnd(&main.front());
///   …
///   func::ReturnOp::create(b, loc, y);
///   return model.take();
///
/// What cannot be (a name twice, a symbol that no input has) is found by the
/// verifier of the model dialect.
class ModelBuilder {
public:
  explicit ModelBuilder(mlir::Location loc);

  mlir::MLIRContext *getContext() { return module->getContext(); }
  mlir::ModuleOp getModule() { return *module; }

  /// The dimension of that name, the same for all values.
  mlir::AffineExpr symbol(llvm::StringRef name);
  mlir::AffineExpr constant(int64_t size);

  /// An argument of `@main`, a tensor. An unsigned element type stays so in the
  /// argument where `keepsSign`; arithmetic of linalg wants signless ones.
  void addInput(mlir::Location loc, llvm::StringRef name, mlir::Type element,
                llvm::ArrayRef<mlir::AffineExpr> shape, bool keepsSign = false);
  /// A result of `@main`; without a shape one whose rank is still unknown.
  void addOutput(llvm::StringRef name, mlir::Type element,
                 std::optional<llvm::ArrayRef<mlir::AffineExpr>> shape,
                 bool keepsSign = false);
  /// Something that the object carries along: a text, or one-dimensional i8
  /// elements (see makeElements). Fails, without a diagnostic, for a key that
  /// is empty or has a value.
  mlir::LogicalResult addMetadata(llvm::StringRef key, mlir::Attribute value);

  /// The function with its entry block, and nothing in it.
  mlir::func::FuncOp createMain();

  mlir::OwningOpRef<mlir::ModuleOp> take() { return std::move(module); }

private:
  struct Value {
    std::string name;
    mlir::Type element;
    std::optional<llvm::SmallVector<mlir::AffineExpr>> shape;
    bool keepsSign;
    mlir::Location loc;
  };
  /// Its attribute and the type of the tensor.
  std::pair<ValueAttr, mlir::TensorType> describe(const Value &value);

  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<std::string> symbols;
  llvm::SmallVector<Value> inputs, outputs;
  mlir::NamedAttrList metadata;
};

} // namespace bitnet::model

#endif // BITNET_MODEL_BUILDER_H
