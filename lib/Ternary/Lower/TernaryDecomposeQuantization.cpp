//===- TernaryDecomposeQuantization.cpp - Quantisation in linalg ----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/KernelStage.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYDECOMPOSEQUANTIZATION
#include "bitnet/Passes/KernelStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryDecomposeQuantization
    : bitnet::impl::TernaryDecomposeQuantizationBase<
          TernaryDecomposeQuantization> {
  using TernaryDecomposeQuantizationBase::TernaryDecomposeQuantizationBase;
  void runOnOperation() override;
};
} // namespace

static Value constant(OpBuilder &builder, Location loc, float value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

/// The bits of max_k |x[m, k]|: as integers, magnitudes have the same order,
/// and NaN comes last, so that the maximum needs no care for it.
static Value greatestMagnitude(OpBuilder &builder, Location loc, Value x,
                               Value init) {
  AffineExpr m, k;
  bindDims(builder.getContext(), m, k);
  AffineMap whole = AffineMap::getMultiDimIdentityMap(2, builder.getContext());
  AffineMap row = AffineMap::get(2, 0, {m}, builder.getContext());
  Type i32 = builder.getI32Type();
  Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
  Value start =
      linalg::FillOp::create(builder, loc, ValueRange{zero}, ValueRange{init})
          .getResult(0);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), x, start,
             ArrayRef<AffineMap>{whole, row},
             ArrayRef<utils::IteratorType>{utils::IteratorType::parallel,
                                           utils::IteratorType::reduction},
             [&](OpBuilder &b, Location l, ValueRange args) {
               Value bits = arith::BitcastOp::create(b, l, i32, args[0]);
               Value mask = arith::ConstantIntOp::create(b, l, 0x7fffffff, 32);
               Value magnitude = arith::AndIOp::create(b, l, bits, mask);
               Value max = arith::MaxSIOp::create(b, l, magnitude, args[1]);
               linalg::YieldOp::create(b, l, max);
             })
      .getResult(0);
}

/// The scale of a row with the given greatest magnitude.
static Value scaleOf(OpBuilder &b, Location l, ScaleArithmetic arithmetic,
                     float epsilon, Value magnitude) {
  Value least = constant(b, l, epsilon), most = constant(b, l, 127.0f);
  Value max = arith::MaximumFOp::create(b, l, magnitude, least);
  switch (arithmetic) {
  case ScaleArithmetic::Quotient:
    return arith::DivFOp::create(b, l, most, max);
  case ScaleArithmetic::Reciprocal:
    return arith::MulFOp::create(
        b, l, arith::DivFOp::create(b, l, constant(b, l, 1.0f), max), most);
  case ScaleArithmetic::Divisor:
    return arith::DivFOp::create(b, l, max, most);
  }
  llvm_unreachable("all arithmetics are handled");
}

/// The code of one activation.
static Value codeOf(OpBuilder &b, Location l, ScaleArithmetic arithmetic,
                    Value x, Value scale) {
  Value scaled = arithmetic == ScaleArithmetic::Divisor
                     ? arith::DivFOp::create(b, l, x, scale).getResult()
                     : arith::MulFOp::create(b, l, x, scale).getResult();
  Value rounded = math::RoundEvenOp::create(b, l, scaled);
  Value low = arith::MaximumFOp::create(b, l, rounded, constant(b, l, -128.0f));
  Value both = arith::MinimumFOp::create(b, l, low, constant(b, l, 127.0f));
  return arith::FPToSIOp::create(b, l, b.getI8Type(), both);
}

static void decompose(RewriterBase &rewriter, QuantizeActivationsOp op) {
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  AffineExpr m, k;
  bindDims(rewriter.getContext(), m, k);
  AffineMap whole = AffineMap::getMultiDimIdentityMap(2, rewriter.getContext());
  AffineMap row = AffineMap::get(2, 0, {m}, rewriter.getContext());
  AffineMap line = AffineMap::getMultiDimIdentityMap(1, rewriter.getContext());
  auto parallel = utils::IteratorType::parallel;
  ScaleArithmetic arithmetic = op.getArithmetic();
  float epsilon = op.getEpsilon().convertToFloat();

  Value tokens = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, op.getScalesInit()),
      rewriter.getI32Type());
  Value max = greatestMagnitude(rewriter, loc, op.getSource(), tokens);
  Value scales = linalg::GenericOp::create(
                     rewriter, loc, op.getScales().getType(), max,
                     op.getScalesInit(), ArrayRef<AffineMap>{line, line},
                     ArrayRef<utils::IteratorType>{parallel},
                     [&](OpBuilder &b, Location l, ValueRange args) {
                       Value magnitude = arith::BitcastOp::create(
                           b, l, b.getF32Type(), args[0]);
                       linalg::YieldOp::create(
                           b, l, scaleOf(b, l, arithmetic, epsilon, magnitude));
                     })
                     .getResult(0);
  Value codes = linalg::GenericOp::create(
                    rewriter, loc, op.getCodes().getType(),
                    ValueRange{op.getSource(), scales}, op.getCodesInit(),
                    ArrayRef<AffineMap>{whole, row, whole},
                    ArrayRef<utils::IteratorType>{parallel, parallel},
                    [&](OpBuilder &b, Location l, ValueRange args) {
                      linalg::YieldOp::create(
                          b, l, codeOf(b, l, arithmetic, args[0], args[1]));
                    })
                    .getResult(0);
  rewriter.replaceOp(op, {codes, scales});
}

void TernaryDecomposeQuantization::runOnOperation() {
  SmallVector<QuantizeActivationsOp> ops;
  getOperation().walk([&](QuantizeActivationsOp op) { ops.push_back(op); });
  IRRewriter rewriter(&getContext());
  for (QuantizeActivationsOp op : ops)
    decompose(rewriter, op);
}
