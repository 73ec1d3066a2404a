//===- Lanes.cpp - Lanes from memory and back -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"

#include <array>

using namespace mlir;
using namespace bitnet;
using namespace bitnet::evaluator;
using llvm::APFloat;

unsigned evaluator::getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

bool evaluator::isKnown(Type type) {
  if (type.isF16() || type.isBF16() || type.isF32() || type.isF64())
    return true;
  return type.isIndex() || type.isInteger(1) || type.isInteger(8) ||
         type.isInteger(16) || type.isInteger(32) || type.isInteger(64);
}

//===----------------------------------------------------------------------===//
// Floats of 16 bits
//===----------------------------------------------------------------------===//

/// The bits of the bf16 next to `value`. A NaN keeps its upper bits.
static uint16_t toBFloat16(float value) {
  auto bits = llvm::bit_cast<uint32_t>(value);
  if (value != value)
    return uint16_t(bits >> 16) | 0x40;
  return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/// The bits of the f16 next to `value`.
static uint16_t toHalf(float value) {
  auto bits = llvm::bit_cast<uint32_t>(value);
  uint16_t sign = (bits >> 16) & 0x8000;
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) // a NaN
    return sign | 0x7e00;
  if (bits >= 0x477ff000) // 65520 and more
    return sign | 0x7c00;
  if (bits < 0x38800000) { // less than the smallest normal number, 2^-14
    // The last bit of a sum with 0.5 is that of the smallest f16.
    float sum = llvm::bit_cast<float>(bits) + 0.5f;
    return sign | uint16_t(llvm::bit_cast<uint32_t>(sum) - 0x3f000000);
  }
  // The exponent's bias goes from 127 to 15.
  return sign |
         uint16_t((bits - 0x38000000 + 0xfff + ((bits >> 13) & 1)) >> 13);
}

static float fromBFloat16(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}

static float fromHalf(uint16_t bits) {
  static const auto table = [] {
    auto values = std::make_unique<std::array<float, 65536>>();
    for (uint32_t i = 0; i < values->size(); ++i) {
      APFloat value(APFloat::IEEEhalf(), llvm::APInt(16, i));
      bool losesInfo;
      value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                    &losesInfo);
      (*values)[i] = value.convertToFloat();
    }
    return values;
  }();
  return (*table)[bits];
}

Step evaluator::roundResult(Type type, Step step, unsigned out) {
  if (!type.isF16() && !type.isBF16())
    return step;
  return [=, step = std::move(step)](Register *r, int64_t begin, int64_t end) {
    step(r, begin, end);
    float *lanes = r[out].f32;
    if (type.isBF16())
      for (int64_t i = begin; i < end; ++i)
        lanes[i] = fromBFloat16(toBFloat16(lanes[i]));
    else
      for (int64_t i = begin; i < end; ++i)
        lanes[i] = fromHalf(toHalf(lanes[i]));
  };
}

double evaluator::roundTo(Type type, double value) {
  if (type.isF64())
    return value;
  if (type.isF32())
    return float(value);
  APFloat rounded(value);
  bool losesInfo;
  rounded.convert(cast<FloatType>(type).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &losesInfo);
  return rounded.convertToDouble();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

template <typename Stored, typename Lane, typename F>
static void loadAs(Lane *lanes, const char *data, int64_t stride, int64_t count,
                   F &&convert) {
  auto *from = reinterpret_cast<const Stored *>(data);
  if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      lanes[i] = convert(from[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      lanes[i] = convert(from[i * stride]);
}

template <typename Stored, typename Lane, typename F>
static void storeAs(char *data, int64_t stride, const Lane *lanes,
                    int64_t count, F &&convert) {
  auto *to = reinterpret_cast<Stored *>(data);
  if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      to[i] = convert(lanes[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      to[i * stride] = convert(lanes[i]);
}

void evaluator::load(Type type, Register &lanes, const char *data,
                     int64_t stride, int64_t count) {
  auto same = [](auto value) { return value; };
  if (type.isF32())
    return loadAs<float>(lanes.f32, data, stride, count, same);
  if (type.isF64())
    return loadAs<double>(lanes.f64, data, stride, count, same);
  if (type.isF16())
    return loadAs<uint16_t>(lanes.f32, data, stride, count, fromHalf);
  if (type.isBF16())
    return loadAs<uint16_t>(lanes.f32, data, stride, count, fromBFloat16);
  switch (getWidth(type)) {
  case 1: // a byte, 0 or 1
    return loadAs<int8_t>(lanes.i64, data, stride, count,
                          [](int8_t value) { return -int64_t(value & 1); });
  case 8:
    return loadAs<int8_t>(lanes.i64, data, stride, count, same);
  case 16:
    return loadAs<int16_t>(lanes.i64, data, stride, count, same);
  case 32:
    return loadAs<int32_t>(lanes.i64, data, stride, count, same);
  default:
    return loadAs<int64_t>(lanes.i64, data, stride, count, same);
  }
}

void evaluator::store(Type type, char *data, int64_t stride, Register &lanes,
                      int64_t count) {
  auto same = [](auto value) { return value; };
  if (type.isF32())
    return storeAs<float>(data, stride, lanes.f32, count, same);
  if (type.isF64())
    return storeAs<double>(data, stride, lanes.f64, count, same);
  if (type.isF16())
    return storeAs<uint16_t>(data, stride, lanes.f32, count, toHalf);
  if (type.isBF16())
    return storeAs<uint16_t>(data, stride, lanes.f32, count, toBFloat16);
  switch (getWidth(type)) {
  case 1:
    return storeAs<int8_t>(data, stride, lanes.i64, count,
                           [](int64_t value) { return value & 1; });
  case 8:
    return storeAs<int8_t>(data, stride, lanes.i64, count, same);
  case 16:
    return storeAs<int16_t>(data, stride, lanes.i64, count, same);
  case 32:
    return storeAs<int32_t>(data, stride, lanes.i64, count, same);
  default:
    return storeAs<int64_t>(data, stride, lanes.i64, count, same);
  }
}
