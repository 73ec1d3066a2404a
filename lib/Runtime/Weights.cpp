//===- Weights.cpp - Weights in a side file -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Weights.h"
#include "Error.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace bitnet::runtime;

static std::mutex mappingsMutex;

/// By loaded object.
static std::map<const bitnet_descriptor *, std::weak_ptr<Weights>> &mappings() {
  static auto *result =
      new std::map<const bitnet_descriptor *, std::weak_ptr<Weights>>;
  return *result;
}

Weights::~Weights() {
  std::lock_guard<std::mutex> lock(mappingsMutex);
  // Another host thread may have mapped the object's weights anew since the
  // last reference to these went away.
  if (*descriptor->weights == data) {
    *descriptor->weights = nullptr;
    mappings().erase(descriptor);
  }
  munmap(data, size);
}

bitnet_status Weights::map(const bitnet_descriptor *descriptor,
                           const std::string &path,
                           std::shared_ptr<Weights> &result) {
  std::lock_guard<std::mutex> lock(mappingsMutex);
  std::weak_ptr<Weights> &mapping = mappings()[descriptor];
  if ((result = mapping.lock()))
    return BITNET_OK;

  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (file < 0 || fstat(file, &info) != 0) {
    int error = errno;
    if (file >= 0)
      close(file);
    return fail(BITNET_ERROR_FILE,
                "%s: expected the weights of the object beside it: %s",
                path.c_str(), strerror(error));
  }
  if (info.st_size != descriptor->weights_bytes) {
    close(file);
    return fail(BITNET_ERROR_FILE,
                "%s: expected %" PRId64 " bytes of weights, got %" PRId64,
                path.c_str(), descriptor->weights_bytes, int64_t(info.st_size));
  }
  size_t size = size_t(info.st_size);
  void *data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  int error = errno;
  close(file);
  if (data == MAP_FAILED)
    return fail(BITNET_ERROR_MEMORY, "%s: expected to map %zu bytes: %s",
                path.c_str(), size, strerror(error));
  result.reset(new Weights(descriptor, data, size));
  mapping = result;
  *descriptor->weights = data;
  return BITNET_OK;
}

uint64_t Weights::hash() const {
  uint64_t result = 0xcbf29ce484222325;
  const auto *bytes = static_cast<const unsigned char *>(data);
  for (size_t i = 0; i < size; ++i)
    result = (result ^ bytes[i]) * 0x100000001b3;
  return result;
}

std::string bitnet::runtime::weightsPath(const std::string &objectPath) {
  std::string suffix = ".so", path = objectPath;
  if (path.size() > suffix.size() &&
      path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0)
    path.resize(path.size() - suffix.size());
  return path + ".weights";
}
