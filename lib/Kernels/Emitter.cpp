//===- Emitter.cpp - A builder for kernels --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet::kernels;

//===----------------------------------------------------------------------===//
// Constants and arithmetic
//===----------------------------------------------------------------------===//

Value Emitter::constant(Type type, int64_t value) {
  TypedAttr attribute;
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = SplatElementsAttr::get(
        vector, getIntegerAttr(vector.getElementType(), value));
  else
    attribute = getIntegerAttr(type, value);
  return arith::ConstantOp::create(*this, attribute);
}

Value Emitter::zero(Type type) {
  return arith::ConstantOp::create(*this, getZeroAttr(type));
}

Value Emitter::vectorConstant(unsigned bits, ArrayRef<int64_t> values) {
  SmallVector<APInt> elements;
  for (int64_t value : values)
    elements.push_back(
        APInt(bits, value, /*isSigned=*/true, /*implicitTrunc=*/true));
  return arith::ConstantOp::create(
      *this, DenseElementsAttr::get(vectorType(values.size(), bits), elements));
}

Value Emitter::add(Value lhs, Value rhs) {
  return arith::AddIOp::create(*this, lhs, rhs);
}

Value Emitter::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, constantLike(lhs, rhs));
}

Value Emitter::sub(Value lhs, Value rhs) {
  return arith::SubIOp::create(*this, lhs, rhs);
}

Value Emitter::bitAnd(Value lhs, Value rhs) {
  return arith::AndIOp::create(*this, lhs, rhs);
}

Value Emitter::bitAnd(Value lhs, int64_t rhs) {
  return bitAnd(lhs, constantLike(lhs, rhs));
}

Value Emitter::shiftLeft(Value value, int64_t bits) {
  if (bits == 0)
    return value;
  return arith::ShLIOp::create(*this, value, constantLike(value, bits));
}

Value Emitter::shiftRight(Value value, int64_t bits) {
  if (bits == 0)
    return value;
  return arith::ShRUIOp::create(*this, value, constantLike(value, bits));
}

Value Emitter::shiftRightSigned(Value value, int64_t bits) {
  if (bits == 0)
    return value;
  return arith::ShRSIOp::create(*this, value, constantLike(value, bits));
}

Value Emitter::scale(Value index, int64_t factor) {
  if (llvm::isPowerOf2_64(factor))
    return shiftLeft(index, llvm::Log2_64(factor));
  return arith::MulIOp::create(*this, index, constantLike(index, factor));
}

Value Emitter::equal(Value value, int64_t constant) {
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::eq, value,
                               constantLike(value, constant));
}

Value Emitter::isNegative(Value value) {
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::slt, value,
                               constantLike(value, 0));
}

Value Emitter::select(Value mask, Value lhs, Value rhs) {
  return arith::SelectOp::create(*this, mask, lhs, rhs);
}

static Type withWidth(Emitter &emitter, Type type, unsigned bits) {
  Type element = emitter.getIntegerType(bits);
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

Value Emitter::extendSigned(Value value, unsigned bits) {
  Type type = withWidth(*this, value.getType(), bits);
  if (type == value.getType())
    return value;
  return arith::ExtSIOp::create(*this, type, value);
}

Value Emitter::extendUnsigned(Value value, unsigned bits) {
  Type type = withWidth(*this, value.getType(), bits);
  if (type == value.getType())
    return value;
  return arith::ExtUIOp::create(*this, type, value);
}

Value Emitter::truncate(Value value, unsigned bits) {
  return arith::TruncIOp::create(*this, withWidth(*this, value.getType(), bits),
                                 value);
}

Value Emitter::toIndex(Value value) {
  return arith::IndexCastUIOp::create(*this, getIndexType(), value);
}

Value Emitter::broadcast(Value scalar, int64_t lanes) {
  return vector::BroadcastOp::create(
      *this, VectorType::get({lanes}, scalar.getType(), {isScalable}), scalar);
}

Value Emitter::lanesOf(int64_t lanes, int64_t registers) {
  if (!isScalable)
    return index(lanes * registers);
  return scale(vector::VectorScaleOp::create(*this), lanes * registers);
}

Value Emitter::laneMask(Value begin, Value end, int64_t lanes) {
  if (!isScalable)
    return {};
  auto toInteger = [&](Value index) -> Value {
    return arith::IndexCastUIOp::create(*this, getI64Type(), index);
  };
  return intrinsic("llvm.get.active.lane.mask", vectorType(lanes, 1),
                   {toInteger(begin), toInteger(end)});
}

Value Emitter::intrinsic(StringRef name, Type result, ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(*this, result, getStringAttr(name),
                                       arguments)
      .getResults();
}

Values Emitter::intrinsic(StringRef name, Type result, unsigned count,
                          ValueRange arguments) {
  auto type = LLVM::LLVMStructType::getLiteral(
      getContext(), SmallVector<Type>(count, result));
  Value all = intrinsic(name, type, arguments);
  Values parts;
  for (unsigned i = 0; i < count; ++i)
    parts.push_back(LLVM::ExtractValueOp::create(*this, all, i));
  return parts;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value Emitter::dim(Value memref, int64_t dimension) {
  return memref::DimOp::create(*this, memref, index(dimension));
}

Value Emitter::addressOf(Value memref, Value index) {
  auto type = cast<MemRefType>(memref.getType());
  auto metadata = memref::ExtractStridedMetadataOp::create(*this, memref);
  Value element = add(metadata.getOffset(), index);
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(*this, memref);
  Value address = add(base, scale(element, type.getElementTypeBitWidth() / 8));
  Value bits = arith::IndexCastUIOp::create(*this, getI64Type(), address);
  return LLVM::IntToPtrOp::create(
      *this, LLVM::LLVMPointerType::get(getContext()), bits);
}

Value Emitter::load(Value memref, ValueRange indices) {
  return memref::LoadOp::create(*this, memref, indices);
}

Value Emitter::loadVector(int64_t lanes, Value memref, ValueRange indices,
                          unsigned alignment, Value mask) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  auto type = VectorType::get({lanes}, element, {isScalable});
  if (mask)
    return vector::MaskedLoadOp::create(*this, type, memref, indices, mask,
                                        zero(type),
                                        llvm::MaybeAlign(alignment));
  return vector::LoadOp::create(*this, type, memref, indices,
                                /*nontemporal=*/false,
                                llvm::MaybeAlign(alignment));
}

void Emitter::storeVector(Value value, Value memref, ValueRange indices,
                          Value mask) {
  if (mask)
    vector::MaskedStoreOp::create(*this, memref, indices, mask, value);
  else
    vector::StoreOp::create(*this, value, memref, indices);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void Emitter::loop(Value lower, Value upper, Value step,
                   function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(*this, lower, upper, step);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Values Emitter::loop(Value lower, int64_t count, int64_t step,
                     ValueRange initial,
                     function_ref<Values(Value, ValueRange)> body) {
  if (count <= 0)
    return Values(initial);
  if (count <= step)
    return body(lower, initial);
  Value upper = add(lower, index(count));
  auto loop = scf::ForOp::create(*this, lower, upper, index(step), initial);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  Values next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(*this, next);
  return Values(loop.getResults());
}

void Emitter::registers(Value count, int64_t lanes,
                        function_ref<void(Value, Value)> body) {
  Value none = index(0);
  loop(none, count, lanesOf(lanes),
       [&](Value begin) { body(begin, laneMask(begin, count, lanes)); });
}

void Emitter::branch(Value condition, function_ref<void()> yes,
                     function_ref<void()> no) {
  auto branch = scf::IfOp::create(*this, condition, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  yes();
  setInsertionPointToStart(branch.elseBlock());
  no();
}

void Emitter::chunks(int64_t count, int64_t size,
                     function_ref<void(Value, int64_t)> body) {
  int64_t full = count / size * size;
  if (full == size)
    body(index(0), size);
  else if (full > 0)
    loop(index(0), index(full), size, [&](Value begin) { body(begin, size); });
  if (full != count)
    body(index(full), count - full);
}

void Emitter::tiles(Value count, int64_t most,
                    function_ref<void(Value, int64_t)> body) {
  Value begin = index(0);
  for (int64_t size = most; size > 0; size /= 2) {
    Value end =
        size == most ? bitAnd(count, -size) : add(begin, bitAnd(count, size));
    loop(begin, end, size, [&](Value at) { body(at, size); });
    begin = end;
  }
}
