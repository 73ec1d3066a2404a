//===- Body.cpp - The body of a linalg op as steps ------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Body.h"

#include "bitnet/Support/Elements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::evaluator;

/// Fills a register with a constant.
static Step getConstantStep(Attribute value, unsigned out) {
  if (auto number = dyn_cast<IntegerAttr>(value)) {
    int64_t element = number.getValue().getSExtValue();
    return [=](Register *r, int64_t begin, int64_t end) {
      std::fill(r[out].i64 + begin, r[out].i64 + end, element);
    };
  }
  auto number = dyn_cast<FloatAttr>(value);
  if (!number)
    return nullptr;
  double element = number.getValueAsDouble();
  if (number.getType().isF64())
    return [=](Register *r, int64_t begin, int64_t end) {
      std::fill(r[out].f64 + begin, r[out].f64 + end, element);
    };
  return [=](Register *r, int64_t begin, int64_t end) {
    std::fill(r[out].f32 + begin, r[out].f32 + end, float(element));
  };
}

Step Body::getExtractStep(tensor::ExtractOp op, const Operands &operands) {
  RankedTensorType type = op.getTensor().getType();
  std::optional<unsigned> size = elementSize(type.getElementType());
  if (!size || !isKnown(type.getElementType()) || !type.hasStaticShape())
    return nullptr;
  const char *data = read(op.getTensor());
  if (!data)
    return nullptr;
  SmallVector<int64_t> strides = computeSuffixProduct(type.getShape());
  SmallVector<int64_t> shape(type.getShape());
  // The first operand is the tensor.
  SmallVector<unsigned> in(operands.in);
  return [=, out = operands.out, isOutside = isOutside.get()](
             Register *r, int64_t begin, int64_t end) {
    Register one;
    for (int64_t i = begin; i < end; ++i) {
      int64_t offset = 0;
      for (auto [number, dim] : llvm::enumerate(shape)) {
        int64_t index = r[in[number]].i64[i];
        if (index < 0 || index >= dim) {
          *isOutside = true;
          return;
        }
        offset += index * strides[number];
      }
      Type element = type.getElementType();
      load(element, one, data + offset * *size, 1, 1);
      if (isa<FloatType>(element) && !element.isF64())
        r[out].f32[i] = one.f32[0];
      else
        r[out].i64[i] = one.i64[0];
    }
  };
}

Step Body::getStep(Operation *op, const Operands &operands) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return getConstantStep(constant.getValue(), operands.out);
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return getExtractStep(extract, operands);
  if (Step step = getFloatStep(op, operands))
    return roundResult(op->getResult(0).getType(), std::move(step),
                       operands.out);
  if (Step step = getIntegerStep(op, operands))
    return step;
  return getConversionStep(op, operands);
}

std::optional<unsigned> Body::index(unsigned dim) const {
  for (auto [known, number] : indices)
    if (known == dim)
      return number;
  return std::nullopt;
}

std::optional<unsigned> Body::getRegister(Value value) {
  auto [entry, isNew] = registers.try_emplace(value, registers.size());
  if (!isNew)
    return entry->second;
  unsigned out = entry->second;
  Operation *definition = value.getDefiningOp();
  if (!definition || definition->getNumResults() != 1 ||
      !isKnown(value.getType()))
    return std::nullopt;
  if (auto index = dyn_cast<linalg::IndexOp>(definition)) {
    indices.emplace_back(index.getDim(), out);
    return out;
  }
  Operands operands = {{}, out};
  for (Value operand : definition->getOperands()) {
    if (isa<TensorType>(operand.getType()))
      continue;
    std::optional<unsigned> in = getRegister(operand);
    if (!in)
      return std::nullopt;
    operands.in.push_back(*in);
    Operation *source = operand.getDefiningOp();
    if (operand == op.getRegionOutputArgs().front() ||
        (source && isDependent.contains(source)))
      isDependent.insert(definition);
  }
  Step step = getStep(definition, operands);
  if (!step)
    return std::nullopt;
  // What stands outside of the body holds for all elements.
  bool isInside = definition->getBlock() == op.getBlock() &&
                  !isa<arith::ConstantOp>(definition);
  (!isInside                          ? constants
   : isDependent.contains(definition) ? dependent
                                      : independent)
      .push_back(std::move(step));
  return out;
}

std::optional<Body> Body::compile(linalg::LinalgOp op, TensorReader read) {
  if (op->getNumResults() != 1 || op.hasDynamicShape())
    return std::nullopt;
  Body body;
  body.op = op;
  body.read = read;
  for (Value argument : op.getBlock()->getArguments()) {
    if (!argument.getType().isIntOrIndexOrFloat())
      return std::nullopt;
    body.registers.try_emplace(argument, body.registers.size());
  }
  Value value = op.getBlock()->getTerminator()->getOperand(0);
  std::optional<unsigned> result = body.getRegister(value);
  if (!result)
    return std::nullopt;
  body.yielded = *result;
  auto sum = value.getDefiningOp<arith::AddFOp>();
  Value sumSoFar = op.getRegionOutputArgs().front();
  if (sum && body.dependent.size() == 1 && sum.getLhs() != sum.getRhs())
    body.added = *body.getRegister(sum.getLhs() == sumSoFar ? sum.getRhs()
                                                            : sum.getLhs());
  return body;
}
