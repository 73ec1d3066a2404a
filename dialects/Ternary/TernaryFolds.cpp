//===- TernaryFolds.cpp - Folders of the ternary ops
//--------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace bitnet::ternary;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

/// The bytes of a constant of packed words, as they are stored.
static std::optional<ArrayRef<char>> getBytes(Attribute value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? std::optional(blob->getData()) : std::nullopt;
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(value);
  if (!dense || dense.isSplat())
    return std::nullopt;
  return dense.getRawData();
}

OpFoldResult PackOp::fold(FoldAdaptor adaptor) {
  auto unpack = getSource().getDefiningOp<UnpackOp>();
  if (unpack && unpack.getSource().getType() == getType())
    return unpack.getSource();
  auto value = dyn_cast_if_present<ElementsAttr>(adaptor.getSource());
  if (!value)
    return {};
  std::optional<SmallVector<int8_t, 0>> trits = getTrits(value);
  if (!trits)
    return {};
  auto attr =
      cast<PackingAttr>(cast<RankedTensorType>(getType()).getEncoding());
  bitnet::packing::Packing packing = attr.getPacking();
  int64_t rows = attr.getLogicalRows(), depth = attr.getLogicalDepth();
  SmallVector<char, 0> storage(packing.storageBytes(rows, depth));
  bitnet::packing::pack(packing, trits->data(), rows, depth,
                        reinterpret_cast<uint8_t *>(storage.data()));
  return getElements(cast<RankedTensorType>(getType()), storage, "packed");
}

OpFoldResult UnpackOp::fold(FoldAdaptor adaptor) {
  auto pack = getSource().getDefiningOp<PackOp>();
  if (pack && pack.getSource().getType() == getType())
    return pack.getSource();
  if (!adaptor.getSource())
    return {};
  std::optional<ArrayRef<char>> bytes = getBytes(adaptor.getSource());
  auto attr = cast<PackingAttr>(
      cast<RankedTensorType>(getSource().getType()).getEncoding());
  bitnet::packing::Packing packing = attr.getPacking();
  int64_t rows = attr.getLogicalRows(), depth = attr.getLogicalDepth();
  if (!bytes || bytes->size() != packing.storageBytes(rows, depth))
    return {};
  SmallVector<char, 0> trits(rows * depth);
  bitnet::packing::unpack(
      packing, reinterpret_cast<const uint8_t *>(bytes->data()), rows, depth,
      reinterpret_cast<int8_t *>(trits.data()));
  auto type =
      RankedTensorType::get({rows, depth}, IntegerType::get(getContext(), 8));
  return getElements(type, trits, "trits");
}
