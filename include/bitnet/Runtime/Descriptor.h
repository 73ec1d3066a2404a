//===- Descriptor.h - What a compiled object tells the runtime --*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The binary contract between an object that lib/Target emits and the runtime
// that opens it: one exported constant, `bitnet_model_descriptor`. Plain C, no
// dependency. A change of any layout here raises BITNET_DESCRIPTOR_VERSION.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_RUNTIME_DESCRIPTOR_H
#define BITNET_RUNTIME_DESCRIPTOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BITNET_DESCRIPTOR_VERSION 1
#define BITNET_DESCRIPTOR_SYMBOL "bitnet_model_descriptor"

/// A dimension is an expression over the model's symbols (its named dynamic
/// dimensions), in postfix form: a sequence of (operation, operand) pairs that
/// ends with BITNET_DIM_END. The operand is 0 where the operation has none.
enum {
  BITNET_DIM_END = 0,
  BITNET_DIM_CONSTANT = 1, /* push operand */
  BITNET_DIM_SYMBOL = 2,   /* push the value of symbol number operand */
  BITNET_DIM_ADD = 3,      /* pop b, pop a, push a + b */
  BITNET_DIM_MUL = 4,
  BITNET_DIM_FLOORDIV = 5,
  BITNET_DIM_CEILDIV = 6,
  BITNET_DIM_MOD = 7
};

/// An input, output or cache. `type_code` and `bits` are DLPack's.
typedef struct {
  const char *name;
  uint8_t type_code;
  uint8_t bits;
  int32_t rank;
  const int64_t *const *dims; /* rank expressions */
} bitnet_descriptor_value;

/// What the compiler chose for one ternary product. Kernels are joined by
/// commas, the one for few tokens first.
typedef struct {
  const char *name; /* of the node in the source model */
  int64_t rows, depth;
  const char *isa;
  const char *kernels;
  const char *packing;
  double bits_per_weight;
  const char *reason;
} bitnet_descriptor_layer;

typedef struct {
  const char *key;
  const char *value;
} bitnet_descriptor_entry;

typedef struct {
  uint32_t version; /* BITNET_DESCRIPTOR_VERSION of the compiler */
  uint32_t bytes;   /* sizeof(bitnet_descriptor) of the compiler */

  const char *triple;
  const char *cpu;
  const char *const *features; /* that the code uses, LLVM's names, no sign */
  int32_t feature_count;

  const char *const *symbols;
  int32_t symbol_count;

  const bitnet_descriptor_value *inputs, *outputs, *caches;
  int32_t input_count, output_count, cache_count;

  /// Each expression must be 0 for the shapes of a call, or the call is
  /// refused; `constraint_names` say where in the model it comes from.
  const int64_t *const *constraints;
  const char *const *constraint_names;
  int32_t constraint_count;

  /// Stateful models: the symbol that counts the tokens already in the caches
  /// (-1: none), and how many the caches hold. The position counts in the
  /// symbols of outputs and constraints like any other. `sequence_symbol`
  /// counts the tokens that one call appends (-1: always one).
  int32_t position_symbol;
  int32_t sequence_symbol;
  int64_t max_context;

  /// Messages of the checks on values (an index out of range). `run` writes
  /// the 1-based number of the first that failed, or 0, to the status.
  const char *const *checks;
  int32_t check_count;

  const bitnet_descriptor_layer *layers;
  int32_t layer_count;
  const bitnet_descriptor_entry *metadata;
  int32_t metadata_count;
  int64_t allocations; /* heap allocations of one call, outside of loops */

  /// Runs the model once. `arguments` holds, in this order, a pointer for each
  /// input, the position (stateful models only), each cache, each output, and
  /// the status. The position is a pointer to int64_t, all others point to a
  /// strided descriptor
  ///   { void *allocated, *aligned; int64_t offset, sizes[rank], strides[rank];
  ///   }
  /// with dense row-major strides (the status has rank 0 and type int64).
  void (*run)(void *const *arguments);

  /// Threads of the calls from this host thread; null in an object compiled
  /// for one thread.
  int (*get_max_threads)(void);
  void (*set_num_threads)(int);

  /// Weights kept in a side file: its size (0: none), the FNV-1a hash of its
  /// bytes, and where `run` expects its address.
  int64_t weights_bytes;
  uint64_t weights_hash;
  void **weights;
} bitnet_descriptor;

#ifdef __cplusplus
}
#endif

#endif // BITNET_RUNTIME_DESCRIPTOR_H
