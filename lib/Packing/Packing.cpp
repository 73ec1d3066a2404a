//===- Packing.cpp - Trits in words ---------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Packing/Packing.h"

#include <algorithm>
#include <cstring>

using namespace bitnet::packing;

unsigned Packing::codes() const {
  unsigned result = 1;
  for (unsigned i = 0; i < group; ++i)
    result *= 3;
  return result;
}

unsigned Packing::zeroWord() const {
  unsigned word = 0;
  for (unsigned i = 0; i < indicesPerWord(); ++i)
    word |= zeroCode() << (i * indexBits);
  return word;
}

std::optional<std::string> Packing::invalid() const {
  if (group < 1 || group > 5)
    return "group is " + std::to_string(group) + ", expected 1 to 5";
  if (wordBits != 8 && wordBits != 16 && wordBits != 32)
    return "word_bits is " + std::to_string(wordBits) +
           ", expected 8, 16 or 32";
  unsigned mostBits = std::min(wordBits, 16u);
  if (indexBits < 1 || indexBits > mostBits)
    return "index_bits is " + std::to_string(indexBits) + ", expected 1 to " +
           std::to_string(mostBits) + " in words of " +
           std::to_string(wordBits) + " bits";
  if (codes() > (1u << indexBits))
    return std::to_string(indexBits) + " bits cannot hold the " +
           std::to_string(codes()) + " indices of " + std::to_string(group) +
           " trits";
  if (rows == 0 || rows % 16 != 0)
    return "rows is " + std::to_string(rows) +
           ", expected a positive multiple of 16";
  return std::nullopt;
}

/// The word of row `row` that starts at depth `begin`; trits past the matrix
/// are zero.
static unsigned encodeWord(const Packing &packing, const int8_t *trits,
                           int64_t rowCount, int64_t depth, int64_t row,
                           int64_t begin) {
  unsigned word = 0;
  for (unsigned index = 0; index < packing.indicesPerWord(); ++index) {
    unsigned code = 0, power = 1;
    for (unsigned i = 0; i < packing.group; ++i, power *= 3) {
      int64_t column = begin + int64_t(index) * packing.group + i;
      int trit =
          row < rowCount && column < depth ? trits[row * depth + column] : 0;
      code += unsigned(trit + 1) * power;
    }
    word |= code << (index * packing.indexBits);
  }
  return word;
}

void bitnet::packing::pack(const Packing &packing, const int8_t *trits,
                           int64_t rowCount, int64_t depth, uint8_t *storage) {
  int64_t words = packing.words(depth);
  for (int64_t block = 0; block < packing.rowBlocks(rowCount); ++block)
    for (int64_t word = 0; word < words; ++word)
      for (int64_t r = 0; r < packing.rows; ++r) {
        unsigned value =
            encodeWord(packing, trits, rowCount, depth,
                       block * packing.rows + r, word * packing.tritsPerWord());
        for (unsigned byte = 0; byte < packing.wordBytes(); ++byte)
          *storage++ = uint8_t(value >> (8 * byte)); // little-endian
      }
}

void bitnet::packing::unpack(const Packing &packing, const uint8_t *storage,
                             int64_t rowCount, int64_t depth, int8_t *trits) {
  int64_t words = packing.words(depth);
  unsigned mask = (1u << packing.indexBits) - 1;
  for (int64_t row = 0; row < rowCount; ++row)
    for (int64_t column = 0; column < depth; ++column) {
      int64_t word = column / packing.tritsPerWord();
      unsigned inWord = unsigned(column % packing.tritsPerWord());
      const uint8_t *bytes =
          storage + ((row / packing.rows * words + word) * packing.rows +
                     row % packing.rows) *
                        packing.wordBytes();
      unsigned value = 0;
      for (unsigned byte = 0; byte < packing.wordBytes(); ++byte)
        value |= unsigned(bytes[byte]) << (8 * byte);
      unsigned code =
          value >> (inWord / packing.group * packing.indexBits) & mask;
      for (unsigned i = 0; i < inWord % packing.group; ++i)
        code /= 3;
      trits[row * depth + column] = int8_t(code % 3) - 1;
    }
}
