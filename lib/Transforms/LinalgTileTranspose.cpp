//===- LinalgTileTranspose.cpp - Transpose in registers -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace bitnet {
#define GEN_PASS_DEF_LINALGTILETRANSPOSE
#include "bitnet/Transforms/Passes.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct LinalgTileTranspose
    : bitnet::impl::LinalgTileTransposeBase<LinalgTileTranspose> {
  using LinalgTileTransposeBase::LinalgTileTransposeBase;
  void runOnOperation() override;
};

/// The loops of one transposition, out[c, r] = in[r, c].
class Transposition {
public:
  Transposition(RewriterBase &rewriter, linalg::TransposeOp op)
      : b(op.getLoc(), rewriter), in(op.getInput()), out(op.getInit()) {}
  void emit();

private:
  /// Side of the squares that are turned in registers: what upstream's
  /// shuffles are written for.
  static constexpr int64_t kSide = 16;

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value next(Value value, int64_t offset) {
    return arith::AddIOp::create(b, value, index(offset));
  }
  void loop(Value lower, Value upper, int64_t step,
            function_ref<void(Value)> body) {
    Value stepValue = index(step);
    scf::ForOp::create(
        b, lower, upper, stepValue, ValueRange(),
        [&](OpBuilder &builder, Location loc, Value i, ValueRange) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPoint(builder.getInsertionBlock(),
                              builder.getInsertionPoint());
          body(i);
          scf::YieldOp::create(b);
        });
  }
  void emitSquare(Value row, Value column);
  void emitElements(Value rowBegin, Value rowEnd, Value columnBegin,
                    Value columnEnd);

  ImplicitLocOpBuilder b;
  Value in, out;
};
} // namespace

void Transposition::emitSquare(Value row, Value column) {
  Type element = cast<MemRefType>(in.getType()).getElementType();
  auto line = VectorType::get(kSide, element);
  auto type = VectorType::get({kSide, kSide}, element);
  Value square = arith::ConstantOp::create(b, type, b.getZeroAttr(type));
  for (int64_t i = 0; i < kSide; ++i) {
    Value loaded =
        vector::LoadOp::create(b, line, in, ValueRange{next(row, i), column});
    square = vector::InsertOp::create(b, loaded, square, i);
  }
  square = vector::TransposeOp::create(b, square, ArrayRef<int64_t>{1, 0});
  for (int64_t i = 0; i < kSide; ++i) {
    Value turned = vector::ExtractOp::create(b, square, i);
    vector::StoreOp::create(b, turned, out, ValueRange{next(column, i), row});
  }
}

void Transposition::emitElements(Value rowBegin, Value rowEnd,
                                 Value columnBegin, Value columnEnd) {
  loop(rowBegin, rowEnd, 1, [&](Value row) {
    loop(columnBegin, columnEnd, 1, [&](Value column) {
      Value element = memref::LoadOp::create(b, in, ValueRange{row, column});
      memref::StoreOp::create(b, element, out, ValueRange{column, row});
    });
  });
}

void Transposition::emit() {
  Value zero = index(0), mask = index(-kSide);
  Value rows = memref::DimOp::create(b, in, 0);
  Value columns = memref::DimOp::create(b, in, 1);
  Value wholeRows = arith::AndIOp::create(b, rows, mask);
  Value wholeColumns = arith::AndIOp::create(b, columns, mask);
  loop(zero, wholeRows, kSide, [&](Value row) {
    loop(zero, wholeColumns, kSide,
         [&](Value column) { emitSquare(row, column); });
    emitElements(row, next(row, kSide), wholeColumns, columns);
  });
  emitElements(wholeRows, rows, zero, columns);
}

/// Whether rows are contiguous, so that vectors can be loaded from them.
static bool hasUnitStride(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  return type && succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

static bool canTile(linalg::TransposeOp op) {
  return op.hasPureBufferSemantics() &&
         op.getPermutation() == ArrayRef<int64_t>{1, 0} &&
         hasUnitStride(op.getInput()) && hasUnitStride(op.getInit());
}

void LinalgTileTranspose::runOnOperation() {
  SmallVector<linalg::TransposeOp> ops;
  getOperation().walk([&](linalg::TransposeOp op) {
    if (canTile(op))
      ops.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (linalg::TransposeOp op : ops) {
    rewriter.setInsertionPoint(op);
    Transposition(rewriter, op).emit();
    rewriter.eraseOp(op);
  }
  RewritePatternSet patterns(&getContext());
  vector::populateVectorTransposeLoweringPatterns(
      patterns, vector::VectorTransposeLowering::Shuffle16x16);
  if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
    signalPassFailure();
}
