//===- LutBuild.cpp - Tables of signed sums -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

using namespace mlir;
using namespace bitnet::kernels;

/// The entries whose i-th trit is `digit` - 1.
static Value tritMask(Emitter &e, const RegisterLookup &lookup, unsigned codes,
                      unsigned trit, unsigned digit) {
  unsigned power = 1;
  for (unsigned i = 0; i < trit; ++i)
    power *= 3;
  SmallVector<int64_t> lanes(lookup.entries(), 0);
  for (unsigned code = 0; code < codes; ++code)
    lanes[code] = code / power % 3 == digit;
  return e.vectorConstant(/*bits=*/1, lanes);
}

void bitnet::kernels::emitLutBuild(Emitter &e, const Isa &isa,
                                   const Shape &shape, ValueRange arguments) {
  Value activations = arguments[0], table = arguments[1];
  const RegisterLookup &lookup = *isa.registerLookup();
  unsigned group = shape.packing.group, codes = shape.packing.codes();
  size_t planes = lookup.planeShifts().size();
  Values plus, minus;
  for (unsigned trit = 0; trit < group; ++trit) {
    plus.push_back(tritMask(e, lookup, codes, trit, 2));
    minus.push_back(tritMask(e, lookup, codes, trit, 0));
  }

  // The sums of one group, of which the first `count` activations exist: one
  // vector for each plane.
  auto sumsOf = [&](Value token, Value groupIndex, int64_t count) {
    Type entry = e.vectorType(lookup.entries(), lookup.entryBits());
    Values sums(planes, e.constant(entry, lookup.bias()));
    Value first = e.scale(groupIndex, group);
    for (int64_t i = 0; i < count; ++i) {
      Value activation = e.load(activations, {token, e.add(first, i)});
      for (auto [plane, share] : llvm::enumerate(lookup.split(e, activation))) {
        Value x = e.broadcast(share, lookup.entries());
        sums[plane] = isa.maskedAdd(e, sums[plane], x, plus[i], minus[i]);
      }
    }
    return sums;
  };

  int64_t full = shape.depth / group, rest = shape.depth % group;
  // The tables of as many tokens as `target` looks up at once.
  auto buildTokens = [&](const RegisterLookup &target, Value token) {
    auto build = [&](Value groupIndex, int64_t count) {
      SmallVector<Values> byPlane(planes);
      for (unsigned t = 0; t < target.tokens(); ++t) {
        Values sums = sumsOf(e.add(token, t), groupIndex, count);
        for (auto [plane, sum] : llvm::enumerate(sums))
          byPlane[plane].push_back(sum);
      }
      for (auto [plane, sums] : llvm::enumerate(byPlane))
        target.storeTable(e, sums, table, token, groupIndex,
                          int64_t(plane) * lookup.entries());
    };
    e.loop(e.index(full), [&](Value g) { build(g, group); });
    if (rest != 0)
      build(e.index(full), rest);
    // Indices that only fill up the last word.
    for (int64_t g = full + (rest != 0); g < shape.groups(); ++g)
      build(e.index(g), 0);
  };

  Value begin = e.index(0), tokens = e.dim(table, 0);
  if (const RegisterLookup *pair = isa.pairLookup()) {
    Value even = e.bitAnd(tokens, -2);
    e.loop(begin, even, 2, [&](Value token) { buildTokens(*pair, token); });
    begin = even;
  }
  e.loop(begin, tokens, 1, [&](Value token) { buildTokens(lookup, token); });
}
