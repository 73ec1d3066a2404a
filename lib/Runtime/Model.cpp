//===- Model.cpp - A loaded object ----------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "CheckDescriptor.h"
#include "CpuFeatures.h"
#include "Elf.h"
#include "Error.h"
#include "bitnet/Runtime/DimExpression.h"

#include <dlfcn.h>

using namespace bitnet::runtime;

Model::~Model() {
  weights.reset(); // while the object that points to them is still loaded
  if (handle)
    dlclose(handle);
}

bitnet_status Model::open(const char *path, std::shared_ptr<Model> &result) {
  auto model = std::make_shared<Model>();
  model->filePath = path;
  if (bitnet_status status = checkElf(path))
    return status;
  if (bitnet_status status = model->load())
    return status;
  if (bitnet_status status = checkDescriptor(path, *model->descriptor))
    return status;
  if (bitnet_status status = model->checkFeatures())
    return status;
  if (model->descriptor->weights_bytes > 0) {
    model->weightsFile = weightsPath(path);
    if (bitnet_status status =
            Weights::map(model->descriptor, model->weightsFile, model->weights))
      return status;
  }
  model->describe();
  result = std::move(model);
  return BITNET_OK;
}

bitnet_status Model::load() {
  // A name without a slash would be looked up in the loader's path.
  std::string name = filePath;
  if (name.find('/') == std::string::npos)
    name = "./" + name;
  handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return fail(BITNET_ERROR_FORMAT, "%s: expected an object that loads: %s",
                path(), dlerror());
  descriptor = static_cast<const bitnet_descriptor *>(
      dlsym(handle, BITNET_DESCRIPTOR_SYMBOL));
  if (!descriptor)
    return fail(BITNET_ERROR_FORMAT,
                "%s: expected a compiled model, which exports "
                "'" BITNET_DESCRIPTOR_SYMBOL "'",
                path());
  if (descriptor->version != BITNET_DESCRIPTOR_VERSION ||
      descriptor->bytes != sizeof(bitnet_descriptor))
    return fail(BITNET_ERROR_FORMAT,
                "%s: expected a model of descriptor version %d with %zu bytes, "
                "got version %u with %u; compile it with the release of this "
                "runtime",
                path(), BITNET_DESCRIPTOR_VERSION, sizeof(bitnet_descriptor),
                descriptor->version, descriptor->bytes);
  return BITNET_OK;
}

bitnet_status Model::checkFeatures() const {
  std::string missing;
  for (int32_t i = 0; i < descriptor->feature_count; ++i) {
    const char *name = descriptor->features[i];
    Feature feature = hostFeature(name);
    if (feature == Feature::Unknown)
      return fail(BITNET_ERROR_CPU,
                  "%s: cpu feature '%s' is unknown to this runtime", path(),
                  name);
    if (feature == Feature::Missing)
      missing += (missing.empty() ? "" : ", ") + std::string(name);
  }
  if (missing.empty())
    return BITNET_OK;
  return fail(BITNET_ERROR_CPU,
              "%s: this processor or system lacks %s, which the code uses; "
              "compile the model with --cpu=host on this machine",
              path(), missing.c_str());
}

std::string Model::print(const int64_t *expression) const {
  return bitnet::runtime::print(expression, descriptor->symbols);
}
