//===- Describe.cpp - Print what a model holds ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>

using namespace bitnet::run;

/// Metadata of more bytes, or of bytes that are no text, is only counted.
static constexpr int64_t kLongestText = 1000;

static std::string typeName(DLDataType type) {
  if (type.code == 6)
    return "bool";
  const char *name = type.code == kDLInt      ? "int"
                     : type.code == kDLUInt   ? "uint"
                     : type.code == kDLFloat  ? "float"
                     : type.code == kDLBfloat ? "bfloat"
                                              : "type";
  return name + std::to_string(type.bits);
}

static void
printValues(const char *title, const bitnet_model *model, int32_t count,
            const bitnet_value *(*get)(const bitnet_model *, int32_t)) {
  if (count > 0)
    printf("%s:\n", title);
  for (int32_t i = 0; i < count; ++i) {
    const bitnet_value *value = get(model, i);
    printf("  %s: %s [", value->name, typeName(value->type).c_str());
    for (int32_t d = 0; d < value->rank; ++d)
      printf("%s%s", d ? ", " : "", value->dimensions[d].text);
    printf("]\n");
  }
}

static void printLayers(const bitnet_model *model, int32_t count) {
  if (count > 0)
    printf("ternary products:\n");
  for (int32_t i = 0; i < count; ++i) {
    const bitnet_layer *layer = bitnet_model_layer(model, i);
    printf("  %s: %" PRId64 " x %" PRId64
           ", %s, kernels %s, packing %s, %.3g bits per weight: %s\n",
           layer->name, layer->rows, layer->depth, layer->isa, layer->kernels,
           layer->packing, layer->bits_per_weight, layer->reason);
  }
}

int bitnet::run::describeModel(const bitnet_model *model) {
  bitnet_model_info info;
  bitnet_model_describe(model, &info);
  printf("model: %s\n", info.path);
  printf("target: %s, cpu %s\n", info.triple, info.cpu);
  printf("cpu features:");
  for (int32_t i = 0; i < info.feature_count; ++i)
    printf(" %s", info.features[i]);
  printf("\nthreads: %s\n",
         info.threads ? "as many as the session asks" : "one");
  if (info.max_context > 0)
    printf("max-context: %" PRId64 " tokens, kept in the session\n",
           info.max_context);
  printf("heap allocations of a call: %" PRId64 "\n", info.allocations);
  if (info.weights_bytes > 0) {
    if (bitnet_model_check_weights(model))
      return runtimeError();
    printf("weights: %" PRId64 " bytes in %s\n", info.weights_bytes,
           info.weights_path);
  }
  printValues("inputs", model, info.input_count, bitnet_model_input);
  printValues("outputs", model, info.output_count, bitnet_model_output);
  printValues("caches", model, info.cache_count, bitnet_model_cache);
  printLayers(model, info.layer_count);
  if (info.metadata_count > 0)
    printf("metadata:\n");
  for (int32_t i = 0; i < info.metadata_count; ++i) {
    const bitnet_metadata *entry = bitnet_model_metadata(model, i);
    bool isText = int64_t(strlen(entry->value)) == entry->bytes &&
                  entry->bytes < kLongestText;
    if (isText)
      printf("  %s: %s\n", entry->key, entry->value);
    else
      printf("  %s: %" PRId64 " bytes\n", entry->key, entry->bytes);
  }
  return 0;
}
