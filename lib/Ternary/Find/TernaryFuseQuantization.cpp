//===- TernaryFuseQuantization.cpp - Find ternary products ----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarExpression.h"
#include "TernaryDetection.h"
#include "bitnet/Passes/TernaryStage.h"
#include "bitnet/Support/Elements.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace bitnet {
#define GEN_PASS_DEF_TERNARYFUSEQUANTIZATION
#include "bitnet/Passes/TernaryStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

namespace {
struct TernaryFuseQuantization
    : bitnet::impl::TernaryFuseQuantizationBase<TernaryFuseQuantization> {
  using TernaryFuseQuantizationBase::TernaryFuseQuantizationBase;
  void runOnOperation() override;

private:
  LogicalResult fuseFloat(IRRewriter &rewriter, linalg::MatmulOp op);
  void fuseIntegers(IRRewriter &rewriter, linalg::MatmulOp op);
};

/// Fake-quantised activations: their source, and how the scale is computed.
struct FakeQuantization {
  Value source;
  ScaleArithmetic arithmetic;
  double epsilon;
};
} // namespace

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// The constant that fills a destination.
static std::optional<double> matchFill(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    value = fill.getInputs()[0];
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return std::nullopt;
  if (auto elements = dyn_cast<DenseElementsAttr>(constant);
      elements && elements.isSplat())
    constant = elements.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(constant))
    return number.getValueAsDouble();
  if (auto number = dyn_cast<IntegerAttr>(constant))
    return double(number.getInt());
  return std::nullopt;
}

/// Whether the op yields the maximum of its element and of that so far.
static bool yieldsMaximum(linalg::GenericOp op) {
  Block *body = op.getBody();
  auto max =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::MaximumFOp>();
  if (!max)
    return false;
  Value element = body->getArgument(0), soFar = body->getArgument(1);
  return (max.getLhs() == element && max.getRhs() == soFar) ||
         (max.getLhs() == soFar && max.getRhs() == element);
}

/// The source of max_k |x[…, k]|, from the tensor of maxima with a unit last
/// dimension. The maxima start with at most `epsilon`.
static Value matchGreatestMagnitude(Value maxima, double epsilon) {
  // Without the unit dimension the maxima would broadcast over the columns.
  auto expand = maxima.getDefiningOp<tensor::ExpandShapeOp>();
  if (!expand || expand.getResultType().getShape().empty() ||
      expand.getResultType().getShape().drop_back() !=
          expand.getSrcType().getShape() ||
      expand.getResultType().getShape().back() != 1)
    return nullptr;
  maxima = expand.getSrc();
  auto reduction = maxima.getDefiningOp<linalg::GenericOp>();
  if (!reduction || reduction.getNumReductionLoops() != 1 ||
      reduction.getNumDpsInputs() != 1 ||
      reduction.getIteratorTypesArray().back() !=
          utils::IteratorType::reduction)
    return nullptr;
  SmallVector<AffineMap> maps = reduction.getIndexingMapsArray();
  std::optional<double> start = matchFill(reduction.getDpsInits()[0]);
  if (!yieldsMaximum(reduction) || !start || !(*start <= epsilon) ||
      !maps[0].isIdentity() ||
      maps[1] != maps[0].getMajorSubMap(maps[0].getNumResults() - 1))
    return nullptr;
  auto magnitudes =
      ScalarExpression(reduction.getDpsInputs()[0]).match<math::AbsFOp>();
  return magnitudes ? (*magnitudes)[0].getTensor() : nullptr;
}

/// Matches max(max_k |x|, epsilon), and returns x and epsilon.
static std::optional<std::pair<Value, double>>
matchClampedMaximum(ScalarExpression expression) {
  auto clamped = expression.matchWithConstant<arith::MaximumFOp>();
  if (!clamped || !clamped->first.getTensor() || !(clamped->second > 0))
    return std::nullopt;
  Value source =
      matchGreatestMagnitude(clamped->first.getTensor(), clamped->second);
  if (!source)
    return std::nullopt;
  return std::pair(source, clamped->second);
}

/// Matches the scale of a row.
static std::optional<FakeQuantization> matchScale(ScalarExpression scale) {
  // (1 / m) * 127
  if (auto product = scale.matchWithConstant<arith::MulFOp>();
      product && product->second == 127.0)
    if (auto reciprocal = product->first.match<arith::DivFOp>();
        reciprocal && (*reciprocal)[0].matchConstant() == 1.0)
      if (auto max = matchClampedMaximum((*reciprocal)[1]))
        return FakeQuantization{max->first, ScaleArithmetic::Reciprocal,
                                max->second};
  auto quotient = scale.match<arith::DivFOp>();
  if (!quotient)
    return std::nullopt;
  // 127 / m
  if ((*quotient)[0].matchConstant() == 127.0)
    if (auto max = matchClampedMaximum((*quotient)[1]))
      return FakeQuantization{max->first, ScaleArithmetic::Quotient,
                              max->second};
  // m / 127
  if ((*quotient)[1].matchConstant() == 127.0)
    if (auto max = matchClampedMaximum((*quotient)[0]))
      return FakeQuantization{max->first, ScaleArithmetic::Divisor,
                              max->second};
  return std::nullopt;
}

/// Matches clamp(round(x * s), -128, 127), with `Scaled` for x * s or x / s,
/// and returns x and s.
template <typename Scaled>
static std::optional<std::vector<ScalarExpression>>
matchCodes(ScalarExpression codes) {
  auto upper = codes.matchWithConstant<arith::MinimumFOp>();
  auto lower = upper ? upper->first.matchWithConstant<arith::MaximumFOp>()
                     : std::nullopt;
  if (!lower) { // the bounds the other way round
    lower = codes.matchWithConstant<arith::MaximumFOp>();
    upper = lower ? lower->first.matchWithConstant<arith::MinimumFOp>()
                  : std::nullopt;
    if (!upper)
      return std::nullopt;
    std::swap(lower->first, upper->first);
  }
  if (upper->second != 127.0 || lower->second != -128.0)
    return std::nullopt;
  auto rounded = lower->first.match<math::RoundEvenOp>();
  return rounded ? (*rounded)[0].match<Scaled>() : std::nullopt;
}

/// Matches codes / s (`Back`) of codes that come from x * s (`Scaled`).
template <typename Scaled, typename Back>
static std::optional<FakeQuantization>
matchThereAndBack(ScalarExpression expression) {
  auto back = expression.match<Back>();
  auto there = back ? matchCodes<Scaled>((*back)[0]) : std::nullopt;
  if (!there)
    return std::nullopt;
  Value source = (*there)[0].getTensor(), scale = (*there)[1].getTensor();
  if (!source || !scale || scale != (*back)[1].getTensor())
    return std::nullopt;
  std::optional<FakeQuantization> found = matchScale((*there)[1]);
  bool isDivisor = std::is_same_v<Scaled, arith::DivFOp>;
  if (!found || found->source != source ||
      isDivisor != (found->arithmetic == ScaleArithmetic::Divisor))
    return std::nullopt;
  return found;
}

static std::optional<FakeQuantization> matchFakeQuantization(Value tensor) {
  ScalarExpression expression(tensor);
  // The straight-through form, x + (q(x) - x).
  Value passedThrough;
  if (auto sum = expression.match<arith::AddFOp>())
    if (auto difference = (*sum)[1].match<arith::SubFOp>()) {
      passedThrough = (*sum)[0].getTensor();
      if (!passedThrough || (*difference)[1].getTensor() != passedThrough)
        return std::nullopt;
      expression = (*difference)[0];
    }
  auto found = matchThereAndBack<arith::MulFOp, arith::DivFOp>(expression);
  if (!found)
    found = matchThereAndBack<arith::DivFOp, arith::MulFOp>(expression);
  if (found && passedThrough && found->source != passedThrough)
    return std::nullopt;
  // Not where the source is broadcast.
  if (found && found->source.getType() != tensor.getType())
    return std::nullopt;
  return found;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// Quantises `source`, a matrix.
static QuantizeActivationsOp quantize(OpBuilder &builder, Location loc,
                                      Value source,
                                      const FakeQuantization &found) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, source);
  Value codes =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getI8Type());
  Value scales =
      tensor::EmptyOp::create(builder, loc, sizes[0], builder.getF32Type());
  return QuantizeActivationsOp::create(
      builder, loc, TypeRange{codes.getType(), scales.getType()},
      found.arithmetic, APFloat(float(found.epsilon)), source, codes, scales);
}

/// The exact product of codes with ternary weights.
static Value multiply(OpBuilder &builder, Location loc, Value codes,
                      const TernaryWeights &weights) {
  auto type =
      RankedTensorType::get({weights.rows, weights.depth}, builder.getI8Type());
  Value trits = ConstantOp::create(
      builder, loc,
      makeElements(type, "trits",
                   ElementBytes::own(std::vector<char>(weights.trits.begin(),
                                                       weights.trits.end()))));
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(builder, loc, codes, 0),
      builder.getIndexAttr(weights.rows)};
  Value acc =
      tensor::EmptyOp::create(builder, loc, sizes, builder.getI32Type());
  return MatmulOp::create(builder, loc, acc.getType(), codes, trits,
                          /*scales=*/Value(), acc, ArrayAttr(), PackingAttr());
}

/// f32(sums) / scale * magnitude, or f32(sums) * scale * magnitude.
static Value scaleBack(OpBuilder &builder, Location loc, Value sums,
                       Value scales, ScaleArithmetic arithmetic,
                       const TernaryWeights &weights) {
  MLIRContext *context = builder.getContext();
  AffineExpr m, n;
  bindDims(context, m, n);
  AffineMap whole = AffineMap::getMultiDimIdentityMap(2, context);
  SmallVector<Value> inputs = {sums, scales};
  SmallVector<AffineMap> maps = {whole, AffineMap::get(2, 0, {m}, context)};
  if (!weights.hasOneMagnitude()) {
    auto type = RankedTensorType::get({weights.rows}, builder.getF32Type());
    auto *bytes = reinterpret_cast<const char *>(weights.magnitudes.data());
    size_t size = weights.magnitudes.size() * sizeof(float);
    inputs.push_back(arith::ConstantOp::create(
        builder, loc,
        cast<TypedAttr>(makeElements(
            type, "magnitudes",
            ElementBytes::own(std::vector<char>(bytes, bytes + size))))));
    maps.push_back(AffineMap::get(2, 0, {n}, context));
  }
  maps.push_back(whole);
  Value init = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, sums),
      builder.getF32Type());
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps,
             SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel),
             [&](OpBuilder &b, Location l, ValueRange args) {
               Value sum =
                   arith::SIToFPOp::create(b, l, b.getF32Type(), args[0]);
               Value magnitude =
                   args.size() == 4
                       ? args[2]
                       : arith::ConstantOp::create(
                             b, l,
                             b.getF32FloatAttr(weights.magnitudes.front()))
                             .getResult();
               Value scaled =
                   arithmetic == ScaleArithmetic::Divisor
                       ? arith::MulFOp::create(b, l, sum, args[1]).getResult()
                       : arith::DivFOp::create(b, l, sum, args[1]).getResult();
               linalg::YieldOp::create(
                   b, l,
                   arith::MulFOp::create(b, l, scaled, magnitude).getResult());
             })
      .getResult(0);
}

/// Puts `value` in the place of the op's result, whose type may know more or
/// less of the shape.
static void replaceProduct(IRRewriter &rewriter, linalg::MatmulOp op,
                           Value value) {
  Type type = op.getResult(0).getType();
  if (value.getType() != type)
    value = tensor::CastOp::create(rewriter, op.getLoc(), type, value);
  rewriter.replaceOp(op, value);
}

/// Whether the op multiplies matrices of the given element types and adds
/// nothing.
static bool isPlainProduct(linalg::MatmulOp op, Type factor, Type result) {
  return op.hasPureTensorSemantics() && !op.hasUserDefinedMaps() &&
         matchFill(op.getDpsInits()[0]) == 0.0 &&
         getElementTypeOrSelf(op.getDpsInputs()[0]) == factor &&
         getElementTypeOrSelf(op.getDpsInputs()[1]) == factor &&
         getElementTypeOrSelf(op.getDpsInits()[0]) == result;
}

LogicalResult TernaryFuseQuantization::fuseFloat(IRRewriter &rewriter,
                                                 linalg::MatmulOp op) {
  if (!isPlainProduct(op, rewriter.getF32Type(), rewriter.getF32Type()))
    return success();
  // The product is of matrices, the quantisation of whatever shape the model
  // has: rows are the same in both.
  Value activations = op.getDpsInputs()[0];
  auto collapse = activations.getDefiningOp<tensor::CollapseShapeOp>();
  std::optional<FakeQuantization> found =
      matchFakeQuantization(collapse ? collapse.getSrc() : activations);
  if (!found)
    return success();
  if (collapse && collapse.getReassociationIndices().back().size() != 1)
    return success();
  std::string why;
  std::optional<TernaryWeights> weights =
      detectTernary(op.getDpsInputs()[1], why);
  if (!weights && requireTernary)
    return op.emitError() << "weights are not ternary: "
                          << (why.empty() ? "they are no constant" : why);
  if (!weights)
    return success();
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  Value source = found->source;
  if (collapse)
    source = tensor::CollapseShapeOp::create(
        rewriter, loc, activations.getType(), source,
        collapse.getReassociationIndices());
  QuantizeActivationsOp quantized = quantize(rewriter, loc, source, *found);
  Value sums = multiply(rewriter, loc, quantized.getCodes(), *weights);
  Value result = scaleBack(rewriter, loc, sums, quantized.getScales(),
                           found->arithmetic, *weights);
  replaceProduct(rewriter, op, result);
  ++numProducts;
  return success();
}

void TernaryFuseQuantization::fuseIntegers(IRRewriter &rewriter,
                                           linalg::MatmulOp op) {
  if (!isPlainProduct(op, rewriter.getI8Type(), rewriter.getI32Type()) ||
      op.getCast() != linalg::TypeFn::cast_signed)
    return;
  std::optional<TernaryWeights> weights =
      detectTernaryIntegers(op.getDpsInputs()[1]);
  if (!weights)
    return;
  rewriter.setInsertionPoint(op);
  replaceProduct(
      rewriter, op,
      multiply(rewriter, op.getLoc(), op.getDpsInputs()[0], *weights));
  ++numProducts;
}

void TernaryFuseQuantization::runOnOperation() {
  IRRewriter rewriter(&getContext());
  SmallVector<linalg::MatmulOp> products;
  getOperation().walk([&](linalg::MatmulOp op) { products.push_back(op); });
  for (linalg::MatmulOp op : products) {
    if (getElementTypeOrSelf(op.getDpsInputs()[0]).isInteger(8))
      fuseIntegers(rewriter, op);
    else if (failed(fuseFloat(rewriter, op)))
      return signalPassFailure();
  }
}
