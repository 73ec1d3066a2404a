//===- DescriptorParts.h - Constants of the descriptor ----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TARGET_DESCRIPTORPARTS_H
#define LIB_TARGET_DESCRIPTORPARTS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace bitnet {

/// Makes the constants that the descriptor points to.
class DescriptorParts {
public:
  explicit DescriptorParts(llvm::Module &module)
      : module(module), types(module.getContext()) {}

  llvm::Constant *number32(int64_t value) { return types.getInt32(value); }
  llvm::Constant *number64(int64_t value) { return types.getInt64(value); }
  llvm::Constant *null() {
    return llvm::ConstantPointerNull::get(types.getPtrTy());
  }
  llvm::Constant *real(double value) {
    return llvm::ConstantFP::get(types.getDoubleTy(), value);
  }
  /// A C string.
  llvm::Constant *text(llvm::StringRef value);
  /// A private array; null if it is empty.
  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements);
  llvm::Constant *texts(mlir::ArrayAttr values);
  llvm::Constant *record(llvm::ArrayRef<llvm::Constant *> fields);
  /// A dimension as postfix code.
  llvm::Constant *dimension(mlir::AffineExpr expr);
  llvm::Constant *dimensions(mlir::AffineMap map);
  /// A bitnet_descriptor_value of a row of `ternary.model`.
  llvm::Constant *value(mlir::DictionaryAttr row);
  llvm::Constant *values(mlir::ArrayAttr rows);

private:
  llvm::Module &module;
  llvm::IRBuilder<> types;
};

} // namespace bitnet

#endif // LIB_TARGET_DESCRIPTORPARTS_H
