//===- Tensor.cpp - The caller's tensors ----------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"
#include "Error.h"

#include <cinttypes>

using namespace bitnet::runtime;

std::string bitnet::runtime::typeName(DLDataType type) {
  static constexpr const char *names[] = {
      "int", "uint", "float", "opaque", "bfloat", "complex", "bool"};
  std::string name = type.code < 7 ? names[type.code]
                                   : "type " + std::to_string(type.code) + ":";
  if (type.code != 6 || type.bits != 8)
    name += std::to_string(type.bits);
  if (type.lanes != 1)
    name += "x" + std::to_string(type.lanes);
  return name;
}

std::string bitnet::runtime::tensorName(const char *path, const char *kind,
                                        const char *name) {
  return std::string(path) + ": " + kind + " '" + name + "'";
}

static bool sameType(DLDataType a, DLDataType b) {
  return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes;
}

/// The number of elements, or -1 if a size is negative or their memory would
/// not fit the address space.
static int64_t elementCount(const DLTensor &tensor) {
  int64_t count = 1, bytes;
  bool empty = false;
  for (int i = 0; i < tensor.ndim; ++i) {
    if (tensor.shape[i] < 0)
      return -1;
    if (tensor.shape[i] == 0)
      empty = true;
    else if (__builtin_mul_overflow(count, tensor.shape[i], &count))
      return -1;
  }
  if (__builtin_mul_overflow(count, int64_t(tensor.dtype.bits + 7) / 8, &bytes))
    return -1;
  return empty ? 0 : count;
}

static bool isDense(const DLTensor &tensor) {
  if (!tensor.strides)
    return true;
  int64_t stride = 1;
  for (int i = tensor.ndim - 1; i >= 0; --i) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != stride)
      return false;
    stride *= tensor.shape[i];
  }
  return true;
}

bitnet_status bitnet::runtime::checkType(const std::string &name,
                                         const bitnet_value &value,
                                         const DLTensor *tensor) {
  if (!tensor)
    return fail(BITNET_ERROR_TENSOR, "%s: expected a tensor, got null",
                name.c_str());
  if (!sameType(tensor->dtype, value.type) || tensor->ndim != value.rank)
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected %s of rank %d, got %s of rank %d", name.c_str(),
                typeName(value.type).c_str(), value.rank,
                typeName(tensor->dtype).c_str(), tensor->ndim);
  if (tensor->device.device_type != kDLCPU)
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected memory of the CPU, got DLPack device type %d",
                name.c_str(), int(tensor->device.device_type));
  if (tensor->ndim > 0 && !tensor->shape)
    return fail(BITNET_ERROR_TENSOR, "%s: expected a shape, got null",
                name.c_str());
  int64_t count = elementCount(*tensor);
  if (count < 0)
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected sizes of at least 0 that fit the memory",
                name.c_str());
  if (count > 0 && !isDense(*tensor))
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected dense elements in row-major order, got strides "
                "that leave gaps or permute",
                name.c_str());
  return BITNET_OK;
}

bitnet_status bitnet::runtime::checkData(const std::string &name,
                                         const DLTensor &tensor) {
  if (elementCount(tensor) == 0)
    return BITNET_OK;
  if (!tensor.data)
    return fail(BITNET_ERROR_TENSOR, "%s: expected data, got null",
                name.c_str());
  uintptr_t bytes = (tensor.dtype.bits + 7u) / 8;
  if (reinterpret_cast<uintptr_t>(dataOf(tensor)) % bytes != 0)
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected data aligned to %" PRIuPTR " bytes", name.c_str(),
                bytes);
  return BITNET_OK;
}

void bitnet::runtime::appendMemRef(void *data, const int64_t *shape,
                                   int32_t rank, std::vector<int64_t> &words) {
  int64_t address = int64_t(reinterpret_cast<intptr_t>(data));
  words.insert(words.end(), {address, address, 0});
  words.insert(words.end(), shape, shape + rank);
  size_t strides = words.size();
  words.resize(strides + size_t(rank));
  int64_t stride = 1;
  for (int32_t i = rank - 1; i >= 0; --i) {
    words[strides + size_t(i)] = stride;
    stride *= shape[i];
  }
}
