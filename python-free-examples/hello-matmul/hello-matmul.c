//===- hello-matmul.c - One ternary layer from C --------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole C interface in one page: open a compiled model, ask for the shapes,
// run it on memory of our own, print the result. The model has one input,
// float32 [rows, depth], and one output, float32 [rows, columns].
//
//===----------------------------------------------------------------------===//

#include "bitnet/Runtime/bitnet.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 2 };

static int fail(const char *message) {
  fprintf(stderr, "hello-matmul: %s\n", message);
  return 1;
}

static DLTensor matrix(float *data, int64_t *shape) {
  DLTensor tensor = {0};
  tensor.data = data;
  tensor.device.device_type = kDLCPU;
  tensor.ndim = 2;
  tensor.dtype = (DLDataType){kDLFloat, 32, 1};
  tensor.shape = shape;
  return tensor;
}

static int multiply(bitnet_session *session, int64_t depth, const char *name) {
  // Row t of the input is t + 1, t + 2, t + 3 …
  int64_t xShape[2] = {ROWS, depth}, yShape[2];
  float *x = malloc(sizeof(float) * (size_t)(ROWS * depth));
  if (!x)
    return fail("expected memory for the input");
  for (int64_t t = 0; t < ROWS; ++t)
    for (int64_t d = 0; d < depth; ++d)
      x[t * depth + d] = (float)(t + d + 1);
  DLTensor xTensor = matrix(x, xShape);
  const DLTensor *inputs[] = {&xTensor};

  float *y = NULL;
  bitnet_status status =
      bitnet_session_output_shape(session, inputs, 1, 0, yShape);
  if (status == BITNET_OK) {
    y = malloc(sizeof(float) * (size_t)(yShape[0] * yShape[1]));
    DLTensor yTensor = matrix(y, yShape);
    DLTensor *outputs[] = {&yTensor};
    status = bitnet_session_run(session, inputs, 1, outputs, 1);
  }
  for (int64_t t = 0; status == BITNET_OK && t < yShape[0]; ++t) {
    printf("%s[%d]:", name, (int)t);
    for (int64_t c = 0; c < yShape[1]; ++c)
      printf(" %g", y[t * yShape[1] + c]);
    printf("\n");
  }
  free(x);
  free(y);
  return status == BITNET_OK ? 0 : fail(bitnet_last_error());
}

int main(int argc, char **argv) {
  if (argc != 2)
    return fail("expected the path of a compiled model");
  bitnet_model *model;
  if (bitnet_model_open(argv[1], &model) != BITNET_OK)
    return fail(bitnet_last_error());

  const bitnet_value *x = bitnet_model_input(model, 0);
  const bitnet_value *y = bitnet_model_output(model, 0);
  bitnet_session *session = NULL;
  int status;
  if (!x || !y || x->rank != 2 || y->rank != 2 || x->dimensions[1].size < 1)
    status = fail("expected a model of one matrix product");
  else if (bitnet_session_create(model, NULL, &session) != BITNET_OK)
    status = fail(bitnet_last_error());
  else
    status = multiply(session, x->dimensions[1].size, y->name);

  bitnet_session_destroy(session);
  bitnet_model_close(model);
  return status;
}
