//===- SideWeights.cpp - Weights in a file of their own -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SideWeights.h"

#include "bitnet/Support/Elements.h"
#include "bitnet/Target/Emit.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bitnet;

/// Smaller constants stay in the object: they gain nothing by being mapped.
static constexpr size_t kPage = 4096;
/// Kernels load whole registers.
static constexpr size_t kAlignment = 64;

/// The bytes of a constant global, nothing if it is something else.
static std::optional<ElementBytes> getBytes(LLVM::GlobalOp global) {
  auto value = dyn_cast_if_present<ElementsAttr>(global.getValueOrNull());
  if (!value || !global.getConstant())
    return std::nullopt;
  return elementBytes(value);
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo), which the runtime checks.
static uint64_t hashBytes(ArrayRef<char> bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char byte : bytes) {
    hash ^= uint8_t(byte);
    hash *= 0x100000001b3;
  }
  return hash;
}

/// The address of a constant that lies at `offset` of the file.
static Value findWeights(OpBuilder &builder, Location loc, int64_t offset) {
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value slot = LLVM::AddressOfOp::create(builder, loc, pointer, kWeightsBase);
  Value base = LLVM::LoadOp::create(builder, loc, pointer, slot);
  Value distance =
      LLVM::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(offset));
  return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), base,
                             ArrayRef<LLVM::GEPArg>{distance});
}

SmallVector<char, 0> bitnet::takeWeights(ModuleOp module, int64_t limit) {
  SmallVector<std::pair<LLVM::GlobalOp, ElementBytes>> constants;
  int64_t total = 0;
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (std::optional<ElementBytes> data = getBytes(global)) {
      total += data->bytes.size();
      if (data->bytes.size() >= kPage)
        constants.emplace_back(global, *data);
    }
  SmallVector<char, 0> file;
  if (total <= limit || constants.empty())
    return file;

  llvm::DenseMap<StringAttr, int64_t> offsets;
  for (auto &[global, data] : constants) {
    file.resize(llvm::alignTo(file.size(), kAlignment));
    offsets[global.getSymNameAttr()] = file.size();
    file.append(data.bytes.begin(), data.bytes.end());
  }
  OpBuilder builder(module.getBodyRegion());
  auto pointer = LLVM::LLVMPointerType::get(module.getContext());
  auto base = LLVM::GlobalOp::create(
      builder, module.getLoc(), pointer,
      /*isConstant=*/false, LLVM::Linkage::Internal, kWeightsBase, Attribute());
  Block *initial = builder.createBlock(&base.getInitializerRegion());
  builder.setInsertionPointToStart(initial);
  Value null = LLVM::ZeroOp::create(builder, module.getLoc(), pointer);
  LLVM::ReturnOp::create(builder, module.getLoc(), null);

  module.walk([&](LLVM::AddressOfOp op) {
    auto offset = offsets.find(op.getGlobalNameAttr().getAttr());
    if (offset == offsets.end())
      return;
    builder.setInsertionPoint(op);
    op.replaceAllUsesWith(findWeights(builder, op.getLoc(), offset->second));
    op.erase();
  });
  for (auto &[global, data] : constants)
    global.erase();
  module->setAttr(model::ModelDialect::kWeights,
                  model::WeightsAttr::get(module.getContext(), file.size(),
                                          hashBytes(file)));
  return file;
}
