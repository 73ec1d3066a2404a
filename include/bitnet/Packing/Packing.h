//===- Packing.h - Trits in words -------------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PACKING_PACKING_H
#define BITNET_PACKING_PACKING_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace bitnet::packing {

/// How trits are stored: the parameters of `#ternary.packing` (see its
/// description in dialects/Ternary/TernaryAttrs.td, the reference for the
/// format). Plain C++ so that compiler, tests and tools share one codec.
struct Packing {
  /// Trits of one table index, and bits that the index takes in a word.
  unsigned group = 1, indexBits = 2;
  /// Bits of a word (8, 16 or 32), and rows whose words lie side by side.
  unsigned wordBits = 8, rows = 16;

  unsigned indicesPerWord() const { return wordBits / indexBits; }
  unsigned tritsPerWord() const { return group * indicesPerWord(); }
  unsigned wordBytes() const { return wordBits / 8; }
  /// Number of distinct indices, 3^group.
  unsigned codes() const;
  /// Index of `group` zero trits, (3^group - 1) / 2.
  unsigned zeroCode() const { return (codes() - 1) / 2; }
  /// A word of zero trits only, which pads depth and rows.
  unsigned zeroWord() const;
  int64_t words(int64_t depth) const {
    return (depth + tritsPerWord() - 1) / tritsPerWord();
  }
  int64_t rowBlocks(int64_t rowCount) const {
    return (rowCount + rows - 1) / rows;
  }
  double bitsPerWeight() const {
    return double(wordBits) / double(tritsPerWord());
  }
  /// Bytes of the storage of a `rowCount x depth` matrix.
  size_t storageBytes(int64_t rowCount, int64_t depth) const {
    return size_t(rowBlocks(rowCount)) * words(depth) * rows * wordBytes();
  }
  /// What makes these parameters impossible, or nothing.
  std::optional<std::string> invalid() const;
};

/// Packs `trits` (row-major, `rowCount x depth`, values -1, 0, 1) into
/// `storage`, which has `storageBytes(rowCount, depth)` bytes.
void pack(const Packing &packing, const int8_t *trits, int64_t rowCount,
          int64_t depth, uint8_t *storage);

/// The inverse of `pack`: padding is dropped.
void unpack(const Packing &packing, const uint8_t *storage, int64_t rowCount,
            int64_t depth, int8_t *trits);

} // namespace bitnet::packing

#endif // BITNET_PACKING_PACKING_H
