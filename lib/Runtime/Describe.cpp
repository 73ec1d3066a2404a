//===- Describe.cpp - Models as the C interface shows them ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Model.h"
#include "bitnet/Runtime/DimExpression.h"

#include <cinttypes>
#include <cstring>

using namespace bitnet::runtime;

void Model::describe(const bitnet_descriptor_value *values, int32_t count,
                     std::vector<bitnet_value> &result) {
  const std::vector<int64_t> unbound(size_t(descriptor->symbol_count),
                                     kUnbound);
  for (int32_t i = 0; i < count; ++i) {
    const bitnet_descriptor_value &value = values[i];
    std::vector<bitnet_dimension> &dims = dimensions.emplace_back();
    for (int32_t d = 0; d < value.rank; ++d) {
      texts.push_back(print(value.dims[d]));
      dims.push_back({evaluate(value.dims[d], unbound).value_or(-1),
                      texts.back().c_str()});
    }
    result.push_back({value.name,
                      {value.type_code, value.bits, 1},
                      value.rank,
                      dims.data()});
  }
}

void Model::describe() {
  const bitnet_descriptor &d = *descriptor;
  describe(d.inputs, d.input_count, inputs);
  describe(d.outputs, d.output_count, outputs);
  describe(d.caches, d.cache_count, caches);
  for (int32_t i = 0; i < d.layer_count; ++i) {
    const bitnet_descriptor_layer &layer = d.layers[i];
    layers.push_back({layer.name, layer.rows, layer.depth, layer.isa,
                      layer.kernels, layer.packing, layer.bits_per_weight,
                      layer.reason});
  }
  for (int32_t i = 0; i < d.metadata_count; ++i)
    metadata.push_back({d.metadata[i].key,
                        d.metadata[i].value ? d.metadata[i].value : "",
                        d.metadata[i].bytes});
  if (d.cache_count > 0 && d.caches[0].rank > 0)
    batch = bareSymbol(d.caches[0].dims[0]);
}

bitnet_status bitnet_model_open(const char *path, bitnet_model **model) {
  if (!path || !model)
    return fail(BITNET_ERROR_ARGUMENT,
                "bitnet_model_open: expected a path and a place for the model");
  *model = nullptr;
  std::shared_ptr<Model> opened;
  if (bitnet_status status = Model::open(path, opened))
    return status;
  *model = new bitnet_model{std::move(opened)};
  return BITNET_OK;
}

void bitnet_model_close(bitnet_model *model) { delete model; }

bitnet_status bitnet_model_check_weights(const bitnet_model *model) {
  const Model &m = *model->model;
  if (!m.weights || m.weights->hash() == m.get().weights_hash)
    return BITNET_OK;
  return fail(BITNET_ERROR_FILE,
              "%s: expected the weights with hash %016" PRIx64
              ", got another file of the same size",
              m.weightsFile.c_str(), m.get().weights_hash);
}

void bitnet_model_describe(const bitnet_model *model, bitnet_model_info *info) {
  const Model &m = *model->model;
  const bitnet_descriptor &d = m.get();
  *info = {};
  info->path = m.path();
  info->triple = d.triple;
  info->cpu = d.cpu;
  info->features = d.features;
  info->feature_count = d.feature_count;
  info->input_count = d.input_count;
  info->output_count = d.output_count;
  info->cache_count = d.cache_count;
  info->layer_count = d.layer_count;
  info->metadata_count = d.metadata_count;
  info->max_context = m.isStateful() ? d.max_context : 0;
  info->threads = d.set_num_threads != nullptr;
  info->allocations = d.allocations;
  info->weights_bytes = d.weights_bytes;
  info->weights_path = m.weights ? m.weightsFile.c_str() : nullptr;
}

template <typename T>
static const T *at(const std::vector<T> &values, int32_t index) {
  if (index < 0 || size_t(index) >= values.size())
    return nullptr;
  return &values[size_t(index)];
}

const bitnet_value *bitnet_model_input(const bitnet_model *model,
                                       int32_t index) {
  return at(model->model->inputs, index);
}

const bitnet_value *bitnet_model_output(const bitnet_model *model,
                                        int32_t index) {
  return at(model->model->outputs, index);
}

const bitnet_value *bitnet_model_cache(const bitnet_model *model,
                                       int32_t index) {
  return at(model->model->caches, index);
}

const bitnet_layer *bitnet_model_layer(const bitnet_model *model,
                                       int32_t index) {
  return at(model->model->layers, index);
}

const bitnet_metadata *bitnet_model_metadata(const bitnet_model *model,
                                             int32_t index) {
  return at(model->model->metadata, index);
}

const char *bitnet_model_metadata_value(const bitnet_model *model,
                                        const char *key) {
  for (const bitnet_metadata &entry : model->model->metadata)
    if (strcmp(entry.key, key) == 0)
      return entry.value;
  return nullptr;
}
