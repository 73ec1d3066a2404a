//===- TernaryAttrs.cpp - Attributes of the ternary dialect ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Ternary/Ternary.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet::ternary;

#include "dialects/Ternary/TernaryEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Ternary/TernaryAttrs.cpp.inc"

void TernaryDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Ternary/TernaryAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// PackingAttr
//===----------------------------------------------------------------------===//

bitnet::packing::Packing PackingAttr::getPacking() const {
  return {getGroup(), getIndexBits(), getWordBits(), getRows()};
}

int64_t PackingAttr::getPaddedDepth() const {
  bitnet::packing::Packing p = getPacking();
  return p.words(getLogicalDepth()) * p.tritsPerWord();
}

RankedTensorType PackingAttr::getStorageType() const {
  bitnet::packing::Packing packing = getPacking();
  return RankedTensorType::get(
      {packing.rowBlocks(getLogicalRows()), packing.words(getLogicalDepth()),
       int64_t(getRows())},
      IntegerType::get(getContext(), getWordBits()), *this);
}

LogicalResult PackingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  unsigned group, unsigned indexBits,
                                  unsigned wordBits, unsigned rows,
                                  int64_t logicalRows, int64_t logicalDepth) {
  bitnet::packing::Packing packing{group, indexBits, wordBits, rows};
  if (std::optional<std::string> why = packing.invalid())
    return emitError() << *why; // packing_c1, packing_c2, packing_c3
  if (logicalRows <= 0 || logicalDepth <= 0) // packing_c4
    return emitError() << "logical shape is " << logicalRows << " x "
                       << logicalDepth << ", expected positive dimensions";
  return success();
}

LogicalResult PackingAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {
  RankedTensorType storage = getStorageType();
  ArrayRef<int64_t> whole = storage.getShape();
  bool fits = shape.size() == 3 && shape.drop_front() == whole.drop_front() &&
              (ShapedType::isDynamic(shape[0]) || shape[0] <= whole[0]);
  if (!fits || elementType != storage.getElementType()) { // packing_c5
    InFlightDiagnostic diag = emitError();
    diag << "a tensor of shape [";
    llvm::interleaveComma(shape, diag);
    diag << "] and element type " << elementType
         << " is no storage of this packing, which has shape [";
    llvm::interleaveComma(whole, diag);
    return diag << "] and element type " << storage.getElementType();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// KernelAttr
//===----------------------------------------------------------------------===//

namespace {
struct IsaRow {
  StringLiteral name;
  SmallVector<Algorithm, 2> algorithms;
};
} // namespace

static ArrayRef<IsaRow> isaRows() {
  static const IsaRow rows[] = {
#define BITNET_ISA(CLASS, NAME, ...) {NAME, __VA_ARGS__},
#include "bitnet/Kernels/Isa.def"
  };
  return rows;
}

/// A tile's size: kernels halve it for what is left over.
static bool isTileSize(int64_t size, int64_t most) {
  return size >= 1 && size <= most && llvm::isPowerOf2_64(size);
}

LogicalResult KernelAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringAttr isa, Algorithm algorithm,
                                 int64_t maxTokens, int64_t tokenTile,
                                 int64_t rowBlocks, int64_t prefetch,
                                 int64_t tableBytes) {
  const IsaRow *row = llvm::find_if(
      isaRows(), [&](const IsaRow &row) { return row.name == isa.getValue(); });
  if (row == isaRows().end()) // kernel_c1
    return emitError() << "no instruction set is called " << isa;
  if (!llvm::is_contained(row->algorithms, algorithm)) // kernel_c2
    return emitError() << "instruction set " << isa << " has no kernel for "
                       << stringifyAlgorithm(algorithm);
  if (maxTokens < 0) // kernel_c3
    return emitError() << "max_tokens is " << maxTokens
                       << ", expected 0 or more";
  if (prefetch < 0) // kernel_c3
    return emitError() << "prefetch is " << prefetch << ", expected 0 or more";
  // What lut_registers computes at once is unrolled.
  int64_t mostTokens = algorithm == Algorithm::LutMemory ? 256 : 16;
  if (!isTileSize(tokenTile, mostTokens)) // kernel_c4
    return emitError() << "token_tile is " << tokenTile
                       << ", expected a power of two from 1 to " << mostTokens;
  if (!isTileSize(rowBlocks, 16)) // kernel_c4
    return emitError() << "row_blocks is " << rowBlocks
                       << ", expected a power of two from 1 to 16";
  if (algorithm == Algorithm::MaskedAdd && tokenTile != 1) // kernel_c4
    return emitError() << "token_tile is " << tokenTile << ", expected 1 for "
                       << stringifyAlgorithm(algorithm);
  bool hasStreams =
      algorithm == Algorithm::LutRegisters || algorithm == Algorithm::Dot;
  if (!hasStreams && (rowBlocks != 1 || prefetch != 0)) // kernel_c4
    return emitError() << "row_blocks and prefetch are for "
                       << stringifyAlgorithm(Algorithm::LutRegisters) << " and "
                       << stringifyAlgorithm(Algorithm::Dot) << ", not "
                       << stringifyAlgorithm(algorithm);
  if (algorithm != Algorithm::LutMemory &&
      tableBytes != kDefaultTableBytes) // kernel_c5
    return emitError() << "table_bytes is for "
                       << stringifyAlgorithm(Algorithm::LutMemory) << ", not "
                       << stringifyAlgorithm(algorithm);
  if (tableBytes < 1024 || tableBytes > 1 << 24) // kernel_c5
    return emitError() << "table_bytes is " << tableBytes
                       << ", expected 1024 to 16777216";
  return success();
}

KernelAttr KernelAttr::forAnyTokens() const {
  return get(getContext(), getIsa(), getAlgorithm(), /*maxTokens=*/0,
             getTokenTile(), getRowBlocks(), getPrefetch(), getTableBytes());
}
