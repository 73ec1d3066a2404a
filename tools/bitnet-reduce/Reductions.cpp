//===- Reductions.cpp - Ways to make a network smaller --------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reductions.h"

#include "dialects/ONNX/ONNX.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

/// The place of that index among all that `find` calls its argument with.
template <typename Place>
static std::optional<Place>
nth(int64_t index,
    function_ref<void(function_ref<void(Place)> candidate)> find) {
  std::optional<Place> found;
  int64_t seen = 0;
  find([&](Place place) {
    if (seen++ == index)
      found = place;
  });
  return found;
}

//===----------------------------------------------------------------------===//
// Outputs, operations, attributes
//===----------------------------------------------------------------------===//

/// The last outputs first: none of what stays gets another number.
static bool dropOutput(ModuleOp module, int64_t index) {
  using Output = std::pair<func::FuncOp, unsigned>;
  auto found = nth<Output>(index, [&](function_ref<void(Output)> candidate) {
    for (auto function : module.getOps<func::FuncOp>())
      if (function.getBody().hasOneBlock() &&
          SymbolTable::symbolKnownUseEmpty(function.getNameAttr(), module))
        for (unsigned i = function.getNumResults(); i-- > 0;)
          candidate({function, i});
  });
  if (!found)
    return false;
  auto [function, output] = *found;
  function.front().getTerminator()->eraseOperand(output);
  return succeeded(function.eraseResult(output));
}

/// Whether the operand may be taken for the op's result: what reads nodes of
/// ONNX takes any type.
static bool canBypass(Operation *op, Value operand) {
  if (operand.getType() == op->getResult(0).getType())
    return true;
  return isa<onnx::NodeOp>(op) &&
         llvm::all_of(op->getUsers(), [](Operation *user) {
           return isa<onnx::NodeOp, onnx::ReturnOp>(user);
         });
}

/// The last ops first: what they alone need goes with them.
static bool dropOp(ModuleOp module, int64_t index) {
  using Bypass = std::pair<Operation *, Value>;
  auto found = nth<Bypass>(index, [&](function_ref<void(Bypass)> candidate) {
    module.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
      if (op->getNumResults() != 1)
        return;
      for (Value operand : op->getOperands())
        if (canBypass(op, operand))
          candidate({op, operand});
    });
  });
  if (!found)
    return false;
  IRRewriter(module.getContext()).replaceOp(found->first, found->second);
  return true;
}

static bool dropAttribute(ModuleOp module, int64_t index) {
  auto attributes = llvm::to_vector(module->getDiscardableAttrs());
  if (index >= int64_t(attributes.size()))
    return false;
  module->removeDiscardableAttr(attributes[index].getName());
  return true;
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// The first rows and columns of a matrix of trits.
static Value sliceTrits(OpBuilder &b, ConstantOp matrix, int64_t rows,
                        int64_t depth) {
  std::optional<SmallVector<int8_t, 0>> trits = getTrits(matrix.getValue());
  if (!trits)
    return {};
  int64_t stride = matrix.getType().getDimSize(1);
  SmallVector<int8_t> part;
  for (int64_t row = 0; row < rows; ++row) {
    const int8_t *begin = trits->begin() + row * stride;
    part.append(begin, begin + depth);
  }
  auto type = RankedTensorType::get({rows, depth}, b.getI8Type());
  return ConstantOp::create(
      b, matrix.getLoc(), DenseElementsAttr::get(type, ArrayRef<int8_t>(part)));
}

/// The product of the first rows and inputs of its matrix. The columns of rows
/// that are gone have what was there before.
static bool shrink(MatmulOp op, int64_t rows, int64_t depth) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value weights =
      sliceTrits(b, op.getWeights().getDefiningOp<ConstantOp>(), rows, depth);
  if (!weights)
    return false;
  SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, b.getIndexAttr(1));
  auto slice = [&](Value value, OpFoldResult height, int64_t width) -> Value {
    SmallVector<OpFoldResult> sizes = {height, b.getIndexAttr(width)};
    return tensor::ExtractSliceOp::create(b, loc, value, zeros, sizes, ones);
  };
  OpFoldResult tokens = tensor::getMixedSize(b, loc, op.getActivations(), 0);
  Value x = slice(op.getActivations(), tokens, depth);
  Value acc = slice(op.getAcc(), tokens, rows);
  Value scales;
  int64_t group = 0;
  if (op.getScales()) {
    group = std::min(int64_t(op.getScaleGroup()), depth);
    scales = slice(op.getScales(),
                   b.getIndexAttr(llvm::divideCeilSigned(depth, group)), rows);
  }
  PackingAttr packing = op.getPackingAttr();
  if (packing)
    packing = PackingAttr::get(b.getContext(), packing.getPacking(), rows,
                               depth, group);
  Value part = MatmulOp::create(b, loc, acc.getType(), x, weights, scales, acc,
                                op.getKernelsAttr(), packing, group)
                   .getResult();
  Value result =
      tensor::InsertSliceOp::create(b, loc, part, op.getAcc(), zeros,
                                    tensor::getMixedSizes(b, loc, acc), ones);
  op.replaceAllUsesWith(result);
  op.erase();
  return true;
}

/// One of all products with a constant matrix of more than one row, or input.
template <bool ofRows>
static bool halveMatrix(ModuleOp module, int64_t index) {
  auto found =
      nth<MatmulOp>(index, [&](function_ref<void(MatmulOp)> candidate) {
        module.walk([&](MatmulOp op) {
          if (op.getWeights().getDefiningOp<ConstantOp>() &&
              (ofRows ? op.getRows() : op.getDepth()) > 1)
            candidate(op);
        });
      });
  if (!found)
    return false;
  int64_t rows = found->getRows(), depth = found->getDepth();
  return ofRows ? shrink(*found, rows / 2, depth)
                : shrink(*found, rows, depth / 2);
}

ArrayRef<reduce::Reduction> reduce::allReductions() {
  static const Reduction reductions[] = {
      dropOutput, dropOp, halveMatrix</*ofRows=*/true>,
      halveMatrix</*ofRows=*/false>, dropAttribute};
  return reductions;
}
