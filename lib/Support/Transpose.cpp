//===- Transpose.cpp - Transpose matrices in memory -----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Transpose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace {
/// The loops of one transposition, out[c, r] = in[r, c].
class Transposition {
public:
  Transposition(ImplicitLocOpBuilder &b, Value in, Value out)
      : b(b), in(in), out(out) {}
  /// Any numbers of rows and columns.
  void emit();
  /// Rows and columns in whole squares; the first `count` columns.
  void emitPadded(Value count);

private:
  /// Side of the squares that are transposed in registers.
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
  /// Of the columns, all or those before `end`.
  void emitSquare(Value row, Value column, Value end = nullptr);
  void emitElements(Value rowBegin, Value rowEnd, Value columnBegin,
                    Value columnEnd);

  ImplicitLocOpBuilder &b;
  Value in, out;
};
} // namespace

/// The elements of two lines alternating, those of their lower or upper halves.
static Value interleave(ImplicitLocOpBuilder &b, Value first, Value second,
                        bool upper) {
  int64_t lanes = cast<VectorType>(first.getType()).getNumElements();
  SmallVector<int64_t> mask;
  for (int64_t i = 0; i < lanes / 2; ++i) {
    int64_t lane = upper ? i + lanes / 2 : i;
    mask.append({lane, lane + lanes});
  }
  return vector::ShuffleOp::create(b, first, second, mask);
}

/// Interleaving each line with the one half of them away doubles the distance
/// of neighbours; after as many rounds as their number has bits, columns are
/// lines.
SmallVector<Value> bitnet::interleaveLines(ImplicitLocOpBuilder &b,
                                           SmallVector<Value> lines) {
  size_t half = lines.size() / 2;
  for (size_t round = 1; round < lines.size(); round *= 2) {
    SmallVector<Value> interleaved;
    for (size_t i = 0; i < half; ++i)
      for (bool upper : {false, true})
        interleaved.push_back(interleave(b, lines[i], lines[i + half], upper));
    lines = interleaved;
  }
  return lines;
}

void Transposition::emitSquare(Value row, Value column, Value end) {
  Type element = cast<MemRefType>(in.getType()).getElementType();
  auto type = VectorType::get(kSide, element);
  SmallVector<Value> lines;
  for (int64_t i = 0; i < kSide; ++i)
    lines.push_back(
        vector::LoadOp::create(b, type, in, ValueRange{next(row, i), column}));
  lines = bitnet::interleaveLines(b, std::move(lines));
  for (int64_t i = 0; i < kSide; ++i) {
    Value at = next(column, i);
    OpBuilder::InsertionGuard guard(b);
    if (end) {
      Value wanted =
          arith::CmpIOp::create(b, arith::CmpIPredicate::ult, at, end);
      auto branch = scf::IfOp::create(b, wanted, /*withElseRegion=*/false);
      b.setInsertionPointToStart(branch.thenBlock());
    }
    vector::StoreOp::create(b, lines[i], out, ValueRange{at, row});
  }
}

/// Rows are innermost: what is written is contiguous, and its place needs no
/// product for each element.
void Transposition::emitElements(Value rowBegin, Value rowEnd,
                                 Value columnBegin, Value columnEnd) {
  loop(columnBegin, columnEnd, 1, [&](Value column) {
    loop(rowBegin, rowEnd, 1, [&](Value row) {
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

void Transposition::emitPadded(Value count) {
  Value zero = index(0), rows = memref::DimOp::create(b, in, 0);
  Value whole = arith::AndIOp::create(b, count, index(-kSide));
  loop(zero, rows, kSide, [&](Value row) {
    loop(zero, whole, kSide, [&](Value column) { emitSquare(row, column); });
    loop(whole, count, kSide,
         [&](Value column) { emitSquare(row, column, count); });
  });
}

void bitnet::emitPaddedTranspose(ImplicitLocOpBuilder &b, Value in, Value out,
                                 Value count) {
  Transposition(b, in, out).emitPadded(count);
}

void bitnet::emitTranspose(ImplicitLocOpBuilder &b, Value in, Value out) {
  Transposition(b, in, out).emit();
}
