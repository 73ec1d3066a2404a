//===- DescriptorData.h - A descriptor while it is made ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The structs of bitnet/Runtime/Descriptor.h with memory of their own, made of
// the same lists of fields, and the constants that they become.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_TARGET_DESCRIPTORDATA_H
#define LIB_TARGET_DESCRIPTORDATA_H

#include "bitnet/Runtime/Descriptor.h"

#include "llvm/IR/Module.h"

#include <string>
#include <utility>
#include <vector>

namespace bitnet {

struct ValueData;
struct ConstraintData;
struct LayerData;
struct EntryData;

namespace detail {
/// What holds an element of a list; never called.
char held(char);
std::string held(const char *);
llvm::SmallVector<int64_t> held(const int64_t *);
ValueData held(const bitnet_descriptor_value &);
ConstraintData held(const bitnet_descriptor_constraint &);
LayerData held(const bitnet_descriptor_layer &);
EntryData held(const bitnet_descriptor_entry &);
} // namespace detail

#define BITNET_NUMBER(type, name) type name = 0;
#define BITNET_TEXT(name) std::string name;
#define BITNET_LIST(element, name, count)                                      \
  std::vector<decltype(detail::held(std::declval<element>()))> name;
#define BITNET_EXPRESSION(name) llvm::SmallVector<int64_t> name;
#define BITNET_ADDRESS(type, name) llvm::Constant *name = nullptr;

struct ValueData {
#define BITNET_DESCRIPTOR_VALUE
#include "bitnet/Runtime/Descriptor.def"
};

struct ConstraintData {
#define BITNET_DESCRIPTOR_CONSTRAINT
#include "bitnet/Runtime/Descriptor.def"
};

struct LayerData {
#define BITNET_DESCRIPTOR_LAYER
#include "bitnet/Runtime/Descriptor.def"
};

struct EntryData {
#define BITNET_DESCRIPTOR_ENTRY
#include "bitnet/Runtime/Descriptor.def"
};

struct ModelData {
#define BITNET_DESCRIPTOR_MODEL
#include "bitnet/Runtime/Descriptor.def"
};

#undef BITNET_NUMBER
#undef BITNET_TEXT
#undef BITNET_LIST
#undef BITNET_EXPRESSION
#undef BITNET_ADDRESS

/// The constant `bitnet_descriptor` of `module` with what it points to.
llvm::Constant *makeConstant(llvm::Module &module, const ModelData &data);

} // namespace bitnet

#endif // LIB_TARGET_DESCRIPTORDATA_H
