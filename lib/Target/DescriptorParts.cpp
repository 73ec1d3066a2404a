//===- DescriptorParts.cpp - Constants of the descriptor ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescriptorParts.h"

#include "bitnet/Runtime/Descriptor.h"

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"

#include <dlpack/dlpack.h>

using namespace mlir;
using namespace bitnet;

/// DLPack's code of bool, which its version in Debian does not name yet.
static constexpr uint8_t kBoolCode = 6;

llvm::Constant *DescriptorParts::text(StringRef value) {
  return types.CreateGlobalString(value, "bitnet.text", 0, &module);
}

llvm::Constant *
DescriptorParts::array(llvm::ArrayRef<llvm::Constant *> elements) {
  if (elements.empty())
    return null();
  auto *type =
      llvm::ArrayType::get(elements.front()->getType(), elements.size());
  return new llvm::GlobalVariable(
      module, type, /*isConstant=*/true, llvm::GlobalValue::PrivateLinkage,
      llvm::ConstantArray::get(type, elements), "bitnet.array");
}

llvm::Constant *DescriptorParts::texts(ArrayAttr values) {
  SmallVector<llvm::Constant *> elements;
  for (auto value : values.getAsRange<StringAttr>())
    elements.push_back(text(value));
  return array(elements);
}

llvm::Constant *
DescriptorParts::record(llvm::ArrayRef<llvm::Constant *> fields) {
  return llvm::ConstantStruct::getAnon(module.getContext(), fields);
}

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
    llvm_unreachable("a shape map has no dimensions");
  }
}

llvm::Constant *DescriptorParts::dimension(AffineExpr expr) {
  SmallVector<int64_t> code;
  encode(expr, code);
  code.append({BITNET_DIM_END, 0});
  SmallVector<llvm::Constant *> words;
  for (int64_t word : code)
    words.push_back(number64(word));
  return array(words);
}

llvm::Constant *DescriptorParts::dimensions(AffineMap map) {
  SmallVector<llvm::Constant *> dims;
  for (AffineExpr expr : map.getResults())
    dims.push_back(dimension(expr));
  return array(dims);
}

llvm::Constant *DescriptorParts::value(DictionaryAttr row) {
  auto type = cast<RankedTensorType>(row.getAs<TypeAttr>("type").getValue());
  Type element = type.getElementType();
  unsigned bits = element.getIntOrFloatBitWidth();
  uint8_t code = row.contains("unsigned") || element.isUnsignedInteger()
                     ? kDLUInt
                     : kDLInt;
  if (element.isBF16())
    code = kDLBfloat;
  else if (isa<FloatType>(element))
    code = kDLFloat;
  else if (bits == 1)
    code = kBoolCode;
  // A bool takes a byte.
  return record({text(row.getAs<StringAttr>("name")), types.getInt8(code),
                 types.getInt8(bits == 1 ? 8 : bits), number32(type.getRank()),
                 dimensions(row.getAs<AffineMapAttr>("shape").getValue())});
}

llvm::Constant *DescriptorParts::values(ArrayAttr rows) {
  SmallVector<llvm::Constant *> elements;
  for (auto row : rows.getAsRange<DictionaryAttr>())
    elements.push_back(value(row));
  return array(elements);
}
