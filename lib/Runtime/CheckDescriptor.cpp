//===- CheckDescriptor.cpp - Whether a descriptor can be used -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckDescriptor.h"
#include "Error.h"
#include "bitnet/Runtime/DimExpression.h"

#include <type_traits>
#include <vector>

using namespace bitnet::runtime;

//===----------------------------------------------------------------------===//
// Field by field
//===----------------------------------------------------------------------===//

namespace {
/// Goes through the fields of the lists in Descriptor.def and keeps the first
/// that is not of its kind: "inputs[0].dims[1] is no expression …". A prefix
/// is what stands before the name of a field.
class FieldCheck {
public:
  explicit FieldCheck(int32_t symbolCount) : symbolCount(symbolCount) {}

  void check(const std::string &prefix, const bitnet_descriptor &object);
  const std::string &fault() const { return result; }

private:
  void check(const std::string &, char) {}
  void check(const std::string &field, const char *text) {
    expect(text, field, "is null");
  }
  void check(const std::string &field, const int64_t *expression) {
    expect(isWellFormed(expression, symbolCount), field,
           "is no expression over the symbols");
  }
  void check(const std::string &prefix, const bitnet_descriptor_value &object);
  void check(const std::string &prefix,
             const bitnet_descriptor_constraint &object);
  void check(const std::string &prefix, const bitnet_descriptor_layer &object);
  void check(const std::string &prefix, const bitnet_descriptor_entry &object);

  template <typename T>
  void checkList(const std::string &field, const T *elements, int32_t count) {
    expect(count >= 0 && (count == 0 || elements), field,
           "is null or has a negative count");
    if (std::is_same_v<T, char>)
      return;
    // Elements that are structs have fields of their own.
    const char *end = std::is_class_v<T> ? "]." : "]";
    for (int32_t i = 0; result.empty() && i < count; ++i)
      check(field + "[" + std::to_string(i) + end, elements[i]);
  }

  void expect(bool holds, const std::string &field, const char *what) {
    if (!holds && result.empty())
      result = field + " " + what;
  }

  int32_t symbolCount;
  std::string result;
};
} // namespace

#define BITNET_NUMBER(type, name)
#define BITNET_TEXT(name) check(prefix + #name, object.name);
#define BITNET_LIST(type, name, count)                                         \
  checkList(prefix + #name, object.name, object.count);
#define BITNET_EXPRESSION(name) check(prefix + #name, object.name);
#define BITNET_ADDRESS(type, name)

void FieldCheck::check(const std::string &prefix,
                       const bitnet_descriptor_value &object) {
#define BITNET_DESCRIPTOR_VALUE
#include "bitnet/Runtime/Descriptor.def"
  expect(object.bits > 0, prefix + "bits", "is 0");
}

void FieldCheck::check(const std::string &prefix,
                       const bitnet_descriptor_constraint &object) {
#define BITNET_DESCRIPTOR_CONSTRAINT
#include "bitnet/Runtime/Descriptor.def"
  expect(object.kind == BITNET_CONSTRAINT_ZERO ||
             object.kind == BITNET_CONSTRAINT_NON_NEGATIVE,
         prefix + "kind", "is unknown");
}

void FieldCheck::check(const std::string &prefix,
                       const bitnet_descriptor_layer &object) {
#define BITNET_DESCRIPTOR_LAYER
#include "bitnet/Runtime/Descriptor.def"
}

void FieldCheck::check(const std::string &prefix,
                       const bitnet_descriptor_entry &object) {
#define BITNET_DESCRIPTOR_ENTRY
#include "bitnet/Runtime/Descriptor.def"
}

void FieldCheck::check(const std::string &prefix,
                       const bitnet_descriptor &object) {
#define BITNET_DESCRIPTOR_MODEL
#include "bitnet/Runtime/Descriptor.def"
}

#undef BITNET_NUMBER
#undef BITNET_TEXT
#undef BITNET_LIST
#undef BITNET_EXPRESSION
#undef BITNET_ADDRESS

//===----------------------------------------------------------------------===//
// As a whole
//===----------------------------------------------------------------------===//

static bitnet_status unsound(const char *path, const std::string &why) {
  return fail(BITNET_ERROR_FORMAT, "%s: expected a sound descriptor: %s", path,
              why.c_str());
}

/// Every symbol that counts gets a value: from the dimension of an input that
/// is just the symbol, from the session's batch or from its position.
static bitnet_status checkSymbols(const char *path,
                                  const bitnet_descriptor &d) {
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
    use(d.constraints[i].expression);
  int32_t batchOfCaches = -1;
  if (d.cache_count > 0 && d.caches[0].rank > 0)
    batchOfCaches = bareSymbol(d.caches[0].dims[0]);
  bool isStateful = d.position_symbol >= 0;
  if (isStateful)
    bound[size_t(d.position_symbol)] = true;
  if (isStateful && d.sequence_symbol >= 0)
    used[size_t(d.sequence_symbol)] = true;
  if (batchOfCaches >= 0)
    bound[size_t(batchOfCaches)] = true;
  for (int32_t i = 0; i < d.symbol_count; ++i)
    if (used[size_t(i)] && !bound[size_t(i)])
      return unsound(path, std::string("no input has a dimension '") +
                               d.symbols[i] + "'");
  for (int32_t i = 0; i < d.cache_count; ++i)
    for (int32_t k = 0; k < d.caches[i].rank; ++k) {
      bool known = true;
      forEachSymbol(d.caches[i].dims[k],
                    [&](int32_t symbol) { known &= symbol == batchOfCaches; });
      if (!known)
        return unsound(path, "dimension " + std::to_string(k) + " of cache '" +
                                 d.caches[i].name +
                                 "' depends on more than the batch");
    }
  return BITNET_OK;
}

bitnet_status bitnet::runtime::checkDescriptor(const char *path,
                                               const bitnet_descriptor &d) {
  FieldCheck fields(d.symbol_count);
  fields.check("", d);
  if (!fields.fault().empty())
    return unsound(path, fields.fault());
  bool sound = d.run && d.position_symbol < d.symbol_count &&
               (d.weights_bytes <= 0 || d.weights) &&
               !d.get_max_threads == !d.set_num_threads;
  if (d.position_symbol >= 0)
    sound &= d.max_context > 0 && d.sequence_symbol < d.symbol_count &&
             d.sequence_symbol != d.position_symbol;
  else
    sound &= d.cache_count == 0;
  if (!sound)
    return unsound(path, "its entry points, threads, weights and position "
                         "contradict each other");
  return checkSymbols(path, d);
}
