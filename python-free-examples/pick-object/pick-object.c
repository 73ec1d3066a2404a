//===- pick-object.c - The object that suits this processor, in C ---------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gets objects of one model for several processors, the most demanding first,
// and opens the first that this processor can run.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/bitnet.h"

#include <stdio.h>

static bitnet_status openFirst(char **paths, int count, bitnet_model **model) {
  // Any other failure would be hidden by a slower object.
  bitnet_status status = BITNET_ERROR_CPU;
  for (int i = 0; i < count && status == BITNET_ERROR_CPU; ++i)
    status = bitnet_model_open(paths[i], model);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "pick-object: expected paths of compiled models\n");
    return 1;
  }
  bitnet_model *model;
  if (openFirst(argv + 1, argc - 1, &model) != BITNET_OK) {
    fprintf(stderr, "pick-object: %s\n", bitnet_last_error());
    return 1;
  }
  bitnet_model_info info;
  bitnet_model_describe(model, &info);
  printf("%s: compiled for %s\n", info.path, info.cpu);
  bitnet_model_close(model);
  return 0;
}
