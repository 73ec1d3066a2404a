//===- ModelReader.cpp - ONNX files as protobuf messages ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelReader.h"

#include "bitnet/Import/ONNX.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/Twine.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

using namespace mlir;
using namespace bitnet;

Location bitnet::namedLocation(MLIRContext *context, StringRef file,
                               StringRef kind, StringRef name) {
  auto place = FileLineColLoc::get(
      context, (file + ": " + kind + " '" + name + "'").str(),
      /*line=*/0, /*column=*/0);
  return NameLoc::get(StringAttr::get(context, name), place);
}

bool bitnet::isONNX(llvm::MemoryBufferRef buffer) {
  using google::protobuf::internal::WireFormatLite;
  StringRef bytes = buffer.getBuffer().take_front(1 << 20);
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t *>(bytes.data()), int(bytes.size()));
  uint32_t tag = stream.ReadTag();
  const google::protobuf::FieldDescriptor *field =
      ::onnx::ModelProto::descriptor()->FindFieldByNumber(
          WireFormatLite::GetTagFieldNumber(tag));
  return field && WireFormatLite::GetTagWireType(tag) ==
                      WireFormatLite::WireTypeForFieldType(
                          WireFormatLite::FieldType(field->type()));
}

std::unique_ptr<::onnx::ModelProto>
bitnet::readModel(llvm::MemoryBufferRef buffer, Location location) {
  auto refuse = [&](const Twine &reason) {
    emitError(location) << "not an ONNX model: " << reason.str();
    return nullptr;
  };
  size_t size = buffer.getBufferSize();
  if (size == 0)
    return refuse("the file is empty");
  if (size > size_t(std::numeric_limits<int>::max()))
    return refuse("the file has " + Twine(size) +
                  " bytes, but protobuf ends at 2147483647; larger models keep "
                  "their weights in external data");
  // Protobuf reports to standard error by itself; ours is the one error.
  google::protobuf::LogSilencer silencer;
  auto model = std::make_unique<::onnx::ModelProto>();
  if (!model->ParseFromArray(buffer.getBufferStart(), int(size)))
    return refuse("its " + Twine(size) +
                  " bytes are no complete protobuf message");
  // Other messages often parse, too, as fields that ONNX does not know.
  if (!model->has_ir_version())
    return refuse("it states no ir_version");
  if (!model->has_graph())
    return refuse("it has no graph");
  if (model->opset_import_size() == 0)
    return refuse("it imports no operator set");
  return model;
}
