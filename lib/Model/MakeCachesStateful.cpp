//===- MakeCachesStateful.cpp - Let a session keep the caches -------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/TernaryStage.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace bitnet {
#define GEN_PASS_DEF_MAKECACHESSTATEFUL
#include "bitnet/Passes/TernaryStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

static constexpr StringLiteral kContextLength = "bitnet.context_length";
static constexpr int64_t kDefaultContext = 2048;

namespace {
struct MakeCachesStateful
    : bitnet::impl::MakeCachesStatefulBase<MakeCachesStateful> {
  using MakeCachesStatefulBase::MakeCachesStatefulBase;
  void runOnOperation() override;

private:
  FailureOr<int64_t> getCapacity();
  LogicalResult convert(func::FuncOp function);
};

/// A cache in the form of the Hugging Face Optimum convention.
struct Cache {
  unsigned argument, result;
  ValueAttr past, present;
  int64_t axis; // of the rows

  StringRef name() const { return past.getName(); }
  AffineExpr rows() const { return past.getShape().getResult(axis); }
};
} // namespace

/// The number of the output of that name, or of results if there is none.
static unsigned findOutput(func::FuncOp function, StringRef name) {
  unsigned result = 0, count = function.getNumResults();
  for (; result < count; ++result) {
    auto output =
        function.getResultAttrOfType<ValueAttr>(result, ModelDialect::kOutput);
    if (output && output.getName() == name)
      break;
  }
  return result;
}

/// The pairs of past and present, in the order of the arguments.
static FailureOr<SmallVector<Cache>> findCaches(func::FuncOp function) {
  SmallVector<Cache> caches;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto past = function.getArgAttrOfType<ValueAttr>(i, ModelDialect::kInput);
    StringRef name = past ? past.getName() : "", tail = name;
    if (!tail.consume_front("past_key_values."))
      continue;
    std::string present = ("present." + tail).str();
    unsigned result = findOutput(function, present);
    if (result == function.getNumResults())
      return function.emitError() << "input '" << name << "' has no output '"
                                  << present << "' to be kept in a session";
    int64_t rank = past.getShape().getNumResults();
    if (rank < 2)
      return function.emitError() << "input '" << name << "' has rank " << rank
                                  << ", expected 2 or more";
    caches.push_back(
        {i, result, past,
         function.getResultAttrOfType<ValueAttr>(result, ModelDialect::kOutput),
         rank - 2});
    const Cache &cache = caches.back();
    if (!isa<AffineSymbolExpr>(cache.rows()))
      return function.emitError()
             << "input '" << name << "': dimension " << cache.axis
             << " is not a dynamic dimension of its own, so that the number "
                "of rows cannot be the position";
    if (cache.rows() != caches.front().rows())
      return function.emitError()
             << "inputs '" << caches.front().name() << "' and '" << name
             << "' do not have the same number of rows";
  }
  return caches;
}

/// Whether `value` is the number of rows in the caches: the dimension of an
/// argument whose shape says so.
static bool isPosition(func::FuncOp function, const Cache &cache,
                       OpFoldResult value) {
  auto dynamic = dyn_cast<Value>(value);
  auto dim = dynamic ? dynamic.getDefiningOp<tensor::DimOp>() : tensor::DimOp();
  auto argument =
      dim ? dyn_cast<BlockArgument>(dim.getSource()) : BlockArgument();
  std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
  if (!argument || argument.getOwner() != &function.front() || !index)
    return false;
  auto input = function.getArgAttrOfType<ValueAttr>(argument.getArgNumber(),
                                                    ModelDialect::kInput);
  return input && input.getShape().getResult(*index) == cache.rows();
}

/// Whether `op` inserts at the start of the destination, but for `offset` on
/// the axis of the rows.
static bool insertsAt(tensor::InsertSliceOp op, const Cache &cache,
                      function_ref<bool(OpFoldResult)> offset) {
  return op.hasUnitStride() &&
         op.getType().getRank() == op.getSourceType().getRank() &&
         llvm::all_of(llvm::enumerate(op.getMixedOffsets()), [&](auto it) {
           return int64_t(it.index()) == cache.axis ? offset(it.value())
                                                    : isZeroInteger(it.value());
         });
}

/// The insertions that concatenate the cache with the new rows.
static FailureOr<std::pair<tensor::InsertSliceOp, tensor::InsertSliceOp>>
matchConcatenation(func::FuncOp function, const Cache &cache) {
  auto ret = cast<func::ReturnOp>(function.front().getTerminator());
  Value present = ret.getOperand(cache.result);
  if (auto cast = present.getDefiningOp<tensor::CastOp>())
    present = cast.getSource();
  auto append = present.getDefiningOp<tensor::InsertSliceOp>();
  auto start = append ? append.getDest().getDefiningOp<tensor::InsertSliceOp>()
                      : tensor::InsertSliceOp();
  bool found =
      start && start.getSource() == function.getArgument(cache.argument) &&
      insertsAt(start, cache,
                [](OpFoldResult offset) { return isZeroInteger(offset); }) &&
      insertsAt(append, cache, [&](OpFoldResult offset) {
        return isPosition(function, cache, offset);
      });
  if (!found)
    return function.emitError() << "output '" << cache.present.getName()
                                << "' is not the concatenation of input '"
                                << cache.name() << "' with new rows";
  for (Value value : {start.getSource(), start.getResult()})
    for (Operation *user : value.getUsers())
      if (user != start && user != append && !isa<tensor::DimOp>(user))
        return function.emitError()
               << "input '" << cache.name() << "' is read by more than the "
               << "concatenation that makes '" << cache.present.getName()
               << "'";
  return std::pair(start, append);
}

/// Puts `argument`, the cache at full capacity, in the place of the pair.
static void keepInPlace(const Cache &cache, Value argument, Value position,
                        func::ReturnOp ret, tensor::InsertSliceOp start,
                        tensor::InsertSliceOp append) {
  OpBuilder builder(append);
  Location loc = append.getLoc();
  int64_t rank = append.getType().getRank();
  SmallVector<OpFoldResult> offsets(rank, builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(rank, builder.getIndexAttr(1));
  offsets[cache.axis] = position;
  Value updated =
      tensor::InsertSliceOp::create(builder, loc, append.getSource(), argument,
                                    offsets, append.getMixedSizes(), strides);
  // What is in the cache so far, the new rows included.
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, start.getDest());
  offsets[cache.axis] = builder.getIndexAttr(0);
  Value present = tensor::ExtractSliceOp::create(
      builder, loc, append.getType(), updated, offsets, sizes, strides);
  ret.setOperand(cache.result, updated);
  append.getResult().replaceAllUsesWith(present);
  append.erase();
  // Only sizes are read of it now.
  start.getResult().replaceAllUsesWith(start.getDest());
  start.erase();
}

/// Replaces the sizes of the old argument by those of the new one.
static void replaceSizes(Value old, const Cache &cache, Value argument,
                         Value position) {
  for (Operation *user : llvm::make_early_inc_range(old.getUsers())) {
    auto dim = dyn_cast<tensor::DimOp>(user);
    if (!dim)
      continue;
    OpBuilder builder(dim);
    Value size = dim.getConstantIndex() == cache.axis
                     ? position
                     : tensor::DimOp::create(builder, dim.getLoc(), argument,
                                             dim.getIndex())
                           .getResult();
    dim.replaceAllUsesWith(size);
    dim.erase();
  }
}

FailureOr<int64_t> MakeCachesStateful::getCapacity() {
  if (maxContext < 0)
    return getOperation().emitError()
           << "max-context is " << int64_t(maxContext)
           << ", expected 0 or more";
  if (maxContext > 0)
    return int64_t(maxContext);
  auto metadata =
      getOperation()->getAttrOfType<DictionaryAttr>(ModelDialect::kMetadata);
  auto text =
      metadata ? metadata.getAs<StringAttr>(kContextLength) : StringAttr();
  if (!text)
    return kDefaultContext;
  int64_t length;
  if (text.getValue().getAsInteger(10, length) || length <= 0)
    return getOperation().emitError()
           << "metadata '" << kContextLength << "' is " << text
           << ", expected a positive number";
  return length;
}

/// What the session keeps: the cache with room for `capacity` rows.
static ValueAttr describeCache(const Cache &cache, int64_t capacity) {
  AffineMap shape = cache.past.getShape();
  SmallVector<AffineExpr> dims(shape.getResults());
  dims[cache.axis] = getAffineConstantExpr(capacity, shape.getContext());
  return cache.past.withShape(
      AffineMap::get(0, shape.getNumSymbols(), dims, shape.getContext()));
}

/// The position, with the symbol that counts the rows which a call appends, if
/// one does.
static PositionAttr describePosition(func::FuncOp function, const Cache &cache,
                                     int64_t capacity) {
  SmallVector<StringRef> symbols =
      getNames(function->getAttrOfType<ArrayAttr>(ModelDialect::kSymbols));
  auto nameOf = [&](AffineExpr expr) {
    auto symbol = dyn_cast<AffineSymbolExpr>(expr);
    return symbol ? symbols[symbol.getPosition()] : StringRef();
  };
  MLIRContext *context = function.getContext();
  StringAttr appends;
  if (AffineMap present = cache.present.getShape()) {
    AffineExpr rows =
        simplifyAffineExpr(present.getResult(cache.axis) - cache.rows(), 0,
                           present.getNumSymbols());
    if (StringRef name = nameOf(rows); !name.empty())
      appends = StringAttr::get(context, name);
  }
  return PositionAttr::get(context, nameOf(cache.rows()), appends, capacity);
}

LogicalResult MakeCachesStateful::convert(func::FuncOp function) {
  FailureOr<SmallVector<Cache>> caches = findCaches(function);
  if (failed(caches) || caches->empty())
    return failure(failed(caches));
  FailureOr<int64_t> capacity = getCapacity();
  if (failed(capacity))
    return failure();
  SmallVector<std::pair<tensor::InsertSliceOp, tensor::InsertSliceOp>> pairs;
  for (const Cache &cache : *caches) {
    auto pair = matchConcatenation(function, cache);
    if (failed(pair))
      return failure();
    pairs.push_back(*pair);
  }

  // The position and the caches come last, in the order of the inputs.
  Builder builder(&getContext());
  auto describe = [&](StringRef kind, Attribute attribute) {
    return builder.getDictionaryAttr(builder.getNamedAttr(kind, attribute));
  };
  Block &body = function.front();
  unsigned count = function.getNumArguments();
  PositionAttr positionAttr =
      describePosition(function, caches->front(), *capacity);
  if (failed(function.insertArgument(
          count, builder.getIndexType(),
          describe(ModelDialect::kPosition, positionAttr), function.getLoc())))
    return failure();
  Value position = body.getArgument(count);
  auto ret = cast<func::ReturnOp>(body.getTerminator());
  SmallVector<Type> results(function.getResultTypes());
  for (auto [cache, pair] : llvm::zip(*caches, pairs)) {
    ValueAttr kept = describeCache(cache, *capacity);
    Value old = body.getArgument(cache.argument);
    unsigned last = function.getNumArguments();
    if (failed(function.insertArgument(last, kept.getTensorType(),
                                       describe(ModelDialect::kCache, kept),
                                       old.getLoc())))
      return failure();
    Value argument = body.getArgument(last);
    keepInPlace(cache, argument, position, ret, pair.first, pair.second);
    replaceSizes(old, cache, argument, position);
    results[cache.result] = kept.getTensorType();
    function.setResultAttrs(cache.result, describe(ModelDialect::kCache, kept));
  }
  function.setType(
      builder.getFunctionType(function.getArgumentTypes(), results));
  BitVector gone(function.getNumArguments());
  for (const Cache &cache : *caches)
    gone.set(cache.argument);
  return function.eraseArguments(gone);
}

void MakeCachesStateful::runOnOperation() {
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (!function.isExternal() && failed(convert(function)))
      return signalPassFailure();
}
