//===- Tokens.h - What tokens-in-lanes kernels share ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ALGORITHMS_TOKENS_H
#define LIB_KERNELS_ALGORITHMS_TOKENS_H

#include "Algorithms.h"

#include "llvm/ADT/SmallVector.h"

namespace bitnet::kernels {

/// The part of a word that names one row of a table in memory: as many indices
/// as make up to four trits.
struct LookupUnit {
  unsigned indices = 1, bits, trits, perWord;
  /// How far the table row moves when a trit grows by one.
  llvm::SmallVector<int64_t> strides;
  /// Table rows that the bits can name, and those that trits do.
  int64_t rows = 1, usedRows = 1;

  explicit LookupUnit(const packing::Packing &packing) {
    while (packing.indicesPerWord() % (indices * 2) == 0 &&
           packing.group * indices * 2 <= 4 &&
           packing.indexBits * indices * 2 <= 16)
      indices *= 2;
    bits = indices * packing.indexBits;
    trits = indices * packing.group;
    perWord = packing.indicesPerWord() / indices;
    for (unsigned i = 0; i < trits; ++i) {
      if (i % packing.group == 0)
        strides.push_back(int64_t(1)
                          << (i / packing.group * packing.indexBits));
      else
        strides.push_back(strides.back() * 3);
      rows += 2 * strides.back();
      usedRows *= 3;
    }
  }
};

/// Row blocks whose sums lie in scratch at a time: the second-level cache holds
/// them, and tables are built again for the next ones.
int64_t blocksPerPass(const packing::Packing &packing);
/// Words whose tables lie in the first-level cache together.
int64_t wordsPerBlock(const Shape &shape, ternary::LutMemoryAttr algorithm);
/// Whether the sums of all words, or of a scale group, fit 16 bits.
bool areSumsShort(const Shape &shape);

/// Builds the tables of `units` neighbouring units, whose activations begin
/// with row `firstInput` of the transposed ones, for the tile that begins with
/// `token`: in `scratch`, i16 elements, table row by table row.
void emitTokenTables(Emitter &e, const Isa &isa, const LookupUnit &unit,
                     int64_t tile, mlir::Value activations,
                     mlir::Value firstInput, mlir::Value token, int64_t units,
                     mlir::Value scratch);

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ALGORITHMS_TOKENS_H
