//===- Tensor.h - The caller's tensors --------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_TENSOR_H
#define BITNET_LIB_RUNTIME_TENSOR_H

#include "bitnet/Runtime/bitnet.h"

#include <cstddef>
#include <string>
#include <vector>

namespace bitnet::runtime {

/// "float32", "int64", "bool" …
std::string typeName(DLDataType type);

/// "model.so: input 'x'", the head of every error about a tensor.
std::string tensorName(const char *path, const char *kind, const char *name);

/// Whether the tensor has the value's type and rank, lies on the CPU and is
/// dense; `name` heads the error.
bitnet_status checkType(const std::string &name, const bitnet_value &value,
                        const DLTensor *tensor);

/// Whether its memory is there and aligned.
bitnet_status checkData(const std::string &name, const DLTensor &tensor);

/// Appends the descriptor that compiled code expects:
///   { allocated, aligned, offset, sizes[rank], strides[rank] }.
void appendMemRef(void *data, const int64_t *shape, int32_t rank,
                  std::vector<int64_t> &words);

inline void *dataOf(const DLTensor &tensor) {
  return static_cast<char *>(tensor.data) + tensor.byte_offset;
}

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_TENSOR_H
