//===- TernaryFolds.cpp - Folders of the ternary ops ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "bitnet/Support/Elements.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

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
  auto type = cast<RankedTensorType>(getType());
  auto attr = cast<PackingAttr>(type.getEncoding());
  std::vector<char> storage(attr.getStorageBytes());
  attr.pack(trits->data(), reinterpret_cast<uint8_t *>(storage.data()));
  return makeElements(type, "packed", ElementBytes::own(std::move(storage)));
}

OpFoldResult UnpackOp::fold(FoldAdaptor adaptor) {
  auto pack = getSource().getDefiningOp<PackOp>();
  if (pack && pack.getSource().getType() == getType())
    return pack.getSource();
  auto value = dyn_cast_if_present<ElementsAttr>(adaptor.getSource());
  if (!value)
    return {};
  std::optional<ElementBytes> data = elementBytes(value);
  auto attr = cast<PackingAttr>(
      cast<RankedTensorType>(getSource().getType()).getEncoding());
  if (!data || data->bytes.size() != attr.getStorageBytes())
    return {};
  int64_t rows = attr.getLogicalRows(), depth = attr.getLogicalDepth();
  std::vector<char> trits(rows * depth);
  attr.unpack(reinterpret_cast<const uint8_t *>(data->bytes.data()),
              reinterpret_cast<int8_t *>(trits.data()));
  auto type =
      RankedTensorType::get({rows, depth}, IntegerType::get(getContext(), 8));
  return makeElements(type, "trits", ElementBytes::own(std::move(trits)));
}
