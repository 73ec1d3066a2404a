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
// dependency.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_RUNTIME_DESCRIPTOR_H
#define BITNET_RUNTIME_DESCRIPTOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BITNET_DESCRIPTOR_VERSION 2
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

enum { BITNET_CONSTRAINT_ZERO = 0, BITNET_CONSTRAINT_NON_NEGATIVE = 1 };

/// Runs the model once. `arguments` holds, in this order, a pointer for each
/// input, the position (stateful models only), each cache, each output, and the
/// status. The position is a pointer to int64_t, all others point to a strided
/// descriptor
///   { void *allocated, *aligned; int64_t offset, sizes[rank], strides[rank]; }
/// with dense row-major strides (the status has rank 0 and type int64).
typedef void (*bitnet_run_function)(void *const *arguments);
typedef int (*bitnet_get_threads_function)(void);
typedef void (*bitnet_set_threads_function)(int);

// The fields, and what each of them is, stand in Descriptor.def.
#define BITNET_NUMBER(type, name) type name;
#define BITNET_TEXT(name) const char *name;
#define BITNET_LIST(type, name, count)                                         \
  type const *name;                                                            \
  int32_t count;
#define BITNET_EXPRESSION(name) const int64_t *name;
#define BITNET_ADDRESS(type, name) type name;

typedef struct {
#define BITNET_DESCRIPTOR_VALUE
#include "bitnet/Runtime/Descriptor.def"
} bitnet_descriptor_value;

typedef struct {
#define BITNET_DESCRIPTOR_CONSTRAINT
#include "bitnet/Runtime/Descriptor.def"
} bitnet_descriptor_constraint;

typedef struct {
#define BITNET_DESCRIPTOR_LAYER
#include "bitnet/Runtime/Descriptor.def"
} bitnet_descriptor_layer;

typedef struct {
#define BITNET_DESCRIPTOR_ENTRY
#include "bitnet/Runtime/Descriptor.def"
} bitnet_descriptor_entry;

typedef struct {
#define BITNET_DESCRIPTOR_MODEL
#include "bitnet/Runtime/Descriptor.def"
} bitnet_descriptor;

#undef BITNET_NUMBER
#undef BITNET_TEXT
#undef BITNET_LIST
#undef BITNET_EXPRESSION
#undef BITNET_ADDRESS

#ifdef __cplusplus
}
#endif

#endif // BITNET_RUNTIME_DESCRIPTOR_H
