//===- Tensors.cpp - Run a model on tensors from files --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "Npy.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

using namespace bitnet::run;

bool bitnet::run::makeDirectory(const std::string &path) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (!code)
    return true;
  error("%s: expected a directory to write to: %s", path.c_str(),
        code.message().c_str());
  return false;
}

static std::string filePath(const std::string &directory, std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return directory + "/" + name + ".npy";
}

/// The caches' batch, taken from an input with a dimension of the same name.
static int64_t findBatch(const bitnet_model *model,
                         const std::vector<Array> &inputs) {
  const bitnet_value *cache = bitnet_model_cache(model, 0);
  if (!cache || cache->rank == 0 || cache->dimensions[0].size >= 0)
    return 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bitnet_value *value = bitnet_model_input(model, int32_t(i));
    for (int32_t d = 0;
         d < std::min(value->rank, int32_t(inputs[i].shape.size())); ++d)
      if (strcmp(value->dimensions[d].text, cache->dimensions[0].text) == 0)
        return inputs[i].shape[size_t(d)];
  }
  return 0;
}

static bool isBfloat(DLDataType type) { return type.code == kDLBfloat; }

int bitnet::run::runTensors(bitnet_model *model, const Options &options) {
  bitnet_model_info info;
  bitnet_model_describe(model, &info);
  std::vector<Array> inputs(size_t(info.input_count));
  std::vector<DLTensor> tensors;
  for (int32_t i = 0; i < info.input_count; ++i) {
    const bitnet_value *value = bitnet_model_input(model, i);
    Array &array = inputs[size_t(i)];
    if (!readNpy(filePath(options.inputs, value->name), array))
      return 1;
    if (isBfloat(value->type) && array.type.code == kDLUInt &&
        array.type.bits == 16)
      array.type = value->type;
    tensors.push_back(array.tensor());
  }
  std::vector<const DLTensor *> inputPointers;
  for (const DLTensor &tensor : tensors)
    inputPointers.push_back(&tensor);

  bitnet_session_options sessionOptions = {findBatch(model, inputs),
                                           options.threads};
  bitnet_session *created;
  if (bitnet_session_create(model, &sessionOptions, &created))
    return runtimeError();
  Session session(created);

  std::vector<Array> outputs;
  for (int32_t i = 0; i < info.output_count; ++i) {
    const bitnet_value *value = bitnet_model_output(model, i);
    std::vector<int64_t> shape(size_t(value->rank));
    // One element more, since an empty vector has no address to give.
    shape.reserve(shape.size() + 1);
    if (bitnet_session_output_shape(session.get(), inputPointers.data(),
                                    info.input_count, i, shape.data()))
      return runtimeError();
    outputs.emplace_back(value->type, std::move(shape));
    if (!outputs.back().data)
      return error("%s: output '%s': expected a shape that fits the memory",
                   options.model.c_str(), value->name);
  }
  std::vector<DLTensor> outputTensors;
  for (Array &output : outputs)
    outputTensors.push_back(output.tensor());
  std::vector<DLTensor *> outputPointers;
  for (DLTensor &tensor : outputTensors)
    outputPointers.push_back(&tensor);
  if (bitnet_session_run(session.get(), inputPointers.data(), info.input_count,
                         outputPointers.data(), info.output_count))
    return runtimeError();

  if (!makeDirectory(options.outputs))
    return 1;
  for (int32_t i = 0; i < info.output_count; ++i) {
    const bitnet_value *value = bitnet_model_output(model, i);
    std::string path = filePath(options.outputs, value->name);
    if (!writeNpy(path, outputs[size_t(i)]))
      return 1;
    if (isBfloat(value->type))
      fprintf(stderr, "%s: note: bfloat16, which NumPy lacks, as uint16\n",
              path.c_str());
  }
  return 0;
}
