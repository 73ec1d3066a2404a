//===- TensorData.cpp - Tensors of a model as attributes ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorData.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace bitnet;
using ::onnx::TensorProto;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "tensor data is little-endian and is used as it stands");

/// Appends the values of `field` as little-endian `Stored`s.
template <typename Stored, typename Field>
static void append(std::vector<char> &bytes, const Field &field) {
  size_t begin = bytes.size();
  bytes.resize(begin + size_t(field.size()) * sizeof(Stored));
  char *out = bytes.data() + begin;
  for (auto value : field) {
    Stored stored = Stored(value);
    std::memcpy(out, &stored, sizeof(Stored));
    out += sizeof(Stored);
  }
}

/// The typed fields of `tensor` as its raw data would be: each element type has
/// one field, which several share.
static std::vector<char> typedData(const TensorProto &tensor, unsigned bits) {
  std::vector<char> bytes;
  append<float>(bytes, tensor.float_data());
  append<double>(bytes, tensor.double_data());
  append<int64_t>(bytes, tensor.int64_data());
  if (bits == 64)
    append<uint64_t>(bytes, tensor.uint64_data());
  else
    append<uint32_t>(bytes, tensor.uint64_data());
  if (bits == 32)
    append<int32_t>(bytes, tensor.int32_data());
  else if (bits == 16)
    append<uint16_t>(bytes, tensor.int32_data());
  else // Entries of 4- and 2-bit types hold a packed byte.
    append<uint8_t>(bytes, tensor.int32_data());
  return bytes;
}

/// One byte for each of `count` elements of `bits` bits, which lie in `packed`
/// lowest bits first.
static std::vector<char> widen(ArrayRef<char> packed, uint64_t count,
                               unsigned bits, bool isSigned) {
  std::vector<char> bytes(count);
  unsigned perByte = 8 / bits, mask = (1u << bits) - 1;
  for (uint64_t i = 0; i < count; ++i) {
    unsigned value =
        (uint8_t(packed[i / perByte]) >> (i % perByte * bits)) & mask;
    if (isSigned && (value >> (bits - 1)))
      value |= ~mask;
    bytes[i] = char(value);
  }
  return bytes;
}

/// The data of `tensor` as the file has it, `size` bytes.
static FailureOr<ElementBytes> fileData(TensorProto &tensor,
                                        ::bitnet::onnx::ElementType kind,
                                        RankedTensorType type, uint64_t size,
                                        ExternalData &external,
                                        Location location) {
  if (tensor.data_location() == TensorProto::EXTERNAL)
    return external.read(tensor, size, location);
  ElementBytes data;
  if (tensor.has_raw_data()) {
    auto owner = std::make_shared<std::string>();
    owner->swap(*tensor.mutable_raw_data());
    data = {ArrayRef<char>(owner->data(), owner->size()), owner};
  } else {
    data = ElementBytes::own(typedData(tensor, kind.bits));
  }
  if (data.bytes.size() != size)
    return emitError(location)
           << "has " << data.bytes.size() << " bytes of data, expected " << size
           << " for its type " << type;
  return data;
}

FailureOr<ElementsAttr> bitnet::importTensor(TensorProto &tensor, StringRef key,
                                             ExternalData &external,
                                             Location location) {
  ::bitnet::onnx::ElementType kind =
      ::bitnet::onnx::getElementType(tensor.data_type(), location.getContext());
  if (!kind.type)
    return emitError(location)
           << "has element type number " << tensor.data_type() << " ("
           << kind.name << "), which is not supported";
  for (int64_t dim : tensor.dims())
    if (dim < 0)
      return emitError(location) << "has a dimension of size " << dim;
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  auto type = RankedTensorType::get(shape, kind.type);
  std::optional<uint64_t> bytes = byteSize(type);
  if (!bytes)
    return emitError(location) << "is too large: " << type;
  if (tensor.has_segment())
    return emitError(location) << "is a segment of a larger tensor, which is "
                                  "not supported";
  uint64_t count = *bytes / *elementSize(kind.type);
  uint64_t size =
      kind.isWidened() ? llvm::divideCeil(count, 8 / kind.bits) : *bytes;
  auto data = fileData(tensor, kind, type, size, external, location);
  if (failed(data))
    return failure();
  if (kind.isWidened()) {
    data = ElementBytes::own(
        widen(data->bytes, count, kind.bits, !kind.type.isUnsignedInteger()));
  } else if (kind.type.isInteger(1)) {
    std::vector<char> flags(data->bytes.begin(), data->bytes.end());
    for (char &flag : flags)
      flag = flag != 0;
    data = ElementBytes::own(std::move(flags));
  }
  return makeElements(type, key, *data);
}
