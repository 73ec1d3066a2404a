//===- ProductTiles.h - Tiles of products and epilogues ---------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_SUPPORT_PRODUCTTILES_H
#define BITNET_SUPPORT_PRODUCTTILES_H

#include "bitnet/Support/Products.h"
#include "bitnet/Support/Split.h"

namespace bitnet {

/// Emits tiles of one unit, for the row blocks `all`.
class ProductTiles {
public:
  ProductTiles(mlir::OpBuilder &builder, const ProductUnit &unit, Part all);

  /// Row blocks of each of the unit's products.
  static mlir::OpFoldResult countBlocks(mlir::OpBuilder &builder,
                                        const ProductUnit &unit);
  /// Columns of the unit's result that the row blocks are.
  Part columnsOf(Part blocks) const;
  /// All row blocks in one tile, which becomes `out`.
  mlir::Value emitWhole(mlir::OpFoldResult tokens, mlir::Value out) const;
  /// Space for the sums that the epilogue reads, for tiles of at most so many
  /// tokens and row blocks; none without an epilogue.
  llvm::SmallVector<mlir::Value> createBuffers(mlir::OpFoldResult tokens,
                                               mlir::OpFoldResult blocks) const;
  /// Computes a tile with the sums in `buffers` and puts it into `out`, the
  /// unit's result for `all`, from whose first row block `blocks` counts.
  mlir::Value emit(Part tokens, Part blocks, mlir::ValueRange buffers,
                   mlir::Value out) const;

  const ProductUnit &getUnit() const { return unit; }
  Part getBlocks() const { return all; }

private:
  mlir::Value compute(Part tokens, Part blocks, mlir::ValueRange accs,
                      mlir::Value out) const;
  mlir::Value computeEpilogue(Part tokens, Part columns, mlir::ValueRange sums,
                              mlir::Value out) const;
  mlir::OpFoldResult rowsOf(mlir::OpFoldResult blocks) const;
  mlir::Value slice(mlir::Value source, Part rows, Part columns) const;

  mlir::OpBuilder &builder;
  ProductUnit unit;
  ternary::PackingAttr packing;
  mlir::Location loc;
  Part all;
};

} // namespace bitnet

#endif // BITNET_SUPPORT_PRODUCTTILES_H
