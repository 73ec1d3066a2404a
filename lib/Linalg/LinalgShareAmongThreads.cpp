//===- LinalgShareAmongThreads.cpp - Large loops for all threads ----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Passes/LLVMStage.h"
#include "bitnet/Support/Functions.h"
#include "bitnet/Support/Split.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

namespace bitnet {
#define GEN_PASS_DEF_LINALGSHAREAMONGTHREADS
#include "bitnet/Passes/LLVMStage.h.inc"
} // namespace bitnet

using namespace mlir;
using namespace bitnet;

namespace {
struct LinalgShareAmongThreads
    : bitnet::impl::LinalgShareAmongThreadsBase<LinalgShareAmongThreads> {
  using LinalgShareAmongThreadsBase::LinalgShareAmongThreadsBase;
  void runOnOperation() override;
};

/// The functions that were made, by what they do.
struct Functions {
  SymbolTable table;
  llvm::StringMap<func::FuncOp> byText;
};
} // namespace

/// The loop to be cut: the largest static one that is worth it, for its number
/// of iterations is the same for one token and for many; else the innermost
/// one of unknown size, which counts tokens and not sequences.
static std::optional<unsigned> findLoop(linalg::LinalgOp op) {
  constexpr int64_t leastStatic = 256;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  std::optional<unsigned> best;
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (kind != utils::IteratorType::parallel)
      continue;
    int64_t range = ranges[loop], bestRange = best ? ranges[*best] : 0;
    bool isDynamic = ShapedType::isDynamic(range);
    if (isDynamic ? ShapedType::isDynamic(bestRange) || bestRange == 0
                  : range >= leastStatic && range > bestRange)
      best = unsigned(loop);
  }
  return best;
}

/// The part of the loop that number `index` of `count` threads does. Columns
/// are cut in whole cache lines, so that no two threads write to one.
static Operation *emitPart(OpBuilder &builder, TilingInterface op,
                           unsigned loop, Value index, Value count) {
  SmallVector<OpFoldResult> offsets, sizes;
  for (Range range : op.getIterationDomain(builder)) {
    offsets.push_back(range.offset);
    sizes.push_back(range.size);
  }
  int64_t unit = getConstantIntValue(sizes[loop]) ? 64 : 1;
  Part part =
      splitEvenly(builder, op.getLoc(), sizes[loop], count, index, unit);
  offsets[loop] = part.begin;
  sizes[loop] = part.size;
  // The tiles are views of the operands; nothing is returned.
  return op.getTiledImplementation(builder, offsets, sizes)->tiledOps.front();
}

/// Number of iterations of all loops.
static Value countIterations(OpBuilder &builder, TilingInterface op) {
  Location loc = op.getLoc();
  Value count = arith::ConstantIndexOp::create(builder, loc, 1);
  for (Range range : op.getIterationDomain(builder)) {
    Value size = getValueOrCreateConstantIndexOp(builder, loc, range.size);
    count = builder.createOrFold<arith::MulIOp>(loc, count, size);
  }
  return count;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// What the op does, for those who read a profile: `tokens_matmul`, or what its
/// body has, `tokens_sitofp_mulf`.
static std::string functionName(linalg::LinalgOp op) {
  std::string name = "tokens";
  if (!isa<linalg::GenericOp>(op))
    return name + "_" + op->getName().stripDialect().str();
  if (op.getBlock()->without_terminator().empty())
    return name + "_copy";
  StringRef last;
  for (Operation &inner : op.getBlock()->without_terminator()) {
    StringRef next = inner.getName().stripDialect();
    if (next != last && name.size() + next.size() < 60)
      name += "_" + next.str();
    last = next;
  }
  return name;
}

/// Moves the op, whose operands and captured values become arguments, to a
/// function, or takes one that does the same.
static func::CallOp outline(linalg::LinalgOp op, Functions &functions) {
  SmallVector<Value> arguments(op->getOperands());
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  IRMapping mapping;
  SmallVector<Operation *> constants;
  for (Value value : captured) {
    Operation *definition = value.getDefiningOp();
    if (definition && definition->hasTrait<OpTrait::ConstantLike>())
      constants.push_back(definition);
    else
      arguments.push_back(value);
  }
  auto module = op->getParentOfType<ModuleOp>();
  OpBuilder builder(op.getContext());
  auto type =
      builder.getFunctionType(ValueRange(arguments).getTypes(), TypeRange());
  func::FuncOp function = createLocalFunction(module, functionName(op), type);
  Block *entry = function.addEntryBlock();
  mapping.map(arguments, entry->getArguments());
  builder.setInsertionPointToStart(entry);
  for (Operation *constant : constants)
    builder.clone(*constant, mapping);
  builder.clone(*op, mapping);
  func::ReturnOp::create(builder, module.getLoc());

  // Constants in full, whatever an option of the tool says.
  OpPrintingFlags flags;
  flags.useLocalScope();
  flags.elideLargeElementsAttrs(std::numeric_limits<int64_t>::max());
  std::string text;
  llvm::raw_string_ostream stream(text);
  function.print(stream, flags);
  auto [known, isNew] = functions.byText.try_emplace(text, function);
  if (isNew)
    functions.table.insert(function);
  else
    function.erase();
  OpBuilder atOp(op);
  auto call = func::CallOp::create(atOp, op.getLoc(), known->second, arguments);
  op->erase();
  return call;
}

//===----------------------------------------------------------------------===//
// Branch
//===----------------------------------------------------------------------===//

/// Whether the op is known to have fewer iterations.
static bool isSmall(linalg::LinalgOp op, int64_t least) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  return !ShapedType::isDynamicShape(ranges) &&
         ShapedType::getNumElements(ranges) < least;
}

static void share(linalg::LinalgOp op, unsigned loop, int64_t least,
                  Functions &functions) {
  Location loc = op.getLoc();
  OpBuilder builder(op);
  Value limit = arith::ConstantIndexOp::create(builder, loc, least);
  Value iterations =
      countIterations(builder, cast<TilingInterface>(op.getOperation()));
  Value many = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::uge, iterations, limit);
  auto branch = scf::IfOp::create(builder, loc, many, /*withElse=*/true);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value threads = ternary::ThreadCountOp::create(builder, loc);
  auto forall = scf::ForallOp::create(
      builder, loc, ArrayRef<OpFoldResult>{threads}, /*outputs=*/ValueRange(),
      /*mapping=*/std::nullopt);
  builder.setInsertionPoint(forall.getTerminator());
  // The interface emits in front of the op what it asks of its operands.
  Operation *whole = builder.clone(*op);
  Operation *part = emitPart(builder, cast<TilingInterface>(whole), loop,
                             forall.getInductionVar(0), threads);
  whole->erase();
  func::CallOp partCall = outline(cast<linalg::LinalgOp>(part), functions);

  // All of it is a part, too: its operands become those of the function.
  builder.setInsertionPointToStart(branch.elseBlock());
  SmallVector<Value> arguments;
  for (Value operand : op->getOperands()) {
    Type type = partCall.getOperandTypes()[arguments.size()];
    if (operand.getType() != type)
      operand = memref::CastOp::create(builder, loc, type, operand);
    arguments.push_back(operand);
  }
  llvm::append_range(arguments,
                     partCall.getOperands().drop_front(arguments.size()));
  func::CallOp::create(builder, loc, partCall.getCalleeAttr(), TypeRange(),
                       arguments);
  op->erase();
}

void LinalgShareAmongThreads::runOnOperation() {
  if (leastIterations < 1) {
    getOperation().emitError()
        << "least-iterations is " << int64_t(leastIterations)
        << ", expected 1 or more";
    return signalPassFailure();
  }
  SmallVector<std::pair<linalg::LinalgOp, unsigned>> ops;
  SmallVector<linalg::LinalgOp> parts;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (!op.hasPureBufferSemantics() ||
        op->getParentOfType<scf::ParallelOp>() || isSmall(op, leastIterations))
      return;
    if (op->getParentOfType<scf::ForallOp>()) {
      parts.push_back(op);
      return;
    }
    // What asks for its place in the whole differs from part to part.
    std::optional<unsigned> loop = findLoop(op);
    if (loop && !op.hasIndexSemantics())
      ops.push_back({op, *loop});
  });
  Functions functions{SymbolTable(getOperation()), {}};
  for (auto [op, loop] : ops)
    share(op, loop, leastIterations, functions);
  for (linalg::LinalgOp op : parts)
    outline(op, functions);
}
