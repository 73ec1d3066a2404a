//===- Npy.h - Tensors in NumPy's file format -------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TOOLS_BITNET_RUN_NPY_H
#define BITNET_TOOLS_BITNET_RUN_NPY_H

#include <cstdint>
#include <dlpack/dlpack.h>
#include <memory>
#include <string>
#include <vector>

namespace bitnet::run {

/// A dense row-major tensor with memory of its own.
struct Array {
  DLDataType type = {};
  std::vector<int64_t> shape;
  std::unique_ptr<char[]> data;

  Array() = default;
  /// Without data if the memory does not suffice.
  Array(DLDataType type, std::vector<int64_t> shape);

  /// -1 if it does not fit the memory.
  int64_t byteCount() const;

  DLTensor tensor();
};

/// NumPy's name of an element type, and DLPack's. NumPy has no bfloat16: its
/// bits are kept as uint16, whose row comes first.
struct NpyType {
  const char *descr;
  uint8_t code, bits;
};

inline constexpr NpyType npyTypes[] = {
    {"<f2", kDLFloat, 16}, {"<f4", kDLFloat, 32}, {"<f8", kDLFloat, 64},
    {"|i1", kDLInt, 8},    {"<i2", kDLInt, 16},   {"<i4", kDLInt, 32},
    {"<i8", kDLInt, 64},   {"|u1", kDLUInt, 8},   {"<u2", kDLUInt, 16},
    {"<u4", kDLUInt, 32},  {"<u8", kDLUInt, 64},  {"|b1", 6, 8},
    {"<u2", kDLBfloat, 16}};

inline constexpr char npyMagic[] = "\x93NUMPY";

/// Reads a NumPy file, version 1 to 3, little-endian in C order. Errors go to
/// stderr, naming the file.
bool readNpy(const std::string &path, Array &array);

/// Writes beside the file and renames, so that nobody sees half of it.
bool writeNpy(const std::string &path, const Array &array);

} // namespace bitnet::run

#endif // BITNET_TOOLS_BITNET_RUN_NPY_H
