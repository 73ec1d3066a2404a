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

  /// Columns of the unit's result that the row blocks are.
  Part columnsOf(Part blocks);
  /// Space for the sums of a tile of so many tokens and row blocks, where an
  /// epilogue reads them.
  void createBuffers(mlir::OpFoldResult tokens, mlir::OpFoldResult blocks);
  /// Computes a tile and puts it into `out`, the unit's result for `all`, from
  /// whose first row block `blocks` counts.
  mlir::Value emit(Part tokens, Part blocks, mlir::Value out);
  /// All row blocks in one tile, which becomes `out`.
  mlir::Value emit(mlir::OpFoldResult tokens, mlir::Value out);

private:
  mlir::Value compute(Part tokens, Part blocks, mlir::ValueRange accs,
                      mlir::Value out);
  mlir::Value computeEpilogue(Part tokens, Part columns, mlir::ValueRange sums,
                              mlir::Value out);
  /// Whether the result leaves out rows that only fill the last block.
  bool isClipped();
  mlir::OpFoldResult rowsOf(mlir::OpFoldResult blocks);
  mlir::Value slice(mlir::Value source, Part rows, Part columns);

  mlir::OpBuilder &builder;
  ProductUnit unit;
  ternary::PackingAttr packing;
  mlir::Location loc;
  Part all;
  llvm::SmallVector<mlir::Value> buffers;
};

} // namespace bitnet

#endif // BITNET_SUPPORT_PRODUCTTILES_H
