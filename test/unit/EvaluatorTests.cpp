//===- EvaluatorTests.cpp - ONNX operators on constants -------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Evaluator/ONNX.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace bitnet::evaluator;

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

static Tensor f32(Ints shape, Floats values) {
  return Tensor::of(ElementType::F32, std::move(shape), std::move(values));
}
static Tensor i64(Ints shape, Ints values) {
  return Tensor::of(ElementType::I64, std::move(shape), std::move(values));
}
static Tensor i8(Ints shape, std::vector<int8_t> values) {
  return Tensor::of(ElementType::I8, std::move(shape), std::move(values));
}
static Tensor u8(Ints shape, std::vector<uint8_t> values) {
  return Tensor::of(ElementType::U8, std::move(shape), std::move(values));
}
static Tensor vec(Floats values) {
  auto size = int64_t(values.size());
  return f32({size}, std::move(values));
}
static Tensor vec(Ints values) {
  auto size = int64_t(values.size());
  return i64({size}, std::move(values));
}

using Attributes = std::vector<std::pair<const char *, Attribute>>;

static std::optional<Tensor> run(const char *op, std::vector<Tensor> inputs,
                                 Attributes attributes = {}) {
  Node node;
  node.op = op;
  for (const Tensor &input : inputs)
    node.inputs.push_back(&input);
  for (auto &[name, value] : attributes)
    node.attributes.try_emplace(name, value);
  return evaluate(node);
}

template <typename T>
static void expect(const std::optional<Tensor> &result, Ints shape,
                   std::vector<T> values) {
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shape, shape);
  ASSERT_EQ(byteWidth(result->type), sizeof(T));
  EXPECT_EQ(result->values<T>().vec(), values);
}

TEST(Evaluator, Unary) {
  Floats x = {-2.5f, -0.5f, 0.5f, 1.5f, 2.5f};
  expect<float>(run("Round", {vec(x)}), {5}, {-2, -0.f, 0, 2, 2});
  expect<float>(run("Abs", {vec(x)}), {5}, {2.5, .5, .5, 1.5, 2.5});
  expect<float>(run("Floor", {vec(x)}), {5}, {-3, -1, 0, 1, 2});
  expect<float>(run("Ceil", {vec(x)}), {5}, {-2, -0.f, 1, 2, 3});
  expect<float>(run("Sign", {vec(x)}), {5}, {-1, -1, 1, 1, 1});
  expect<float>(run("Relu", {vec(x)}), {5}, {0, 0, .5, 1.5, 2.5});
  expect<float>(run("Reciprocal", {vec(Floats{3})}), {1}, {1.0f / 3.0f});
  expect<float>(run("Sqrt", {vec(Floats{2})}), {1}, {std::sqrt(2.0f)});
  expect<float>(run("Exp", {vec(Floats{0})}), {1}, {1});
  expect<int64_t>(run("Neg", {vec(Ints{3, -4})}), {2}, {-3, 4});
  EXPECT_FALSE(run("Sqrt", {vec(Ints{4})}));
}

TEST(Evaluator, ArithmeticIsThatOfF32) {
  for (float a : {0.1f, 3.3333f, 1e-30f, 16777217.f})
    for (float b : {0.7f, -9.9f, 3e20f}) {
      expect<float>(run("Add", {vec(Floats{a}), vec(Floats{b})}), {1}, {a + b});
      expect<float>(run("Mul", {vec(Floats{a}), vec(Floats{b})}), {1}, {a * b});
      expect<float>(run("Div", {vec(Floats{a}), vec(Floats{b})}), {1}, {a / b});
    }
}

TEST(Evaluator, Broadcasts) {
  expect<float>(run("Sub", {f32({2, 1}, {10, 20}), f32({3}, {1, 2, 3})}),
                {2, 3}, {9, 8, 7, 19, 18, 17});
  expect<int64_t>(run("Max", {vec(Ints{1, 5}), i64({}, {3}), vec(Ints{4, 0})}),
                  {2}, {4, 5});
  EXPECT_FALSE(run("Add", {vec(Ints{1, 2}), vec(Ints{1, 2, 3})}));
  EXPECT_FALSE(run("Add", {vec(Ints{1}), vec(Floats{1})}));
}

TEST(Evaluator, Integers) {
  expect<int64_t>(run("Div", {vec(Ints{-7, 7}), vec(Ints{2, -2})}), {2},
                  {-3, -3});
  expect<int64_t>(run("Mod", {vec(Ints{-7, 7}), vec(Ints{3, -3})}), {2},
                  {2, -2});
  expect<int64_t>(
      run("Mod", {vec(Ints{-7, 7}), vec(Ints{3, -3})}, {{"fmod", int64_t(1)}}),
      {2}, {-1, 1});
  int64_t least = std::numeric_limits<int64_t>::min();
  expect<int64_t>(run("Div", {vec(Ints{least}), vec(Ints{-1})}), {1}, {least});
  EXPECT_FALSE(run("Div", {vec(Ints{1}), vec(Ints{0})}));
  expect<int64_t>(run("Pow", {vec(Ints{3}), vec(Ints{4})}), {1}, {81});
  // The exponent may have another type than the base.
  expect<float>(run("Pow", {vec(Floats{3}), vec(Ints{2})}), {1}, {9});
  // Four codes of two bits in a byte.
  expect<uint8_t>(
      run("BitwiseAnd",
          {*run("BitShift", {u8({1}, {0b11100100}), u8({4}, {0, 2, 4, 6})},
                {{"direction", std::string("RIGHT")}}),
           u8({}, {3})}),
      {4}, {0, 1, 2, 3});
}

TEST(Evaluator, ComparesAndChooses) {
  auto greater = run("Greater", {vec(Floats{1, 3}), vec(Floats{2})});
  expect<bool>(greater, {2}, {false, true});
  expect<bool>(run("Not", {*greater}), {2}, {true, false});
  expect<float>(run("Where", {*greater, vec(Floats{7}), vec(Floats{8, 9})}),
                {2}, {8, 7});
  expect<bool>(run("Equal", {vec(Ints{1, 2}), vec(Ints{1, 3})}), {2},
               {true, false});
  expect<bool>(run("Or", {*greater, *run("Not", {*greater})}), {2},
               {true, true});
}

TEST(Evaluator, Clips) {
  Tensor x = vec(Floats{-5, 0.5, 5});
  expect<float>(run("Clip", {x, f32({}, {-1}), f32({}, {1})}), {3},
                {-1, .5, 1});
  expect<float>(run("Clip", {x, f32({}, {-1})}), {3}, {-1, .5, 5});
  expect<float>(run("Clip", {x}, {{"max", 1.0f}}), {3}, {-5, .5, 1});
}

TEST(Evaluator, Casts) {
  expect<int8_t>(
      run("Cast", {vec(Floats{-1.9f, 2.9f, 300})}, {{"to", int64_t(3)}}), {3},
      {-1, 2, 127});
  expect<bool>(run("Cast", {vec(Ints{0, 2})}, {{"to", int64_t(9)}}), {2},
               {false, true});
  // To the nearest 16-bit float and back: ties to even, subnormals, overflow.
  auto through = [](int64_t type, Floats values) {
    auto narrow = run("Cast", {vec(values)}, {{"to", type}});
    return run("Cast", {*narrow}, {{"to", int64_t(1)}});
  };
  float tie = 1.0f + std::ldexp(1.0f, -11), tiny = std::ldexp(3.0f, -25);
  float infinity = std::numeric_limits<float>::infinity();
  expect<float>(through(10, {1.5f, tie, -tiny, 65504, 65520}), {5},
                {1.5f, 1.0f, -std::ldexp(1.0f, -23), 65504, infinity});
  expect<float>(through(16, {3.1415927f, 1.00390625f, -0.0f}), {3},
                {3.140625f, 1.0f, -0.0f});
  EXPECT_FALSE(run("Cast", {vec(Floats{1})}, {{"to", int64_t(22)}}));
}

TEST(Evaluator, MovesElements) {
  Tensor x = i64({2, 3}, {0, 1, 2, 3, 4, 5});
  expect<int64_t>(run("Transpose", {x}), {3, 2}, {0, 3, 1, 4, 2, 5});
  EXPECT_FALSE(run("Transpose", {x}, {{"perm", Ints{0, 0}}}));
  expect<int64_t>(
      run("Concat", {x, i64({2, 1}, {8, 9})}, {{"axis", int64_t(-1)}}), {2, 4},
      {0, 1, 2, 8, 3, 4, 5, 9});
  expect<int64_t>(
      run("Gather", {x, i64({1, 2}, {-1, 0})}, {{"axis", int64_t(1)}}),
      {2, 1, 2}, {2, 0, 5, 3});
  EXPECT_FALSE(run("Gather", {x, vec(Ints{2})}));
  expect<int64_t>(run("Expand", {vec(Ints{1, 2}), vec(Ints{2, 1})}), {2, 2},
                  {1, 2, 1, 2});
}

TEST(Evaluator, Slices) {
  Tensor x = vec(Ints{0, 1, 2, 3, 4});
  int64_t most = std::numeric_limits<int64_t>::max(), least = -most - 1;
  auto slice = [&](int64_t start, int64_t end, int64_t step) {
    return run("Slice", {x, vec(Ints{start}), vec(Ints{end}), vec(Ints{0}),
                         vec(Ints{step})});
  };
  expect<int64_t>(slice(1, most, 1), {4}, {1, 2, 3, 4});
  expect<int64_t>(slice(-2, most, 1), {2}, {3, 4});
  expect<int64_t>(slice(0, most, 2), {3}, {0, 2, 4});
  expect<int64_t>(slice(most, least, -1), {5}, {4, 3, 2, 1, 0});
  expect<int64_t>(slice(-1, least, least), {1}, {4});
  expect<int64_t>(slice(7, 9, 1), {0}, {});
  expect<int64_t>(slice(3, 1, 1), {0}, {});
  EXPECT_FALSE(slice(0, 5, 0));
  expect<int64_t>(run("Slice", {x}, {{"starts", Ints{1}}, {"ends", Ints{2}}}),
                  {1}, {1});
}

TEST(Evaluator, Shapes) {
  Tensor x = i64({2, 1, 3}, {0, 1, 2, 3, 4, 5});
  Ints values = {0, 1, 2, 3, 4, 5};
  expect<int64_t>(run("Reshape", {x, vec(Ints{0, -1})}), {2, 3}, values);
  expect<int64_t>(run("Squeeze", {x}), {2, 3}, values);
  expect<int64_t>(run("Squeeze", {x}, {{"axes", Ints{1}}}), {2, 3}, values);
  expect<int64_t>(run("Unsqueeze", {x, vec(Ints{0, -1})}), {1, 2, 1, 3, 1},
                  values);
  EXPECT_FALSE(run("Reshape", {x, vec(Ints{4, -1})}));
  EXPECT_FALSE(run("Squeeze", {x, vec(Ints{0})}));
  expect<int64_t>(run("Shape", {x}, {{"start", int64_t(-2)}}), {2}, {1, 3});
  expect<float>(run("ConstantOfShape", {vec(Ints{2})}), {2}, {0, 0});
  expect<int64_t>(
      run("ConstantOfShape", {vec(Ints{2})}, {{"value", vec(Ints{7})}}), {2},
      {7, 7});
  expect<int64_t>(run("Range", {i64({}, {5}), i64({}, {0}), i64({}, {-2})}),
                  {3}, {5, 3, 1});
  EXPECT_FALSE(run("Range", {i64({}, {0}), i64({}, {5}), i64({}, {0})}));
  EXPECT_FALSE(run("ConstantOfShape", {vec(Ints{1 << 20, 1 << 20})}));
}

TEST(Evaluator, Reduces) {
  Tensor x = f32({2, 3}, {1, 2, 3, 4, 5, 9});
  expect<float>(run("ReduceMean", {x}), {1, 1}, {4});
  expect<float>(run("ReduceMean", {x}, {{"axes", Ints{-1}}}), {2, 1}, {2, 6});
  expect<float>(run("ReduceMax", {x, vec(Ints{0})}, {{"keepdims", int64_t(0)}}),
                {3}, {4, 5, 9});
  expect<float>(run("ReduceMin", {x}, {{"keepdims", int64_t(0)}}), {}, {1});
  expect<float>(run("ReduceSum", {x, vec(Ints{})},
                    {{"noop_with_empty_axes", int64_t(1)}}),
                {2, 3}, {1, 2, 3, 4, 5, 9});
  // In f32 each addition of 1 would be lost.
  Floats ones(1001, 1.0f);
  ones[0] = 16777216.0f;
  expect<float>(run("ReduceSum", {vec(ones)}), {1}, {16778216.0f});
}

TEST(Evaluator, Quantizes) {
  Tensor scale = vec(Floats{0.5f, 2});
  Tensor x = i8({2, 2}, {1, -1, 3, -3});
  expect<float>(run("DequantizeLinear", {x, scale}, {{"axis", int64_t(0)}}),
                {2, 2}, {.5, -.5, 6, -6});
  expect<float>(run("DequantizeLinear", {x, scale, i8({2}, {1, 0})}), {2, 2},
                {0, -2, 1, -6});
  expect<float>(run("DequantizeLinear",
                    {i8({1, 3}, {1, 2, 3}), f32({1, 2}, {1, 10})},
                    {{"axis", int64_t(1)}, {"block_size", int64_t(2)}}),
                {1, 3}, {1, 2, 30});
  EXPECT_FALSE(run("DequantizeLinear", {x, vec(Floats{1, 2, 3})}));
  expect<int8_t>(run("QuantizeLinear", {vec(Floats{0.25f, 0.75f, -100, 100}),
                                        f32({}, {0.5f}), i8({}, {1})}),
                 {4}, {1, 3, -128, 127});
  expect<uint8_t>(run("QuantizeLinear", {vec(Floats{-1, 3}), f32({}, {1})}),
                  {2}, {0, 3});
}

TEST(Evaluator, KnowsWhatItKnows) {
  EXPECT_TRUE(knows("Abs"));
  EXPECT_FALSE(knows("MatMul"));
  EXPECT_FALSE(run("MatMul", {vec(Floats{1}), vec(Floats{1})}));
  EXPECT_FALSE(run("Add", {vec(Floats{1})}));
}
