//===- Model.cpp - A loaded object ----------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "CpuFeatures.h"
#include "DimExpression.h"
#include "Elf.h"
#include "Error.h"

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
  if (bitnet_status status = model->checkFeatures())
    return status;
  if (bitnet_status status = model->checkDescriptor())
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

bitnet_status Model::checkValues(const char *kind,
                                 const bitnet_descriptor_value *values,
                                 int32_t count) const {
  for (int32_t i = 0; i < count; ++i) {
    bool valid = values[i].name && values[i].bits > 0 && values[i].rank >= 0;
    for (int32_t d = 0; valid && d < values[i].rank; ++d)
      valid = isWellFormed(values[i].dims[d], descriptor->symbol_count);
    if (!valid)
      return fail(BITNET_ERROR_FORMAT,
                  "%s: expected a sound descriptor: %s %d has no name, type or "
                  "shape",
                  path(), kind, i);
  }
  return BITNET_OK;
}

/// Every symbol that counts gets a value: from the dimension of an input that
/// is just the symbol, from the session's batch or from its position.
bitnet_status Model::checkSymbols() const {
  const bitnet_descriptor &d = *descriptor;
  std::vector<bool> bound(size_t(d.symbol_count)), used(size_t(d.symbol_count));
  auto use = [&](const int64_t *expression) {
    forEachSymbol(expression,
                  [&](int32_t symbol) { used[size_t(symbol)] = true; });
  };
  for (int32_t i = 0; i < d.input_count; ++i)
    for (int32_t k = 0; k < d.inputs[i].rank; ++k) {
      use(d.inputs[i].dims[k]);
      if (int32_t symbol = bareSymbol(d.inputs[i].dims[k]); symbol >= 0)
        bound[size_t(symbol)] = true;
    }
  for (int32_t i = 0; i < d.output_count; ++i)
    for (int32_t k = 0; k < d.outputs[i].rank; ++k)
      use(d.outputs[i].dims[k]);
  for (int32_t i = 0; i < d.constraint_count; ++i)
    use(d.constraints[i]);
  int32_t batchOfCaches = -1;
  if (d.cache_count > 0 && d.caches[0].rank > 0)
    batchOfCaches = bareSymbol(d.caches[0].dims[0]);
  if (isStateful())
    bound[size_t(d.position_symbol)] = true;
  if (isStateful() && d.sequence_symbol >= 0)
    used[size_t(d.sequence_symbol)] = true;
  if (batchOfCaches >= 0)
    bound[size_t(batchOfCaches)] = true;
  for (int32_t i = 0; i < d.symbol_count; ++i)
    if (used[size_t(i)] && !bound[size_t(i)])
      return fail(BITNET_ERROR_FORMAT,
                  "%s: expected a sound descriptor: no input has a dimension "
                  "'%s'",
                  path(), d.symbols[i]);
  for (int32_t i = 0; i < d.cache_count; ++i)
    for (int32_t k = 0; k < d.caches[i].rank; ++k) {
      bool known = true;
      forEachSymbol(d.caches[i].dims[k],
                    [&](int32_t symbol) { known &= symbol == batchOfCaches; });
      if (!known)
        return fail(BITNET_ERROR_FORMAT,
                    "%s: expected a sound descriptor: dimension %d of cache "
                    "'%s' depends on more than the batch",
                    path(), k, d.caches[i].name);
    }
  return BITNET_OK;
}

bitnet_status Model::checkDescriptor() const {
  const bitnet_descriptor &d = *descriptor;
  if (bitnet_status status = checkValues("input", d.inputs, d.input_count))
    return status;
  if (bitnet_status status = checkValues("output", d.outputs, d.output_count))
    return status;
  if (bitnet_status status = checkValues("cache", d.caches, d.cache_count))
    return status;
  bool sound = d.run && d.position_symbol < d.symbol_count &&
               (d.weights_bytes <= 0 || d.weights) &&
               !d.get_max_threads == !d.set_num_threads;
  for (int32_t i = 0; i < d.constraint_count; ++i)
    sound &= isWellFormed(d.constraints[i], d.symbol_count);
  if (d.position_symbol >= 0)
    sound &= d.max_context > 0 && d.sequence_symbol < d.symbol_count &&
             d.sequence_symbol != d.position_symbol;
  else
    sound &= d.cache_count == 0;
  if (!sound)
    return fail(BITNET_ERROR_FORMAT,
                "%s: expected a sound descriptor: its entry points, position "
                "or constraints contradict each other",
                path());
  return checkSymbols();
}

std::string Model::print(const int64_t *expression) const {
  return bitnet::runtime::print(expression, descriptor->symbols);
}
