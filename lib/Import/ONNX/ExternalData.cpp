//===- ExternalData.cpp - Tensor data beside the model --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bitnet;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

ExternalData::ExternalData(StringRef modelPath)
    : folder(path::parent_path(modelPath)), hasFolder(!modelPath.empty()) {
  if (folder.empty())
    folder = ".";
}

/// Whether `file`, links resolved, lies in `folder`, links resolved.
static bool isInside(StringRef file, StringRef folder) {
  SmallString<256> realFile, realFolder;
  if (fs::real_path(file, realFile) || fs::real_path(folder, realFolder))
    return false;
  auto component = path::begin(realFile), end = path::end(realFile);
  for (auto it = path::begin(realFolder); it != path::end(realFolder);
       ++it, ++component)
    if (component == end || *it != *component)
      return false;
  return component != end;
}

FailureOr<std::shared_ptr<llvm::MemoryBuffer>>
ExternalData::open(StringRef name, Location location) {
  auto known = files.find(name);
  if (known != files.end())
    return known->second;
  auto refuse = [&](const Twine &what) {
    return emitError(location)
           << "external data file '" << name << "' " << what.str();
  };
  if (!hasFolder)
    return refuse("cannot be found, since the model was read from standard "
                  "input and has no folder");
  if (path::is_absolute(name))
    return refuse("is an absolute path, expected one relative to the model's "
                  "folder");
  if (llvm::is_contained(llvm::make_range(path::begin(name), path::end(name)),
                         ".."))
    return refuse("leaves the model's folder by '..'");
  SmallString<256> file(folder);
  path::append(file, name);
  if (!fs::exists(file))
    return refuse("does not exist");
  if (!isInside(file, folder))
    return refuse("is a link that leaves the model's folder");
  // Opening a pipe or a device could wait for ever.
  if (!fs::is_regular_file(file))
    return refuse("is not a regular file");
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (std::error_code error = buffer.getError())
    return refuse("cannot be read: " + error.message());
  return files[name] = std::move(*buffer);
}

FailureOr<ElementBytes> ExternalData::read(const ::onnx::TensorProto &tensor,
                                           uint64_t size, Location location) {
  StringRef name;
  uint64_t offset = 0, length = size;
  for (const auto &entry : tensor.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    if (key == "location")
      name = value;
    if (key != "offset" && key != "length")
      continue;
    if (value.getAsInteger(10, key == "offset" ? offset : length))
      return emitError(location) << "external data " << key << " is '" << value
                                 << "', expected a number of bytes";
  }
  if (name.empty())
    return emitError(location) << "external data names no file";
  if (length != size)
    return emitError(location)
           << "external data in '" << name << "' has length " << length
           << ", but the tensor takes " << size << " bytes";
  auto buffer = open(name, location);
  if (failed(buffer))
    return failure();
  uint64_t available = (*buffer)->getBufferSize();
  if (offset > available || size > available - offset)
    return emitError(location) << "external data file '" << name << "' has "
                               << available << " bytes, but the tensor takes "
                               << size << " from offset " << offset;
  return ElementBytes{
      ArrayRef<char>((*buffer)->getBufferStart() + offset, size), *buffer};
}
