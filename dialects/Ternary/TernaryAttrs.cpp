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
  int64_t before = (getScaleGroups() - 1) * int64_t(getScaleGroup());
  return before + p.words(forScaleGroup().getLogicalDepth()) * p.tritsPerWord();
}

int64_t PackingAttr::getWords() const {
  return getScaleGroups() *
         getPacking().words(forScaleGroup().getLogicalDepth());
}

RankedTensorType PackingAttr::getStorageType() const {
  int64_t shape[] = {getPacking().rowBlocks(getLogicalRows()), getWords(),
                     int64_t(getRows())};
  return RankedTensorType::get(
      shape, IntegerType::get(getContext(), getWordBits()), *this);
}

/// The inputs of a row for which the storage has trits.
static int64_t storedDepth(PackingAttr packing) {
  return packing.getWords() * packing.getPacking().tritsPerWord();
}

size_t PackingAttr::getStorageBytes() const {
  return getPacking().storageBytes(getLogicalRows(), storedDepth(*this));
}

PackingAttr PackingAttr::forScaleGroup() const {
  int64_t depth = getScaleGroup() ? getScaleGroup() : getLogicalDepth();
  return get(getContext(), getPacking(), getLogicalRows(), depth);
}

PackingAttr PackingAttr::forDepth(int64_t depth) const {
  return get(getContext(), getPacking(), getLogicalRows(), depth,
             std::min(getScaleGroup(), depth));
}

int64_t PackingAttr::getScaleGroups() const {
  return getScaleGroup()
             ? llvm::divideCeilSigned(getLogicalDepth(), getScaleGroup())
             : 1;
}

double PackingAttr::getBitsPerWeight() const {
  if (!getScaleGroup())
    return getPacking().bitsPerWeight();
  int64_t bits = getPacking().words(getScaleGroup()) * getWordBits();
  return double(bits + 32) / getScaleGroup();
}

LogicalResult PackingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  unsigned group, unsigned indexBits,
                                  unsigned wordBits, unsigned rows,
                                  int64_t logicalRows, int64_t logicalDepth,
                                  int64_t scaleGroup) {
  bitnet::packing::Packing packing{group, indexBits, wordBits, rows};
  if (std::optional<std::string> why = packing.invalid())
    return emitError() << *why; // packing_c1, packing_c2, packing_c3
  if (logicalRows < 1 || logicalRows > kMaxRows || logicalDepth < 1 ||
      logicalDepth > kMaxDepth) // packing_c4
    return emitError() << "logical shape is " << logicalRows << " x "
                       << logicalDepth << ", expected 1 to " << kMaxRows
                       << " rows of 1 to " << kMaxDepth << " weights";
  if (scaleGroup < 0 || scaleGroup > logicalDepth) // packing_c6
    return emitError() << "scale_group is " << scaleGroup
                       << ", expected 0 (none) to the depth, " << logicalDepth;
  return success();
}

LogicalResult PackingAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {
  RankedTensorType storage = getStorageType();
  ArrayRef<int64_t> whole = storage.getShape();
  bool fits = shape.size() == whole.size() &&
              (ShapedType::isDynamic(shape[0]) || shape[0] <= whole[0]) &&
              shape.drop_front() == whole.drop_front();
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

/// Calls `body` for each scale group of each row with where it begins in trits
/// and, with what pads the groups, in the storage, and its inputs.
static void forEachScaleGroup(PackingAttr packing,
                              function_ref<void(size_t, size_t, size_t)> body) {
  int64_t depth = packing.getLogicalDepth(), stored = storedDepth(packing);
  int64_t group = packing.forScaleGroup().getLogicalDepth();
  int64_t padded = stored / packing.getScaleGroups();
  for (int64_t row = 0; row < packing.getLogicalRows(); ++row)
    for (int64_t g = 0; g < packing.getScaleGroups(); ++g)
      body(row * depth + g * group, row * stored + g * padded,
           std::min(group, depth - g * group));
}

void PackingAttr::pack(const int8_t *trits, uint8_t *storage) const {
  int64_t rows = getLogicalRows(), depth = getLogicalDepth();
  if (!getScaleGroup())
    return bitnet::packing::pack(getPacking(), trits, rows, depth, storage);
  std::vector<int8_t> padded(rows * storedDepth(*this), 0);
  forEachScaleGroup(*this, [&](size_t from, size_t to, size_t count) {
    std::copy_n(trits + from, count, &padded[to]);
  });
  bitnet::packing::pack(getPacking(), padded.data(), rows, storedDepth(*this),
                        storage);
}

void PackingAttr::unpack(const uint8_t *storage, int8_t *trits) const {
  int64_t rows = getLogicalRows(), depth = getLogicalDepth();
  if (!getScaleGroup())
    return bitnet::packing::unpack(getPacking(), storage, rows, depth, trits);
  std::vector<int8_t> padded(rows * storedDepth(*this));
  bitnet::packing::unpack(getPacking(), storage, rows, storedDepth(*this),
                          padded.data());
  forEachScaleGroup(*this, [&](size_t to, size_t from, size_t count) {
    std::copy_n(&padded[from], count, trits + to);
  });
}

PackingAttr PackingAttr::forTables() const {
  bitnet::packing::Packing packing = getPacking();
  packing.rows = 16;
  return get(getContext(), packing, /*logicalRows=*/1, getLogicalDepth(),
             getScaleGroup());
}

std::string PackingAttr::getShortName() const {
  bitnet::packing::Packing packing = getPacking();
  std::string name = std::to_string(packing.tritsPerWord()) + "in" +
                     std::to_string(packing.wordBits);
  if (packing.group < 3)
    name += "g" + std::to_string(packing.group);
  return name;
}

//===----------------------------------------------------------------------===//
// KernelAttr
//===----------------------------------------------------------------------===//

LogicalResult KernelAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringAttr isa,
                                 AlgorithmAttrInterface algorithm,
                                 int64_t maxTokens) {
  if (failed(algorithm.verifyIsa(emitError, isa))) // kernel_c1, kernel_c2
    return failure();
  if (maxTokens < 0) // kernel_c3
    return emitError() << "max_tokens is " << maxTokens
                       << ", expected 0 or more";
  return success();
}

KernelAttr KernelAttr::forAnyTokens() const {
  return get(getContext(), getIsa(), getAlgorithm(), /*maxTokens=*/0);
}

KernelAttr KernelAttr::withAlgorithm(Attribute algorithm) const {
  return get(getContext(), getIsa(), cast<AlgorithmAttrInterface>(algorithm),
             getMaxTokens());
}

StringRef KernelAttr::getAlgorithmName() const {
  return getAlgorithm().getAbstractAttribute().getName().split('.').second;
}

//===----------------------------------------------------------------------===//
// Algorithms
//===----------------------------------------------------------------------===//

/// A tile's size: kernels halve it for what is left over.
static LogicalResult verifyTile(function_ref<InFlightDiagnostic()> emitError,
                                StringRef name, int64_t size, int64_t limit) {
  if (size >= 1 && size <= limit && llvm::isPowerOf2_64(size))
    return success();
  return emitError() << name << " is " << size
                     << ", expected a power of two from 1 to " << limit;
}

/// Streams of weights; what is computed at once is unrolled.
static LogicalResult verifyStreams(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t tokenTile, int64_t rowBlocks,
                                   int64_t prefetch) {
  if (failed(verifyTile(emitError, "token_tile", tokenTile, 16)) ||
      failed(verifyTile(emitError, "row_blocks", rowBlocks, 16)))
    return failure(); // lut_registers_c1, dot_c1
  if (prefetch < 0)   // lut_registers_c2, dot_c2
    return emitError() << "prefetch is " << prefetch << ", expected 0 or more";
  return success();
}

LogicalResult
LutRegistersAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         int64_t tokenTile, int64_t rowBlocks, int64_t prefetch,
                         int64_t lookupTokens, int64_t cacheTokens,
                         int64_t wordTile) {
  if (failed(verifyStreams(emitError, tokenTile, rowBlocks, prefetch)))
    return failure();
  if (lookupTokens != 1 && lookupTokens != 2) // lut_registers_c4
    return emitError() << "lookup_tokens is " << lookupTokens
                       << ", expected 1 or 2";
  if (cacheTokens < 0 || cacheTokens > 1 << 16 ||
      cacheTokens % lookupTokens != 0) // lut_registers_c5
    return emitError() << "cache_tokens is " << cacheTokens
                       << ", expected a multiple of lookup_tokens = "
                       << lookupTokens << " up to 65536";
  if (wordTile < 0 || wordTile > 1 << 24) // lut_registers_c6
    return emitError() << "word_tile is " << wordTile
                       << ", expected 0 to 16777216";
  return success();
}

LogicalResult DotAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              int64_t tokenTile, int64_t rowBlocks,
                              int64_t prefetch) {
  return verifyStreams(emitError, tokenTile, rowBlocks, prefetch);
}

LogicalResult
LutMemoryAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t tokenTile, int64_t tableBytes) {
  if (failed(verifyTile(emitError, "token_tile", tokenTile, 256)))
    return failure();                            // lut_memory_c1
  if (tableBytes < 1024 || tableBytes > 1 << 24) // lut_memory_c2
    return emitError() << "table_bytes is " << tableBytes
                       << ", expected 1024 to 16777216";
  return success();
}

Attribute MaskedAddAttr::parse(AsmParser &parser, Type) {
  if (succeeded(parser.parseOptionalLess())) {
    parser.emitError(parser.getCurrentLocation())
        << getMnemonic() << " has no parameters";
    return {};
  }
  return get(parser.getContext());
}

void MaskedAddAttr::print(AsmPrinter &) const {}
