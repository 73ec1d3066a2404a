//===- Npy.cpp - Tensors in NumPy's file format ---------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Npy.h"
#include "Options.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <unistd.h>

using namespace bitnet::run;

Array::Array(DLDataType type, std::vector<int64_t> shape)
    : type(type), shape(std::move(shape)) {
  int64_t bytes = byteCount();
  if (bytes >= 0)
    data.reset(new (std::nothrow) char[size_t(bytes > 0 ? bytes : 1)]);
}

int64_t Array::byteCount() const {
  int64_t bytes = type.bits / 8;
  for (int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes))
      return -1;
  return bytes;
}

DLTensor Array::tensor() {
  DLTensor result = {};
  result.data = data.get();
  result.device = {kDLCPU, 0};
  result.ndim = int(shape.size());
  result.dtype = type;
  result.shape = shape.data();
  return result;
}

static std::string makeHeader(const Array &array) {
  std::string text = "{'descr': '";
  for (const NpyType &row : npyTypes)
    if (row.code == array.type.code && row.bits == array.type.bits)
      text += row.descr;
  text += "', 'fortran_order': False, 'shape': (";
  for (int64_t size : array.shape)
    text += std::to_string(size) + ",";
  if (array.shape.size() > 1)
    text.pop_back();
  text += "), }";
  // Elements start at a multiple of 64; the header ends with a line break.
  text.append(63 - (text.size() + 10) % 64, ' ');
  text += '\n';
  std::string start = npyMagic;
  start += '\1';
  start += '\0';
  start += char(text.size() & 0xff);
  start += char(text.size() >> 8);
  return start + text;
}

bool bitnet::run::writeNpy(const std::string &path, const Array &array) {
  bool known = false;
  for (const NpyType &row : npyTypes)
    known |= row.code == array.type.code && row.bits == array.type.bits;
  if (!known)
    return error("%s: expected elements of a type that .npy files hold",
                 path.c_str()),
           false;
  std::string beside = path + ".tmp" + std::to_string(getpid());
  std::string header = makeHeader(array);
  size_t bytes = size_t(array.byteCount());
  FILE *file = fopen(beside.c_str(), "wb");
  bool written =
      file && fwrite(header.data(), 1, header.size(), file) == header.size() &&
      fwrite(array.data.get(), 1, bytes, file) == bytes;
  int reason = errno;
  if (file && fclose(file) != 0 && written) {
    written = false;
    reason = errno;
  }
  if (written && rename(beside.c_str(), path.c_str()) == 0)
    return true;
  if (written)
    reason = errno;
  if (file)
    unlink(beside.c_str());
  return error("%s: expected a writable file: %s", path.c_str(),
               strerror(reason)),
         false;
}
