//===- Execution.cpp - A kernel function as if it ran ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execution.h"

#include "Isa.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
/// Walks a function.
class Walk {
public:
  Walk(const Isa &isa, const TargetFacts &facts, func::FuncOp function,
       ArrayRef<ArgumentSizes> arguments)
      : isa(isa), facts(facts), arguments(arguments) {
    for (auto [number, argument] : llvm::enumerate(function.getArguments()))
      buffers[argument] = number;
    walk(function.front(), whole);
  }
  Loop whole;

private:
  void walk(Block &block, Loop &loop);
  void walk(scf::ForOp op, Loop &around);
  void count(Operation &op, Loop &loop);
  void fold(Operation &op);
  void addAccess(Loop &loop, Value buffer, ValueRange indices, Type type);
  double registersOf(Type type) const;
  double passesOf(VectorType type) const;
  std::optional<int64_t> valueOf(Value value) const;
  uint64_t loopsOf(ValueRange values) const;

  const Isa &isa;
  const TargetFacts &facts;
  ArrayRef<ArgumentSizes> arguments;
  /// The number of the argument that a buffer is, or is a part of.
  DenseMap<Value, size_t> buffers;
  DenseMap<Value, Attribute> constants;
  /// The loops on whose steps a value depends.
  DenseMap<Value, uint64_t> dependence;
};
} // namespace

std::optional<int64_t> Walk::valueOf(Value value) const {
  auto number = dyn_cast_or_null<IntegerAttr>(constants.lookup(value));
  if (!number)
    return std::nullopt;
  return number.getInt();
}

uint64_t Walk::loopsOf(ValueRange values) const {
  uint64_t loops = 0;
  for (Value value : values)
    loops |= dependence.lookup(value);
  return loops;
}

double kernels::bytesOf(Type type, const TargetFacts &facts) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return type.isIndex() ? 8 : (type.getIntOrFloatBitWidth() + 7) / 8;
  double bits = vector.getNumElements() * vector.getElementTypeBitWidth();
  return bits / 8 * (vector.isScalable() ? facts.vscale : 1);
}

double Walk::registersOf(Type type) const {
  double bits = isa.registerBits() * (isa.isScalable() ? facts.vscale : 1);
  return std::max(1., std::ceil(bytesOf(type, facts) * 8 / bits));
}

/// How often a lookup occupies its port.
double Walk::passesOf(VectorType type) const {
  bool isWide =
      isa.registerBits() >= 512 && type.getElementTypeBitWidth() == 16;
  return isWide && !facts.hasFastPermute16 ? 2 : 1;
}

/// What follows from constants.
void Walk::fold(Operation &op) {
  for (Value result : op.getResults())
    dependence[result] = loopsOf(op.getOperands());
  if (op.getNumRegions() || op.getNumResults() != 1 ||
      !op.getResult(0).getType().isIntOrIndex())
    return;
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    std::optional<int64_t> index = valueOf(dim.getIndex());
    auto buffer = buffers.find(dim.getSource());
    if (buffer != buffers.end() && index)
      constants[dim] =
          Builder(&op).getIndexAttr(arguments[buffer->second].sizes[*index]);
    return;
  }
  if (::mlir::isa<vector::VectorScaleOp>(op)) {
    constants[op.getResult(0)] = Builder(&op).getIndexAttr(facts.vscale);
    return;
  }
  SmallVector<Attribute> operands;
  for (Value operand : op.getOperands())
    operands.push_back(constants.lookup(operand));
  SmallVector<OpFoldResult> results;
  if (failed(op.fold(operands, results)) || results.size() != 1)
    return;
  auto known = dyn_cast<Attribute>(results[0]);
  constants[op.getResult(0)] =
      known ? known : constants.lookup(cast<Value>(results[0]));
}

void Walk::addAccess(Loop &loop, Value buffer, ValueRange indices, Type type) {
  loop.accesses.push_back({bytesOf(type, facts),
                           loopsOf(indices) | dependence.lookup(buffer),
                           buffers.lookup(buffer)});
}

/// Adds an operation to those of its loop.
void Walk::count(Operation &op, Loop &loop) {
  Operations &operations = loop.operations;
  Type type = op.getNumResults() ? op.getResult(0).getType() : Type();
  bool isVector = isa_and_present<VectorType>(type);
  double registers = isVector ? registersOf(type) : 1;
  // What has no registers is one of the scalars, unless it is known.
  auto compute = [&](double &port, double each = 1) {
    if (isVector)
      port += each * registers;
    else if (!constants.contains(op.getResult(0)))
      operations.scalars += 1;
  };
  auto load = [&](Value buffer, ValueRange indices) {
    operations.loads += registers;
    addAccess(loop, buffer, indices, type);
  };
  auto store = [&](Value value, Value buffer, ValueRange indices) {
    operations.stores += registersOf(value.getType());
    addAccess(loop, buffer, indices, value.getType());
  };
  llvm::TypeSwitch<Operation *>(&op)
      .Case([&](vector::LoadOp o) { load(o.getBase(), o.getIndices()); })
      .Case([&](vector::MaskedLoadOp o) { load(o.getBase(), o.getIndices()); })
      .Case([&](memref::LoadOp o) { load(o.getMemRef(), o.getIndices()); })
      .Case([&](vector::StoreOp o) {
        store(o.getValueToStore(), o.getBase(), o.getIndices());
      })
      .Case([&](vector::MaskedStoreOp o) {
        store(o.getValueToStore(), o.getBase(), o.getIndices());
      })
      .Case([&](memref::StoreOp o) {
        store(o.getValueToStore(), o.getMemRef(), o.getIndices());
      })
      .Case([&](memref::PrefetchOp) { operations.loads += 1; })
      .Case([&](LLVM::CallIntrinsicOp) {
        // A load of several registers, whose address hides what it reads.
        if (auto several = dyn_cast_if_present<LLVM::LLVMStructType>(type))
          operations.loads += several.getBody().size();
        else if (auto vector = dyn_cast_if_present<VectorType>(type))
          (isa.multiplies() ? operations.dots : operations.permutes) +=
              registers * passesOf(vector);
      })
      .Case<vector::ShuffleOp, vector::InterleaveOp, vector::DeinterleaveOp,
            vector::BroadcastOp>(
          [&](auto) { operations.permutes += registers; })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>([&](auto) {
        if (isVector)
          operations.permutes += registers;
      })
      .Case<arith::ShLIOp, arith::ShRUIOp, arith::ShRSIOp>(
          [&](auto) { compute(operations.shifts); })
      .Case([&](arith::SelectOp) { compute(operations.vector, 2); })
      .Case([](arith::ConstantOp) {})
      .Default([&](Operation *) {
        if (isa_and_present<arith::ArithDialect>(op.getDialect()))
          compute(operations.vector);
      });
}

void Walk::walk(scf::ForOp op, Loop &around) {
  Loop loop;
  loop.depth = around.depth + 1;
  std::optional<int64_t> lower = valueOf(op.getLowerBound()),
                         upper = valueOf(op.getUpperBound()),
                         step = valueOf(op.getStep());
  // What is not known is not much: a rest, or none.
  if (lower && upper && step)
    loop.steps =
        std::max<int64_t>(0, llvm::divideCeilSigned(*upper - *lower, *step));
  else if (auto difference = op.getUpperBound().getDefiningOp<arith::AddIOp>();
           difference && difference.getLhs() == op.getLowerBound() && step)
    if (std::optional<int64_t> size = valueOf(difference.getRhs()))
      loop.steps = llvm::divideCeilSigned(*size, *step);
  Value index = op.getInductionVar();
  if (lower)
    constants[index] = Builder(op).getIndexAttr(*lower);
  dependence[index] = (uint64_t(1) << loop.depth) | loopsOf(op.getLowerBound());
  loop.operations.scalars += 2;
  walk(*op.getBody(), loop);
  around.inner.push_back(std::move(loop));
}

void Walk::walk(Block &block, Loop &loop) {
  for (Operation &op : block) {
    if (auto inner = dyn_cast<scf::ForOp>(op)) {
      walk(inner, loop);
      continue;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      std::optional<int64_t> known = valueOf(branch.getCondition());
      Region &taken = known && *known == 0 ? branch.getElseRegion()
                                           : branch.getThenRegion();
      if (!taken.empty())
        walk(taken.front(), loop);
      continue;
    }
    fold(op);
    if (auto view = dyn_cast<ViewLikeOpInterface>(op))
      buffers[op.getResult(0)] = buffers.lookup(view.getViewSource());
    count(op, loop);
  }
}

Loop kernels::execute(func::FuncOp function, const Isa &isa,
                      ArrayRef<ArgumentSizes> arguments,
                      const TargetFacts &facts) {
  return Walk(isa, facts, function, arguments).whole;
}
