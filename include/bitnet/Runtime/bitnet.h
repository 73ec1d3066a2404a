//===- bitnet.h - The C interface to compiled models ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C interface to compiled models: open an object, ask what it holds, make
// sessions and run them on tensors of the caller. Plain C; the only dependency
// is DLPack's header.
//
// Errors: every function that can fail returns a status, and BITNET_OK is 0.
// After a failure bitnet_last_error() tells in one line what was expected:
//   model.so: input 'x': expected float32 of rank 2, got int64 of rank 3
// The text belongs to the calling host thread and lasts until its next call.
//
// Host threads: a model may be used by many at once, a session by one at a
// time. Two sessions of one model share its weights and nothing else.
//
// Lifetime: strings and arrays that describe a model last as long as it is
// open. A session keeps its model alive, so they may be closed in any order.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_RUNTIME_BITNET_H
#define BITNET_RUNTIME_BITNET_H

#include <dlpack/dlpack.h>
#include <stdint.h>

#define BITNET_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bitnet_model bitnet_model;
typedef struct bitnet_session bitnet_session;

typedef enum {
  BITNET_OK = 0,
  BITNET_ERROR_FILE = 1,     /* missing, unreadable, or its weights are */
  BITNET_ERROR_FORMAT = 2,   /* no compiled model, or one of another version */
  BITNET_ERROR_CPU = 3,      /* this processor cannot run the code */
  BITNET_ERROR_ARGUMENT = 4, /* a null pointer, number or option out of range */
  BITNET_ERROR_TENSOR = 5,   /* wrong type, shape, layout or device */
  BITNET_ERROR_CONTEXT = 6,  /* more tokens than max-context */
  BITNET_ERROR_CHECK = 7,    /* the model refused a value, e.g. a token id */
  BITNET_ERROR_MEMORY = 8    /* caches or logits could not be allocated */
} bitnet_status;

/// The version of this library, e.g. "0.1.0".
BITNET_API const char *bitnet_version(void);

/// What went wrong in the last call of this host thread that failed; an empty
/// string if none did. Never null.
BITNET_API const char *bitnet_last_error(void);

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

/// Opens the shared object at `path` (never looked up in the loader's path).
/// Before anything of it runs: it must be an object for this machine, carry a
/// descriptor of this version, and use only features that this processor and
/// system have. Weights kept apart are mapped from the side file, which has the
/// object's name with `.weights` instead of `.so`; its size is checked here,
/// its content by bitnet_model_check_weights.
BITNET_API bitnet_status bitnet_model_open(const char *path,
                                           bitnet_model **model);

/// Null is allowed.
BITNET_API void bitnet_model_close(bitnet_model *model);

/// Reads all weights of the side file and compares their hash. Models without
/// a side file pass.
BITNET_API bitnet_status bitnet_model_check_weights(const bitnet_model *model);

typedef struct {
  const char *path;            /* as given to bitnet_model_open */
  const char *triple;          /* e.g. "x86_64-unknown-linux-gnu" */
  const char *cpu;             /* e.g. "x86-64-v3" */
  const char *const *features; /* that the code uses, LLVM's names */
  int32_t feature_count;
  int32_t input_count, output_count, cache_count, layer_count, metadata_count;
  int64_t max_context;   /* tokens that the caches hold; 0: not stateful */
  int32_t threads;       /* 1 if several can be used, 0 if compiled for one */
  int64_t allocations;   /* heap allocations of one call, outside of loops */
  int64_t weights_bytes; /* of the side file; 0: weights are in the object */
  const char *weights_path; /* null without a side file */
} bitnet_model_info;

BITNET_API void bitnet_model_describe(const bitnet_model *model,
                                      bitnet_model_info *info);

/// One dimension: its size where that is fixed, else -1. The text is the size
/// or the expression that a dynamic one has to equal: "256", "sequence",
/// "past + sequence".
typedef struct {
  int64_t size;
  const char *text;
} bitnet_dimension;

/// An input, output or cache. Elements are dense, in row-major order.
typedef struct {
  const char *name;
  DLDataType type; /* lanes is 1; code 6, of 8 bits, is a bool (DLPack 0.8) */
  int32_t rank;
  const bitnet_dimension *dimensions;
} bitnet_value;

/// What the compiler chose for one ternary product.
typedef struct {
  const char *name; /* of the node in the source model */
  int64_t rows, depth;
  const char *isa;
  const char *kernels; /* joined by commas, the one for few tokens first */
  const char *packing;
  double bits_per_weight; /* with the scales of groups, where there are some */
  const char *reason;
} bitnet_layer;

/// Something that the model carries along: a text, or the bytes of a blob such
/// as a tokenizer. A zero follows the last byte.
typedef struct {
  const char *key;
  const char *value;
  int64_t bytes; /* of the value, without that zero */
} bitnet_metadata;

/// These return null if the index is out of range.
BITNET_API const bitnet_value *bitnet_model_input(const bitnet_model *model,
                                                  int32_t index);
BITNET_API const bitnet_value *bitnet_model_output(const bitnet_model *model,
                                                   int32_t index);
BITNET_API const bitnet_value *bitnet_model_cache(const bitnet_model *model,
                                                  int32_t index);
BITNET_API const bitnet_layer *bitnet_model_layer(const bitnet_model *model,
                                                  int32_t index);
BITNET_API const bitnet_metadata *
bitnet_model_metadata(const bitnet_model *model, int32_t index);

/// The value of a metadata key, such as "bitnet.tokenizer"; null if the model
/// does not carry it.
BITNET_API const char *bitnet_model_metadata_value(const bitnet_model *model,
                                                   const char *key);

//===----------------------------------------------------------------------===//
// Sessions
//===----------------------------------------------------------------------===//

typedef struct {
  int64_t batch;   /* of the caches of a stateful model; 0 means 1 */
  int32_t threads; /* 1 to 1024; 0: one for each processor of this process */
} bitnet_session_options;

/// Allocates the caches, zeroed, at the capacity of max-context; the system
/// provides their pages as they are first written. Null options: all zero.
/// A model compiled for one thread runs with one, whatever `threads` says.
BITNET_API bitnet_status bitnet_session_create(
    bitnet_model *model, const bitnet_session_options *options,
    bitnet_session **session);

/// Null is allowed.
BITNET_API void bitnet_session_destroy(bitnet_session *session);

/// Runs the model once, on the caller's memory: nothing is copied. Tensors come
/// in the order of bitnet_model_input and bitnet_model_output; they live on the
/// CPU, are dense and row-major (null strides, or strides that say the same),
/// aligned to their element, and outputs overlap nothing. All of this is
/// checked except the overlap. On any error the position stays as it was; after
/// BITNET_ERROR_CHECK the outputs are undefined.
/// In a stateful model a call appends its tokens to the caches and advances the
/// position; a call that would pass max-context is refused before it runs.
BITNET_API bitnet_status bitnet_session_run(bitnet_session *session,
                                            const DLTensor *const *inputs,
                                            int32_t input_count,
                                            DLTensor *const *outputs,
                                            int32_t output_count);

/// The shape that output number `output` has for these inputs at the current
/// position, for a caller to allocate it. Reads types and shapes of the inputs,
/// not their data. `shape` has room for the output's rank.
BITNET_API bitnet_status bitnet_session_output_shape(
    bitnet_session *session, const DLTensor *const *inputs, int32_t input_count,
    int32_t output, int64_t *shape);

/// The number of tokens in the caches.
BITNET_API int64_t bitnet_session_position(const bitnet_session *session);

/// Rewinds to position 0.
BITNET_API void bitnet_session_reset(bitnet_session *session);

#ifdef __cplusplus
}
#endif

#endif // BITNET_RUNTIME_BITNET_H
