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
#include "mlir/Interfaces/ShapedOpInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

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
// Functions and the module
//===----------------------------------------------------------------------===//

static void
forEachUncalled(ModuleOp module,
                function_ref<void(func::FuncOp function)> candidate) {
  for (auto function : module.getOps<func::FuncOp>())
    if (SymbolTable::symbolKnownUseEmpty(function.getNameAttr(), module))
      candidate(function);
}

/// A function, or a constant in memory.
static bool dropSymbol(ModuleOp module, int64_t index) {
  auto found =
      nth<Operation *>(index, [&](function_ref<void(Operation *)> candidate) {
        for (auto symbol : module.getOps<SymbolOpInterface>())
          if (SymbolTable::symbolKnownUseEmpty(symbol, module))
            candidate(symbol);
      });
  if (found)
    (*found)->erase();
  return found.has_value();
}

/// A function with the number of one of its results or arguments.
using Numbered = std::pair<func::FuncOp, unsigned>;

/// The last outputs first: none of what stays gets another number.
static bool dropOutput(ModuleOp module, int64_t index) {
  auto found =
      nth<Numbered>(index, [&](function_ref<void(Numbered)> candidate) {
        forEachUncalled(module, [&](func::FuncOp function) {
          // Not where it ends without returning.
          if (!function.getBody().hasOneBlock() ||
              function.front().getTerminator()->getNumOperands() !=
                  function.getNumResults())
            return;
          for (unsigned i = function.getNumResults(); i-- > 0;)
            candidate({function, i});
        });
      });
  if (!found)
    return false;
  auto [function, output] = *found;
  function.front().getTerminator()->eraseOperand(output);
  (void)function.eraseResult(output);
  return true;
}

static bool dropArgument(ModuleOp module, int64_t index) {
  auto found =
      nth<Numbered>(index, [&](function_ref<void(Numbered)> candidate) {
        forEachUncalled(module, [&](func::FuncOp function) {
          if (function.isExternal())
            return;
          for (unsigned i = function.getNumArguments(); i-- > 0;)
            if (function.getArgument(i).use_empty())
              candidate({function, i});
        });
      });
  if (found)
    (void)found->first.eraseArgument(found->second);
  return found.has_value();
}

static bool dropAttribute(ModuleOp module, int64_t index) {
  auto attributes = llvm::to_vector(module->getDiscardableAttrs());
  if (index >= int64_t(attributes.size()))
    return false;
  module->removeDiscardableAttr(attributes[index].getName());
  return true;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// What reads nodes of ONNX takes any type.
static bool takesAnyType(Operation *op) {
  return isa<onnx::NodeOp>(op) &&
         llvm::all_of(op->getUsers(), [](Operation *user) {
           return isa<onnx::NodeOp, onnx::ReturnOp>(user);
         });
}

/// Operands that may be taken for the results, one list for each way.
static SmallVector<SmallVector<Value>> findBypasses(Operation *op) {
  SmallVector<SmallVector<Value>> bypasses;
  // A number of a dimension is no size.
  if (op->hasTrait<OpTrait::IsTerminator>() || isa<ShapedDimOpInterface>(op))
    return bypasses;
  if (op->getNumResults() == 0)
    return {{}};
  if (op->getNumResults() == 1) {
    for (Value operand : op->getOperands())
      if (operand.getDefiningOp() != op &&
          (operand.getType() == op->getResult(0).getType() || takesAnyType(op)))
        bypasses.push_back({operand});
    return bypasses;
  }
  // What loops carry and what ops write to stands at the end, in order.
  SmallVector<Value> chosen;
  unsigned end = op->getNumOperands();
  for (Value result : llvm::reverse(op->getResults())) {
    while (end > 0 && op->getOperand(end - 1).getType() != result.getType())
      --end;
    if (end == 0 || op->getOperand(end - 1).getDefiningOp() == op)
      return bypasses;
    chosen.push_back(op->getOperand(--end));
  }
  bypasses.push_back(llvm::to_vector(llvm::reverse(chosen)));
  return bypasses;
}

/// The last ops first: what they alone need goes with them.
static bool dropOp(ModuleOp module, int64_t index) {
  using Bypass = std::pair<Operation *, SmallVector<Value>>;
  auto found = nth<Bypass>(index, [&](function_ref<void(Bypass)> candidate) {
    for (auto function : module.getOps<func::FuncOp>())
      function->walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
        if (op != function)
          for (SmallVector<Value> &values : findBypasses(op))
            candidate({op, values});
      });
  });
  if (!found)
    return false;
  IRRewriter(module.getContext()).replaceOp(found->first, found->second);
  return true;
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// The first rows and columns of a matrix of trits.
static Value sliceTrits(OpBuilder &b, ConstantOp matrix, int64_t rows,
                        int64_t depth) {
  SmallVector<int8_t, 0> trits = *getTrits(matrix.getValue());
  int64_t stride = matrix.getType().getDimSize(1);
  SmallVector<int8_t> part;
  for (int64_t row = 0; row < rows; ++row) {
    const int8_t *begin = trits.begin() + row * stride;
    part.append(begin, begin + depth);
  }
  auto type = RankedTensorType::get({rows, depth}, b.getI8Type());
  return ConstantOp::create(
      b, matrix.getLoc(), DenseElementsAttr::get(type, ArrayRef<int8_t>(part)));
}

/// Whether the slice is of the first elements of each dimension.
static bool beginsAtZero(OffsetSizeAndStrideOpInterface slice) {
  return llvm::all_of(slice.getMixedOffsets(), isZeroInteger) &&
         llvm::all_of(slice.getMixedStrides(), isOneInteger);
}

/// The first rows and columns of a value, which may be a slice itself.
static Value cut(OpBuilder &b, Location loc, Value value, OpFoldResult rows,
                 int64_t columns) {
  if (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
      slice && beginsAtZero(slice))
    value = slice.getSource();
  auto type = cast<RankedTensorType>(value.getType());
  // A size that is not known is that of the tokens, all of which stay.
  bool hasRows =
      type.isDynamicDim(0) || getConstantIntValue(rows) == type.getDimSize(0);
  if (hasRows && type.getDimSize(1) == columns)
    return value;
  SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(2, b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = {rows, b.getIndexAttr(columns)};
  return tensor::ExtractSliceOp::create(b, loc, value, zeros, sizes, ones);
}

/// Where the sums of a product that was made smaller already are put back
/// among those that were there before; null for one that was not.
static tensor::InsertSliceOp findPutBack(MatmulOp op) {
  auto slice = op.getAcc().getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice || !op->hasOneUse())
    return nullptr;
  auto put = dyn_cast<tensor::InsertSliceOp>(*op->user_begin());
  bool isBack = put && put.getDest() == slice.getSource() &&
                beginsAtZero(put) && beginsAtZero(slice);
  return isBack ? put : nullptr;
}

/// The product of the first rows and inputs of its matrix. The columns of rows
/// that are gone have what was there before.
static void shrink(MatmulOp op, int64_t rows, int64_t depth) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  tensor::InsertSliceOp put = findPutBack(op);
  Value before = put ? put.getDest() : op.getAcc();
  OpFoldResult tokens = tensor::getMixedSize(b, loc, before, 0);
  Value weights =
      sliceTrits(b, op.getWeights().getDefiningOp<ConstantOp>(), rows, depth);
  Value x = op.getActivations();
  if (depth < op.getDepth())
    x = cut(b, loc, x, tokens, depth);
  Value acc = cut(b, loc, op.getAcc(), tokens, rows);
  Value scales;
  int64_t group = 0;
  if (op.getScales()) {
    group = std::min(int64_t(op.getScaleGroup()), depth);
    int64_t groups = llvm::divideCeilSigned(depth, group);
    scales = cut(b, loc, op.getScales(), b.getIndexAttr(groups), rows);
  }
  PackingAttr packing = op.getPackingAttr();
  if (packing)
    packing = PackingAttr::get(b.getContext(), packing.getPacking(), rows,
                               depth, group);
  Value sums = MatmulOp::create(b, loc, acc.getType(), x, weights, scales, acc,
                                op.getKernelsAttr(), packing, group)
                   .getResult();
  if (acc != before) {
    SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0));
    SmallVector<OpFoldResult> ones(2, b.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes = {tokens, b.getIndexAttr(rows)};
    sums =
        tensor::InsertSliceOp::create(b, loc, sums, before, zeros, sizes, ones);
  }
  Operation *last = put ? put.getOperation() : op.getOperation();
  last->replaceAllUsesWith(ValueRange{sums});
  last->erase();
  if (put)
    op.erase();
}

/// One of all products with a constant matrix of more than one row, or input.
template <bool ofRows>
static bool halveMatrix(ModuleOp module, int64_t index) {
  auto found =
      nth<MatmulOp>(index, [&](function_ref<void(MatmulOp)> candidate) {
        module.walk([&](MatmulOp op) {
          auto matrix = op.getWeights().getDefiningOp<ConstantOp>();
          // One whose elements are not at hand stays.
          if (matrix && (ofRows ? op.getRows() : op.getDepth()) > 1 &&
              getTrits(matrix.getValue()))
            candidate(op);
        });
      });
  if (!found)
    return false;
  int64_t rows = found->getRows(), depth = found->getDepth();
  ofRows ? shrink(*found, rows / 2, depth) : shrink(*found, rows, depth / 2);
  return true;
}

ArrayRef<reduce::Reduction> reduce::allReductions() {
  static const Reduction reductions[] = {dropSymbol,
                                         dropOutput,
                                         dropOp,
                                         halveMatrix</*ofRows=*/true>,
                                         halveMatrix</*ofRows=*/false>,
                                         dropArgument,
                                         dropAttribute};
  return reductions;
}
