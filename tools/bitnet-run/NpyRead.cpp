//===- NpyRead.cpp - Read NumPy's file format -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Npy.h"
#include "Options.h"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

using namespace bitnet::run;

static constexpr int64_t kMaxHeader = 1 << 16;

namespace {
struct Closer {
  void operator()(FILE *file) const { fclose(file); }
};
} // namespace

/// What follows `'key':` in the header's Python dictionary, or null.
static const char *findKey(const std::string &header, const char *key) {
  size_t at = header.find("'" + std::string(key) + "'");
  if (at == std::string::npos)
    return nullptr;
  at = header.find_first_not_of(" ", at + strlen(key) + 2);
  if (at == std::string::npos || header[at] != ':')
    return nullptr;
  at = header.find_first_not_of(" ", at + 1);
  return at == std::string::npos ? nullptr : header.c_str() + at;
}

static bool parseShape(const char *text, std::vector<int64_t> &shape) {
  if (!text || *text++ != '(')
    return false;
  for (;;) {
    text += strspn(text, " ");
    if (*text == ')')
      return true;
    char *end;
    errno = 0;
    int64_t size = strtoll(text, &end, 10);
    if (end == text || errno != 0 || size < 0)
      return false;
    shape.push_back(size);
    text = end + strspn(end, " ");
    if (*text == ',')
      ++text;
    else if (*text != ')')
      return false;
  }
}

static bool parseHeader(const std::string &path, const std::string &header,
                        Array &array) {
  const char *descr = findKey(header, "descr");
  const char *order = findKey(header, "fortran_order");
  std::vector<int64_t> shape;
  if (!descr || *descr++ != '\'' || !order ||
      !parseShape(findKey(header, "shape"), shape))
    return error("%s: expected a NumPy header with descr, fortran_order and "
                 "shape",
                 path.c_str()),
           false;
  if (strncmp(order, "False", 5) != 0 && shape.size() > 1)
    return error("%s: expected elements in C order, got Fortran order",
                 path.c_str()),
           false;
  std::string name(descr, strcspn(descr, "'"));
  for (const NpyType &row : npyTypes) {
    if (name.size() != 3 || name.compare(1, 2, row.descr + 1) != 0 ||
        (name[0] != row.descr[0] && !(row.bits == 8 && strchr("<>=", name[0]))))
      continue;
    array.type = {row.code, row.bits, 1};
    array.shape = std::move(shape);
    if (array.byteCount() >= 0)
      return true;
    return error("%s: expected a shape that fits the memory", path.c_str()),
           false;
  }
  std::string known;
  for (const NpyType &row : npyTypes)
    if (row.code != kDLBfloat)
      known += (known.empty() ? "" : ", ") + std::string(row.descr);
  return error("%s: expected elements of a type among %s, got %s", path.c_str(),
               known.c_str(), name.c_str()),
         false;
}

/// Reads up to the first element; gives its offset, or -1.
static int64_t readHeader(const std::string &path, FILE *file,
                          std::string &header) {
  unsigned char start[12];
  bool valid = fread(start, 1, 10, file) == 10 &&
               memcmp(start, npyMagic, 6) == 0 && start[6] >= 1 &&
               start[6] <= 3;
  int64_t length = 0, offset = 10;
  if (valid)
    length = start[8] | start[9] << 8;
  if (valid && start[6] > 1) {
    valid = fread(start + 10, 1, 2, file) == 2;
    length |= int64_t(start[10]) << 16 | int64_t(start[11]) << 24;
    offset = 12;
  }
  if (valid && length <= kMaxHeader) {
    header.resize(size_t(length));
    if (fread(header.data(), 1, header.size(), file) == header.size())
      return offset + length;
  }
  error("%s: expected a NumPy file", path.c_str());
  return -1;
}

bool bitnet::run::readNpy(const std::string &path, Array &array) {
  std::unique_ptr<FILE, Closer> file(fopen(path.c_str(), "rb"));
  struct stat info;
  if (!file || fstat(fileno(file.get()), &info) != 0)
    return error("%s: expected a readable file: %s", path.c_str(),
                 strerror(errno)),
           false;
  std::string header;
  int64_t offset = readHeader(path, file.get(), header);
  if (offset < 0 || !parseHeader(path, header, array))
    return false;
  int64_t bytes = array.byteCount(), got = int64_t(info.st_size) - offset;
  if (got != bytes)
    return error("%s: expected %" PRId64 " bytes of elements, got %" PRId64,
                 path.c_str(), bytes, got),
           false;
  array = Array(array.type, array.shape);
  if (!array.data)
    return error("%s: expected memory for %" PRId64 " bytes", path.c_str(),
                 bytes),
           false;
  if (fread(array.data.get(), 1, size_t(bytes), file.get()) == size_t(bytes))
    return true;
  return error("%s: expected to read %" PRId64 " bytes of elements",
               path.c_str(), bytes),
         false;
}
