//===- DescriptorData.cpp - The constants of a descriptor -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescriptorData.h"

#include "llvm/IR/IRBuilder.h"

using namespace bitnet;
using llvm::Constant;
using llvm::StringRef;

namespace {
/// A constant for each kind of field, struct and list.
class Writer {
public:
  explicit Writer(llvm::Module &module)
      : module(module), types(module.getContext()) {}

  Constant *make(const ModelData &object);

private:
  Constant *make(char value) { return types.getInt8(value); }
  Constant *make(uint8_t value) { return types.getInt8(value); }
  Constant *make(int32_t value) { return types.getInt32(value); }
  Constant *make(uint32_t value) { return types.getInt32(value); }
  Constant *make(int64_t value) { return types.getInt64(value); }
  Constant *make(uint64_t value) { return types.getInt64(value); }
  Constant *make(double value) {
    return llvm::ConstantFP::get(types.getDoubleTy(), value);
  }
  Constant *make(StringRef text) {
    return types.CreateGlobalString(text, "bitnet.text", 0, &module);
  }
  Constant *make(Constant *address) {
    return address ? address : llvm::ConstantPointerNull::get(types.getPtrTy());
  }
  Constant *make(llvm::ArrayRef<int64_t> expression) {
    return list(expression);
  }
  Constant *make(const ValueData &object);
  Constant *make(const ConstraintData &object);
  Constant *make(const LayerData &object);
  Constant *make(const EntryData &object);

  /// A private array; null if it is empty.
  template <typename Range>
  Constant *list(const Range &elements) {
    llvm::SmallVector<Constant *> constants;
    for (const auto &element : elements)
      constants.push_back(make(element));
    if (constants.empty())
      return make(static_cast<Constant *>(nullptr));
    auto *type =
        llvm::ArrayType::get(constants.front()->getType(), constants.size());
    return new llvm::GlobalVariable(
        module, type, /*isConstant=*/true, llvm::GlobalValue::PrivateLinkage,
        llvm::ConstantArray::get(type, constants), "bitnet.array");
  }
  /// Bytes, and the zero behind them.
  Constant *list(const std::vector<char> &bytes) {
    return make(StringRef(bytes.data(), bytes.size()));
  }
  Constant *record(llvm::ArrayRef<Constant *> fields) {
    return llvm::ConstantStruct::getAnon(module.getContext(), fields);
  }

  llvm::Module &module;
  llvm::IRBuilder<> types;
};
} // namespace

#define BITNET_NUMBER(type, name) fields.push_back(make(object.name));
#define BITNET_TEXT(name) fields.push_back(make(object.name));
#define BITNET_LIST(type, name, count)                                         \
  fields.append({list(object.name), make(int32_t(object.name.size()))});
#define BITNET_EXPRESSION(name) fields.push_back(make(object.name));
#define BITNET_ADDRESS(type, name) fields.push_back(make(object.name));

Constant *Writer::make(const ValueData &object) {
  llvm::SmallVector<Constant *> fields;
#define BITNET_DESCRIPTOR_VALUE
#include "bitnet/Runtime/Descriptor.def"
  return record(fields);
}

Constant *Writer::make(const ConstraintData &object) {
  llvm::SmallVector<Constant *> fields;
#define BITNET_DESCRIPTOR_CONSTRAINT
#include "bitnet/Runtime/Descriptor.def"
  return record(fields);
}

Constant *Writer::make(const LayerData &object) {
  llvm::SmallVector<Constant *> fields;
#define BITNET_DESCRIPTOR_LAYER
#include "bitnet/Runtime/Descriptor.def"
  return record(fields);
}

Constant *Writer::make(const EntryData &object) {
  llvm::SmallVector<Constant *> fields;
#define BITNET_DESCRIPTOR_ENTRY
#include "bitnet/Runtime/Descriptor.def"
  return record(fields);
}

Constant *Writer::make(const ModelData &object) {
  llvm::SmallVector<Constant *> fields;
#define BITNET_DESCRIPTOR_MODEL
#include "bitnet/Runtime/Descriptor.def"
  return record(fields);
}

Constant *bitnet::makeConstant(llvm::Module &module, const ModelData &data) {
  return Writer(module).make(data);
}
