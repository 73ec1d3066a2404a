//===- TernaryLowerAttention.cpp - Attention as loops over the keys -------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sums of a row, over its depth and over the keys, are made in lanes that
// do not depend on the target, so that neither do the results.
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <limits>

namespace bitnet {
#define GEN_PASS_DEF_TERNARYLOWERATTENTION
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

static constexpr int64_t kLanes = 16;

namespace {
struct TernaryLowerAttention
    : bitnet::impl::TernaryLowerAttentionBase<TernaryLowerAttention> {
  using TernaryLowerAttentionBase::TernaryLowerAttentionBase;
  void runOnOperation() override;
};

/// Emits the loops of an attention of one batch and one head.
class HeadEmitter {
public:
  HeadEmitter(ImplicitLocOpBuilder &b, AttentionOp op);
  Value emit();

private:
  using Body = function_ref<SmallVector<Value>(Value, ValueRange)>;
  SmallVector<Value> loop(Value end, Value step, ValueRange init, Body body);

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value splat(float value, int64_t lanes = kLanes);
  Value read(Value tensor, ValueRange indices, int64_t lanes = kLanes);
  SmallVector<Value> readRow(Value tensor, Value row, int64_t depth);
  template <typename OpTy>
  Value combineLanes(Value vector);

  Value emitScore(Value token, Value key, ArrayRef<Value> query);
  Value emitScores(Value token, Value row);
  std::pair<Value, Value> emitExponentials(Value row);
  SmallVector<Value> emitValues(Value row);

  ImplicitLocOpBuilder &b;
  AttentionOp op;
  int64_t depth, valueDepth;
  Value zero, one, lanes, keys;
  // The row of scores has a block more than the keys fill, so that the lanes
  // behind the last key exist.
  Value lastBlock, size;
};
} // namespace

/// The lengths of the vectors that `depth` elements are read in.
static SmallVector<int64_t> chunksOf(int64_t depth) {
  SmallVector<int64_t> chunks(depth / kLanes, kLanes);
  if (depth % kLanes != 0)
    chunks.push_back(depth % kLanes);
  return chunks;
}

HeadEmitter::HeadEmitter(ImplicitLocOpBuilder &b, AttentionOp op)
    : b(b), op(op), depth(op.getQuery().getType().getDimSize(3)),
      valueDepth(op.getValue().getType().getDimSize(3)) {
  zero = index(0);
  one = index(1);
  lanes = index(kLanes);
  Location loc = b.getLoc();
  OpFoldResult count = tensor::getMixedSize(b, loc, op.getKey(), 2);
  keys = getValueOrCreateConstantIndexOp(b, loc, count);
  AffineExpr last = b.getAffineSymbolExpr(0).floorDiv(kLanes) * kLanes;
  auto materialize = [&](AffineExpr expr) {
    return getValueOrCreateConstantIndexOp(
        b, loc, affine::makeComposedFoldedAffineApply(b, loc, expr, {count}));
  };
  lastBlock = materialize(last);
  size = materialize(last + kLanes);
}

SmallVector<Value> HeadEmitter::loop(Value end, Value step, ValueRange init,
                                     Body body) {
  auto loop = scf::ForOp::create(
      b, zero, end, step, init,
      [&](OpBuilder &inner, Location loc, Value iv, ValueRange args) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        SmallVector<Value> results = body(iv, args);
        scf::YieldOp::create(b, results);
      });
  return SmallVector<Value>(loop.getResults());
}

Value HeadEmitter::splat(float value, int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
}

Value HeadEmitter::read(Value tensor, ValueRange indices, int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return vector::TransferReadOp::create(b, type, tensor, indices, std::nullopt,
                                        ArrayRef<bool>{true});
}

SmallVector<Value> HeadEmitter::readRow(Value tensor, Value row,
                                        int64_t depth) {
  SmallVector<Value> vectors;
  int64_t offset = 0;
  for (int64_t length : chunksOf(depth)) {
    vectors.push_back(read(tensor, {zero, zero, row, index(offset)}, length));
    offset += length;
  }
  return vectors;
}

/// Combines all lanes, the first half with the second half each time.
template <typename OpTy>
Value HeadEmitter::combineLanes(Value vector) {
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    Value low = vector::ExtractStridedSliceOp::create(
        b, vector, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{half},
        ArrayRef<int64_t>{1});
    Value high = vector::ExtractStridedSliceOp::create(
        b, vector, ArrayRef<int64_t>{half}, ArrayRef<int64_t>{half},
        ArrayRef<int64_t>{1});
    vector = OpTy::create(b, low, high);
  }
  return vector::ExtractOp::create(b, vector, ArrayRef<int64_t>{0});
}

/// e^x in each lane, for x <= 0: 2^n e^r with n = round(x / ln 2) and the
/// Taylor series of e^r, whose rest is below the precision of f32.
static Value emitExponential(ImplicitLocOpBuilder &b, Value x) {
  auto type = cast<VectorType>(x.getType());
  auto words = VectorType::get(type.getShape(), b.getI32Type());
  auto number = [&](float value) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
  };
  auto word = [&](int32_t value) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(words, value));
  };
  auto add = [&](Value l, Value r) -> Value {
    return arith::AddFOp::create(b, l, r);
  };
  auto multiply = [&](Value l, Value r) -> Value {
    return arith::MulFOp::create(b, l, r);
  };
  // Below the least x the result would be denormal, and is 0.
  Value least = number(-87.0f);
  Value clamped = arith::MaximumFOp::create(b, x, least);
  // Adding 1.5 * 2^23 rounds to an integer, which is in the low bits then.
  Value magic = number(12582912.0f);
  Value biased = add(multiply(clamped, number(1.44269504f)), magic);
  Value n = arith::SubFOp::create(b, biased, magic);
  // ln 2 in two parts, the first of which times n is exact.
  Value r = add(clamped, multiply(n, number(-0.693359375f)));
  r = add(r, multiply(n, number(2.12194440e-4f)));
  static constexpr float series[] = {
      1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 1.0f / 2, 1.0f, 1.0f};
  Value power = number(1.0f / 5040);
  for (float coefficient : series)
    power = add(multiply(power, r), number(coefficient));
  Value bits = arith::BitcastOp::create(b, words, biased);
  Value exponent = arith::ShLIOp::create(
      b, arith::AddIOp::create(b, bits, word(127)), word(23));
  Value result = multiply(power, arith::BitcastOp::create(b, type, exponent));
  Value small = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, least);
  return arith::SelectOp::create(b, small, number(0.0f), result);
}

/// scale * (query . key) + mask.
Value HeadEmitter::emitScore(Value token, Value key, ArrayRef<Value> query) {
  Value sum;
  SmallVector<Value> row = readRow(op.getKey(), key, depth);
  for (auto [q, k] : llvm::zip(query, row)) {
    Value product = arith::MulFOp::create(b, q, k);
    if (cast<VectorType>(product.getType()).getDimSize(0) != kLanes)
      product = vector::InsertStridedSliceOp::create(
          b, product, splat(0.0f), ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
    sum = sum ? arith::AddFOp::create(b, sum, product).getResult() : product;
  }
  if (!sum)
    sum = splat(0.0f);
  Value scale = arith::ConstantOp::create(b, op.getScaleAttr());
  Value score =
      arith::MulFOp::create(b, combineLanes<arith::AddFOp>(sum), scale);
  if (!op.getMask())
    return score;
  Value maskRow = op.getMask().getType().getDimSize(2) == 1 ? zero : token;
  Value masked = tensor::ExtractOp::create(
      b, op.getMask(), ValueRange{zero, zero, maskRow, key});
  return arith::AddFOp::create(b, score, masked);
}

/// The scores of all keys, and -inf in the lanes behind them.
Value HeadEmitter::emitScores(Value token, Value row) {
  Value padding = splat(-std::numeric_limits<float>::infinity());
  row = vector::TransferWriteOp::create(b, padding, row, lastBlock,
                                        ArrayRef<bool>{true})
            .getResult();
  SmallVector<Value> query = readRow(op.getQuery(), token, depth);
  return loop(keys, one, row, [&](Value key, ValueRange args) {
    Value score = emitScore(token, key, query);
    return SmallVector<Value>{
        tensor::InsertOp::create(b, score, args[0], key).getResult()};
  })[0];
}

/// Replaces the scores by e^(score - max); also returns their sum.
std::pair<Value, Value> HeadEmitter::emitExponentials(Value row) {
  Value least = splat(-std::numeric_limits<float>::infinity());
  Value maxima = loop(size, lanes, least, [&](Value key, ValueRange args) {
    Value max = arith::MaximumFOp::create(b, args[0], read(row, key));
    return SmallVector<Value>{max};
  })[0];
  Value max =
      vector::BroadcastOp::create(b, cast<VectorType>(maxima.getType()),
                                  combineLanes<arith::MaximumFOp>(maxima));
  SmallVector<Value> results =
      loop(size, lanes, {row, splat(0.0f)}, [&](Value key, ValueRange args) {
        Value scores = read(args[0], key);
        Value powers =
            emitExponential(b, arith::SubFOp::create(b, scores, max));
        Value written = vector::TransferWriteOp::create(b, powers, args[0], key,
                                                        ArrayRef<bool>{true})
                            .getResult();
        Value sum = arith::AddFOp::create(b, args[1], powers);
        return SmallVector<Value>{written, sum};
      });
  return {results[0], combineLanes<arith::AddFOp>(results[1])};
}

/// The sum of the values, each times its exponential.
SmallVector<Value> HeadEmitter::emitValues(Value row) {
  SmallVector<Value> init;
  for (int64_t length : chunksOf(valueDepth))
    init.push_back(splat(0.0f, length));
  return loop(keys, one, init, [&](Value key, ValueRange args) {
    Value weight = tensor::ExtractOp::create(b, row, key);
    SmallVector<Value> sums;
    SmallVector<Value> values = readRow(op.getValue(), key, valueDepth);
    for (auto [sum, value] : llvm::zip(args, values)) {
      Value factor = vector::BroadcastOp::create(
          b, cast<VectorType>(value.getType()), weight);
      Value product = arith::MulFOp::create(b, factor, value);
      sums.push_back(arith::AddFOp::create(b, sum, product));
    }
    return sums;
  });
}

Value HeadEmitter::emit() {
  Location loc = b.getLoc();
  Value tokens = getValueOrCreateConstantIndexOp(
      b, loc, tensor::getMixedSize(b, loc, op.getQuery(), 2));
  Value row =
      tensor::EmptyOp::create(b, ArrayRef<OpFoldResult>{size}, b.getF32Type());
  return loop(tokens, one, {op.getInit(), row},
              [&](Value token, ValueRange args) {
                Value scores = emitScores(token, args[1]);
                auto [powers, sum] = emitExponentials(scores);
                Value out = args[0];
                int64_t offset = 0;
                for (Value acc : emitValues(powers)) {
                  auto type = cast<VectorType>(acc.getType());
                  Value divisor = vector::BroadcastOp::create(b, type, sum);
                  Value result = arith::DivFOp::create(b, acc, divisor);
                  out = vector::TransferWriteOp::create(
                            b, result, out,
                            ValueRange{zero, zero, token, index(offset)},
                            ArrayRef<bool>{true})
                            .getResult();
                  offset += type.getDimSize(0);
                }
                return SmallVector<Value>{out, powers};
              })[0];
}

/// Tiles `op` to one batch, one head and some tokens, and emits each tile.
static LogicalResult lower(IRRewriter &rewriter, AttentionOp op,
                           int64_t tokenTile) {
  scf::SCFTilingOptions options;
  options.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
  OpFoldResult one = rewriter.getIndexAttr(1);
  options.setTileSizes({one, one, rewriter.getIndexAttr(tokenTile)});
  rewriter.setInsertionPoint(op);
  FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
      rewriter, cast<TilingInterface>(op.getOperation()), options);
  if (failed(tiled))
    return failure();
  rewriter.replaceOp(op, tiled->replacements);
  auto tile = cast<AttentionOp>(tiled->tiledOps.front());
  ImplicitLocOpBuilder builder(tile.getLoc(), tile.getOperation());
  rewriter.replaceOp(tile, HeadEmitter(builder, tile).emit());
  return success();
}

void TernaryLowerAttention::runOnOperation() {
  SmallVector<AttentionOp> ops;
  getOperation().walk([&](AttentionOp op) { ops.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (AttentionOp op : ops)
    if (failed(lower(rewriter, op, std::max<int64_t>(tokenTile, 1))))
      return signalPassFailure();
}
