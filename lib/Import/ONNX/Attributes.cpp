//===- Attributes.cpp - Attributes of nodes -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attributes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace bitnet;

FailureOr<Attribute> bitnet::importAttribute(::onnx::AttributeProto &attribute,
                                             StringRef key,
                                             ExternalData &external,
                                             Location location) {
  Builder builder(location.getContext());
  using ::onnx::AttributeProto;
  if (!attribute.ref_attr_name().empty())
    return emitError(location)
           << "attribute '" << attribute.name()
           << "' refers to one of a function, which a graph does not have";
  switch (attribute.type()) {
  case AttributeProto::FLOAT:
    return Attribute(builder.getF32FloatAttr(attribute.f()));
  case AttributeProto::INT:
    return Attribute(builder.getI64IntegerAttr(attribute.i()));
  case AttributeProto::STRING:
    return Attribute(builder.getStringAttr(attribute.s()));
  case AttributeProto::TENSOR: {
    auto value = importTensor(*attribute.mutable_t(), key, external, location);
    if (failed(value))
      return failure();
    return Attribute(*value);
  }
  case AttributeProto::FLOATS:
    return Attribute(builder.getF32ArrayAttr(SmallVector<float>(
        attribute.floats().begin(), attribute.floats().end())));
  case AttributeProto::INTS:
    return Attribute(builder.getI64ArrayAttr(SmallVector<int64_t>(
        attribute.ints().begin(), attribute.ints().end())));
  case AttributeProto::STRINGS:
    return Attribute(builder.getStrArrayAttr(SmallVector<StringRef>(
        attribute.strings().begin(), attribute.strings().end())));
  default:
    return emitError(location)
           << "attribute '" << attribute.name() << "' is of kind "
           << AttributeProto::AttributeType_Name(attribute.type())
           << ", which is not supported";
  }
}
