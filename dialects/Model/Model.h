//===- Model.h - The model dialect ------------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_MODEL_MODEL_H
#define DIALECTS_MODEL_MODEL_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include "dialects/Model/ModelDialect.h.inc"
#include "dialects/Model/ModelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Model/ModelAttrs.h.inc"

namespace bitnet::model {

/// The parts of a contract, as `#model.contract` has them.
struct Signature {
  mlir::ArrayAttr symbols;
  llvm::SmallVector<mlir::Attribute> inputs, outputs, caches;
  PositionAttr position;
  mlir::ArrayAttr constraints, checks;
};

/// What the attributes of a function say. One that cannot be is an error at the
/// function (signature_c1 to c6).
mlir::FailureOr<Signature> readSignature(mlir::FunctionOpInterface function);

/// The names of symbols, as an array of strings.
llvm::SmallVector<llvm::StringRef> getNames(mlir::ArrayAttr symbols);

/// A dimension in postfix code (see bitnet/Runtime/Descriptor.h). The
/// expression has symbols and no dimensions.
llvm::SmallVector<int64_t> encodeDimension(mlir::AffineExpr expr);

/// A dimension, or a whole shape in brackets, as messages, the C header and
/// `--describe` show it: `past + sequence`.
std::string printDimension(mlir::AffineExpr expr,
                           llvm::ArrayRef<llvm::StringRef> symbols);
std::string printShape(llvm::ArrayRef<mlir::AffineExpr> shape,
                       llvm::ArrayRef<llvm::StringRef> symbols);

} // namespace bitnet::model

#endif // DIALECTS_MODEL_MODEL_H
