//===- Algorithms.cpp - What algorithms share -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "bitnet/Kernels/Kernels.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

void kernels::registerAlgorithms(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ternary::TernaryDialect *) {
    registerLutRegisters(*context);
    registerLutMemory(*context);
    registerMaskedAdd(*context);
    registerDot(*context);
  });
}

SmallVector<StringRef> kernels::algorithmNames() {
  using namespace ternary;
  return {LutRegistersAttr::getMnemonic(), LutMemoryAttr::getMnemonic(),
          MaskedAddAttr::getMnemonic(), DotAttr::getMnemonic()};
}

LogicalResult kernels::verifyRows(ternary::KernelOpInterface op) {
  const Isa &isa = isaOf(op.getKernel());
  packing::Packing packing = op.getPacking().getPacking();
  int64_t lanes = isa.lanes(packing.wordBits);
  if (packing.rows % lanes == 0)
    return success();
  return op->emitOpError("rows is ")
         << packing.rows << ", expected a multiple of the " << lanes << " "
         << packing.wordBits << "-bit lanes of " << isa.name();
}

MemRefType kernels::bufferType(ArrayRef<int64_t> sizes, Type element,
                               bool contiguous) {
  SmallVector<int64_t> strides(sizes.size(), ShapedType::kDynamic);
  int64_t stride = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = stride;
    bool known = contiguous && !ShapedType::isDynamic(sizes[i]) &&
                 !ShapedType::isDynamic(stride);
    stride = known ? stride * sizes[i] : ShapedType::kDynamic;
  }
  auto layout = StridedLayoutAttr::get(element.getContext(),
                                       ShapedType::kDynamic, strides);
  return MemRefType::get(sizes, element, layout);
}

MemRefType kernels::weightsType(ternary::PackingAttr packing, Value weights) {
  RankedTensorType storage = packing.getStorageType();
  auto shape = llvm::to_vector(storage.getShape());
  shape[0] = ShapedType::kDynamic;
  MemRefType type =
      bufferType(shape, storage.getElementType(), /*contiguous=*/true);
  SmallVector<int64_t> strides = type.getStridesAndOffset().first, known;
  int64_t offset;
  auto buffer = dyn_cast<MemRefType>(weights.getType());
  if (buffer && succeeded(buffer.getStridesAndOffset(known, offset)))
    strides.front() = known.front();
  return MemRefType::get(
      shape, type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides));
}

MemRefType kernels::sumsType(Type element) {
  return bufferType({ShapedType::kDynamic, ShapedType::kDynamic}, element,
                    /*contiguous=*/false);
}

MemRefType kernels::activationsType(MLIRContext *context, int64_t columns) {
  return bufferType({ShapedType::kDynamic, columns},
                    IntegerType::get(context, 8), /*contiguous=*/false);
}

SmallVector<MemRefType>
kernels::rowArgumentTypes(ternary::KernelOpInterface op) {
  MLIRContext *context = op->getContext();
  ternary::PackingAttr packing = op.getPacking();
  return {activationsType(context, packing.getPaddedDepth()),
          weightsType(packing, op->getOperand(1)),
          sumsType(IntegerType::get(context, 32))};
}
