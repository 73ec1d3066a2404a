//===- PackingTests.cpp - Trits in words and back -------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Packing/Packing.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace bitnet::packing;

static const Packing packings[] = {{1, 2, 8, 16},   {2, 4, 8, 64},
                                   {3, 5, 16, 128}, {5, 8, 8, 32},
                                   {1, 2, 32, 64},  {3, 5, 32, 32}};

TEST(Packing, RoundTripsOddShapes) {
  std::mt19937 random(1);
  for (const Packing &packing : packings)
    for (auto [rows, depth] : {std::pair<int64_t, int64_t>{1, 1},
                               {3, 7},
                               {16, 9},
                               {129, 301},
                               {256, 256}}) {
      std::vector<int8_t> trits(rows * depth), back(rows * depth, 5);
      for (int8_t &trit : trits)
        trit = int8_t(random() % 3) - 1;
      std::vector<uint8_t> storage(packing.storageBytes(rows, depth));
      pack(packing, trits.data(), rows, depth, storage.data());
      unpack(packing, storage.data(), rows, depth, back.data());
      EXPECT_EQ(trits, back) << packing.group << " " << rows << "x" << depth;
    }
}

TEST(Packing, FormatIsAsDocumented) {
  // Row 1 of two, trits +1 0 -1 | 0 0 +1 | -1: indices 5, 22, 12 (padded).
  const int8_t trits[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 1, -1};
  Packing packing{3, 5, 16, 16};
  std::vector<uint8_t> storage(packing.storageBytes(2, 7));
  ASSERT_EQ(storage.size(), 32u);
  pack(packing, trits, 2, 7, storage.data());
  EXPECT_EQ(storage[2] | storage[3] << 8, 5 | 22 << 5 | 12 << 10);
  EXPECT_EQ(storage[2], 0xc5);
  EXPECT_EQ(storage[3], 0x32);
  EXPECT_EQ(packing.zeroWord(), 0x35adu);
  EXPECT_EQ(unsigned(storage[0] | storage[1] << 8), packing.zeroWord());
  EXPECT_EQ(unsigned(storage[30] | storage[31] << 8), packing.zeroWord());
}

TEST(Packing, ExamplesOfTheDocumentation) {
  // The first bytes of a row +1 0 -1 -1 and of a row of zeros, as in
  // docs/packings.md.
  const int8_t trits[] = {1, 0, -1, -1, 0, 0, 0, 0};
  std::vector<uint8_t> storage(32);
  pack({1, 2, 8, 32}, trits, 2, 4, storage.data());
  EXPECT_EQ(storage[0], 0x06);
  EXPECT_EQ(storage[1], 0x55);
  pack({2, 4, 8, 32}, trits, 2, 4, storage.data());
  EXPECT_EQ(storage[0], 0x05);
  EXPECT_EQ(storage[1], 0x44);
  EXPECT_EQ(Packing({3, 5, 16, 64}).storageBytes(640, 256), 37120u);
  EXPECT_EQ(Packing({1, 2, 8, 32}).storageBytes(640, 256), 40960u);
  EXPECT_EQ(Packing({3, 5, 16, 128}).storageBytes(2560, 2560), 1459200u);
}

TEST(Packing, RefusesWhatCannotBeCoded) {
  EXPECT_EQ(*Packing({3, 4, 16, 16}).invalid(),
            "4 bits cannot hold the 27 indices of 3 trits");
  EXPECT_EQ(*Packing({1, 2, 8, 20}).invalid(),
            "rows is 20, expected a positive multiple of 16");
  EXPECT_EQ(*Packing({1, 2, 12, 16}).invalid(),
            "word_bits is 12, expected 8, 16 or 32");
  EXPECT_EQ(*Packing({6, 10, 16, 16}).invalid(), "group is 6, expected 1 to 5");
  for (const Packing &packing : packings)
    EXPECT_FALSE(packing.invalid());
}
