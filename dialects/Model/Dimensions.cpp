//===- Dimensions.cpp - Expressions over symbols --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Model/Model.h"

#include "bitnet/Runtime/DimExpression.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace bitnet;

/// Appends the postfix code of `expr`, the operands first.
static void encode(AffineExpr expr, SmallVectorImpl<int64_t> &code) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    code.append({BITNET_DIM_CONSTANT, constant.getValue()});
    return;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    code.append({BITNET_DIM_SYMBOL, symbol.getPosition()});
    return;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  encode(binary.getLHS(), code);
  encode(binary.getRHS(), code);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return code.append({BITNET_DIM_ADD, 0});
  case AffineExprKind::Mul:
    return code.append({BITNET_DIM_MUL, 0});
  case AffineExprKind::Mod:
    return code.append({BITNET_DIM_MOD, 0});
  case AffineExprKind::FloorDiv:
    return code.append({BITNET_DIM_FLOORDIV, 0});
  case AffineExprKind::CeilDiv:
    return code.append({BITNET_DIM_CEILDIV, 0});
  default:
    llvm_unreachable("a dimension is over symbols alone");
  }
}

SmallVector<int64_t> model::encodeDimension(AffineExpr expr) {
  SmallVector<int64_t> code;
  encode(expr, code);
  code.append({BITNET_DIM_END, 0});
  return code;
}

std::string model::printDimension(AffineExpr expr,
                                  ArrayRef<StringRef> symbols) {
  return runtime::print(encodeDimension(expr).data(),
                        [&](int64_t number) { return symbols[number].str(); });
}

std::string model::printShape(ArrayRef<AffineExpr> shape,
                              ArrayRef<StringRef> symbols) {
  auto dims = llvm::map_range(
      shape, [&](AffineExpr dim) { return printDimension(dim, symbols); });
  return "[" + llvm::join(dims, ", ") + "]";
}

SmallVector<StringRef> model::getNames(ArrayAttr symbols) {
  return llvm::map_to_vector(symbols.getAsRange<StringAttr>(),
                             [](StringAttr name) { return name.getValue(); });
}
