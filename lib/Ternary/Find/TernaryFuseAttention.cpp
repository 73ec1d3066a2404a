//===- TernaryFuseAttention.cpp - Find attention in linalg ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarExpression.h"
#include "bitnet/Passes/TernaryStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

namespace bitnet {
#define GEN_PASS_DEF_TERNARYFUSEATTENTION
#include "bitnet/Passes/TernaryStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryFuseAttention
    : bitnet::impl::TernaryFuseAttentionBase<TernaryFuseAttention> {
  void runOnOperation() override;
};

/// scale * query key^T + mask, all of rank 4; the mask may be null.
struct Scores {
  Value query, key, mask;
  double scale = 1.0;
};
} // namespace

using Groups = SmallVector<ReassociationIndices>;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The factors of a reshape of `value`, if it is a CollapseShapeOp's or an
/// ExpandShapeOp's result.
template <typename OpTy>
static OpTy matchReshape(Value value, const Groups &groups) {
  auto reshape = value.getDefiningOp<OpTy>();
  if (!reshape || reshape.getReassociationIndices() != groups)
    return nullptr;
  return reshape;
}

//===----------------------------------------------------------------------===//
// Keys and values
//===----------------------------------------------------------------------===//

/// The [b, heads, t, d] of which `repeated`, [b, heads, repeats, t, d], holds
/// copies.
static Value matchRepetition(Value repeated) {
  auto copy = repeated.getDefiningOp<linalg::GenericOp>();
  if (!copy || copy.getNumDpsInputs() != 1 || copy.getNumResults() != 1 ||
      copy.getNumParallelLoops() != 5 || copy.getNumLoops() != 5 ||
      copy.getBody()->getTerminator()->getOperand(0) !=
          copy.getBody()->getArgument(0))
    return nullptr;
  SmallVector<AffineMap> maps = copy.getIndexingMapsArray();
  Builder builder(repeated.getContext());
  SmallVector<AffineExpr> read;
  for (unsigned dim : {0u, 1u, 3u, 4u})
    read.push_back(builder.getAffineDimExpr(dim));
  Value source = copy.getDpsInputs()[0];
  if (!maps[1].isIdentity())
    return nullptr;
  if (maps[0] == AffineMap::get(5, 0, read, builder.getContext()))
    return source;
  read.insert(read.begin() + 2, builder.getAffineConstantExpr(0));
  if (maps[0] != AffineMap::get(5, 0, read, builder.getContext()) ||
      typeOf(source).getDimSize(2) != 1)
    return nullptr;
  for (const Groups &groups :
       {Groups{{0}, {1}, {2, 3}, {4}}, Groups{{0}, {1, 2}, {3}, {4}}})
    if (auto expand = matchReshape<tensor::ExpandShapeOp>(source, groups))
      return expand.getSrc();
  return nullptr;
}

/// The keys or values that `heads`, of rank 4, has one or more times.
static Value matchHeads(Value heads) {
  if (auto collapse =
          matchReshape<tensor::CollapseShapeOp>(heads, {{0}, {1, 2}, {3}, {4}}))
    if (Value source = matchRepetition(collapse.getSrc()))
      return source;
  return heads;
}

/// The values that `matrices`, one for each batch and head, hold.
static Value matchValues(Value matrices) {
  if (auto collapse = matchReshape<tensor::CollapseShapeOp>(
          matrices, {{0, 1, 2}, {3}, {4}}))
    return matchRepetition(collapse.getSrc());
  auto collapse =
      matchReshape<tensor::CollapseShapeOp>(matrices, {{0, 1}, {2}, {3}});
  return collapse ? matchHeads(collapse.getSrc()) : nullptr;
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

/// A product of matrices that starts from zero.
static linalg::BatchMatmulOp matchProduct(Value value) {
  auto product = value.getDefiningOp<linalg::BatchMatmulOp>();
  if (!product || product.hasUserDefinedMaps())
    return nullptr;
  auto fill = product.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  if (!fill || !matchPattern(fill.getInputs()[0], m_AnyZeroFloat()))
    return nullptr;
  return product;
}

/// Removes factors and divisors that are constants; null if the elements are
/// not those of a tensor of rank 4 then.
static Value matchScaled(ScalarExpression expression, double &scale) {
  while (true) {
    if (auto product = expression.matchWithConstant<arith::MulFOp>()) {
      scale *= product->second;
      expression = product->first;
    } else if (auto quotient = expression.matchWithConstant<arith::DivFOp>(
                   /*commutes=*/false)) {
      scale /= quotient->second;
      expression = quotient->first;
    } else {
      break;
    }
  }
  Value tensor = expression.getTensor();
  return tensor && typeOf(tensor).getRank() == 4 ? tensor : nullptr;
}

/// The same, and the type is not changed by a broadcast.
static Value matchScaled(Value value, double &scale) {
  Value tensor = matchScaled(ScalarExpression(value), scale);
  return tensor && tensor.getType() == value.getType() ? tensor : nullptr;
}

/// Matches scale * query key^T with the elements of `type`.
static std::optional<Scores> matchUnmasked(ScalarExpression expression,
                                           Type type) {
  Scores scores;
  Value scaled = matchScaled(expression, scores.scale);
  if (!scaled || scaled.getType() != type)
    return std::nullopt;
  auto expand = matchReshape<tensor::ExpandShapeOp>(scaled, {{0, 1}, {2}, {3}});
  linalg::BatchMatmulOp product =
      expand ? matchProduct(expand.getSrc()) : nullptr;
  if (!product)
    return std::nullopt;
  Groups groups = {{0, 1}, {2}, {3}};
  auto query =
      matchReshape<tensor::CollapseShapeOp>(product.getInputs()[0], groups);
  auto key =
      matchReshape<tensor::CollapseShapeOp>(product.getInputs()[1], groups);
  if (!query || !key)
    return std::nullopt;
  scores.query = matchScaled(query.getSrc(), scores.scale);
  Value transposed = matchScaled(key.getSrc(), scores.scale);
  auto transpose = transposed ? transposed.getDefiningOp<linalg::TransposeOp>()
                              : linalg::TransposeOp();
  if (!scores.query || !transpose ||
      transpose.getPermutation() != ArrayRef<int64_t>{0, 1, 3, 2})
    return std::nullopt;
  scores.key = matchHeads(transpose.getInput());
  return scores;
}

/// Matches scale * query key^T, with or without a mask added.
static std::optional<Scores> matchScores(Value value) {
  ScalarExpression expression(value);
  auto sum = expression.match<arith::AddFOp>();
  if (!sum)
    return matchUnmasked(expression, value.getType());
  for (int i = 0; i < 2; ++i) {
    std::optional<Scores> scores = matchUnmasked((*sum)[i], value.getType());
    Value mask = (*sum)[1 - i].getTensor();
    if (!scores || !mask)
      continue;
    scores->mask = mask;
    return scores;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

/// Whether the operands are what ternary.attention takes.
static bool isAttention(const Scores &scores, Value values) {
  RankedTensorType query = typeOf(scores.query), key = typeOf(scores.key);
  RankedTensorType value = typeOf(values);
  for (RankedTensorType type : {query, key, value})
    if (type.getRank() != 4 || !type.getElementType().isF32() ||
        type.isDynamicDim(1) || type.isDynamicDim(3))
      return false;
  if (key.getDimSize(1) != value.getDimSize(1) || key.getDimSize(1) == 0 ||
      query.getDimSize(1) % key.getDimSize(1) != 0)
    return false;
  if (!std::isfinite(static_cast<float>(scores.scale)))
    return false;
  if (!scores.mask)
    return true;
  // A mask of fewer dimensions, or one that is the same for all keys.
  RankedTensorType mask = typeOf(scores.mask);
  return mask.getRank() == 4 &&
         (mask.getDimSize(3) != 1 || key.getDimSize(2) == 1);
}

/// Replaces what `softmax` is part of, if that is attention.
static bool fuse(IRRewriter &rewriter, linalg::SoftmaxOp softmax) {
  auto type = dyn_cast<RankedTensorType>(softmax.getInput().getType());
  if (!type || type.getRank() != 4 || softmax.getDimension() != 3 ||
      !softmax->hasOneUse())
    return false;
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(*softmax->user_begin());
  Groups groups = {{0, 1}, {2}, {3}};
  if (!collapse || collapse.getReassociationIndices() != groups ||
      !collapse->hasOneUse())
    return false;
  Operation *user = *collapse->user_begin();
  linalg::BatchMatmulOp product =
      user->getNumResults() == 1 ? matchProduct(user->getResult(0)) : nullptr;
  if (!product || product.getInputs()[0] != collapse.getResult())
    return false;
  Value values = matchValues(product.getInputs()[1]);
  std::optional<Scores> scores = matchScores(softmax.getInput());
  if (!values || !scores || !isAttention(*scores, values))
    return false;

  Location loc = softmax.getLoc();
  rewriter.setInsertionPoint(product);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, scores->query);
  sizes[3] = tensor::getMixedSize(rewriter, loc, values, 3);
  Value init =
      tensor::EmptyOp::create(rewriter, loc, sizes, rewriter.getF32Type());
  auto attention = AttentionOp::create(
      rewriter, loc, init.getType(),
      rewriter.getF32FloatAttr(static_cast<float>(scores->scale)),
      scores->query, scores->key, values, scores->mask, init);
  // Usually the product is given its four dimensions back.
  for (Operation *next : llvm::make_early_inc_range(product->getUsers())) {
    auto expand = dyn_cast<tensor::ExpandShapeOp>(next);
    if (expand && expand.getType() == attention.getType() &&
        expand.getReassociationIndices() == groups)
      rewriter.replaceOp(expand, attention);
  }
  if (product->use_empty())
    return true;
  rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
      product, product->getResult(0).getType(), attention, groups);
  return true;
}

void TernaryFuseAttention::runOnOperation() {
  SmallVector<linalg::SoftmaxOp> ops;
  getOperation().walk([&](linalg::SoftmaxOp op) { ops.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (linalg::SoftmaxOp op : ops)
    if (fuse(rewriter, op))
      ++numAttentions;
}
