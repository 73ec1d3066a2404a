//===- Elements.cpp - Constant tensors as bytes ---------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Elements.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bitnet;

ElementBytes ElementBytes::own(std::vector<char> bytes) {
  auto owner = std::make_shared<std::vector<char>>(std::move(bytes));
  return {ArrayRef<char>(owner->data(), owner->size()), owner};
}

std::optional<unsigned> bitnet::elementSize(Type type) {
  if (!type.isIntOrFloat())
    return std::nullopt;
  unsigned bits = type.getIntOrFloatBitWidth();
  if (bits == 1)
    return 1;
  if (bits % 8 != 0)
    return std::nullopt;
  return bits / 8;
}

std::optional<uint64_t> bitnet::byteSize(RankedTensorType type) {
  std::optional<unsigned> size = elementSize(type.getElementType());
  if (!size || !type.hasStaticShape())
    return std::nullopt;
  if (llvm::is_contained(type.getShape(), 0))
    return 0;
  uint64_t bytes = *size;
  for (int64_t dim : type.getShape()) {
    bytes = llvm::SaturatingMultiply<uint64_t>(bytes, dim);
    if (bytes > uint64_t(std::numeric_limits<int64_t>::max()))
      return std::nullopt;
  }
  return bytes;
}

ElementsAttr bitnet::makeElements(RankedTensorType type, StringRef key,
                                  ElementBytes data) {
  bool isBool = type.getElementType().isInteger(1);
  if (type.getNumElements() <= kInlineElements) {
    if (!isBool)
      return DenseElementsAttr::getFromRawBuffer(type, data.bytes);
    SmallVector<bool> values(data.bytes.begin(), data.bytes.end());
    return DenseElementsAttr::get(type, ArrayRef<bool>(values));
  }
  size_t alignment = *elementSize(type.getElementType());
  AsmResourceBlob blob;
  if (data.owner &&
      llvm::isAddrAligned(llvm::Align(alignment), data.bytes.data()))
    blob = AsmResourceBlob(
        data.bytes, alignment,
        [owner = std::move(data.owner)](void *, size_t, size_t) {},
        /*dataIsMutable=*/false);
  else
    blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(
        data.bytes, alignment, /*dataIsMutable=*/false);
  auto &manager =
      DenseResourceElementsHandle::getManagerInterface(type.getContext());
  return DenseResourceElementsAttr::get(type,
                                        manager.insert(key, std::move(blob)));
}

std::optional<ElementBytes> bitnet::elementBytes(ElementsAttr attribute) {
  auto type = dyn_cast<RankedTensorType>(attribute.getShapedType());
  if (!type)
    return std::nullopt;
  std::optional<uint64_t> size = byteSize(type);
  if (!size)
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || blob->getData().size() != *size)
      return std::nullopt;
    return ElementBytes{blob->getData(), nullptr};
  }
  auto dense = dyn_cast<DenseIntOrFPElementsAttr>(attribute);
  if (!dense)
    return std::nullopt;
  std::vector<char> bytes;
  bytes.reserve(*size);
  if (type.getElementType().isInteger(1)) {
    for (bool value : dense.getValues<bool>())
      bytes.push_back(value);
    return ElementBytes::own(std::move(bytes));
  }
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat())
    return ElementBytes{raw, nullptr};
  while (bytes.size() < *size)
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  return ElementBytes::own(std::move(bytes));
}
