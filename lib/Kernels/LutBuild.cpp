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

/// All bits of the entries whose i-th trit is `digit` - 1.
static Value tritMask(Emitter &e, const RegisterLookup &lookup, unsigned codes,
                      unsigned trit, unsigned digit) {
  unsigned power = 1;
  for (unsigned i = 0; i < trit; ++i)
    power *= 3;
  SmallVector<int64_t> lanes(lookup.entries(), 0);
  for (unsigned code = 0; code < codes; ++code)
    lanes[code] = code / power % 3 == digit ? -1 : 0;
  return e.vectorConstant(lookup.entryBits(), lanes);
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

  // The sums of one group, of which the first `count` activations exist.
  auto build = [&](Value token, Value groupIndex, int64_t count) {
    Type entry = e.vectorType(lookup.entries(), lookup.entryBits());
    Values sums(planes, e.constant(entry, 0));
    Value first = e.scale(groupIndex, group);
    for (int64_t i = 0; i < count; ++i) {
      Value activation = e.load(activations, {token, e.add(first, i)});
      for (auto [plane, share] : llvm::enumerate(lookup.split(e, activation))) {
        Value x = e.broadcast(share, lookup.entries());
        Value added = e.bitAnd(x, plus[i]);
        Value signedShare = e.sub(added, e.bitAnd(x, minus[i]));
        sums[plane] = i == 0 ? signedShare : e.add(sums[plane], signedShare);
      }
    }
    for (auto [plane, sum] : llvm::enumerate(sums))
      e.storeVector(
          sum, table,
          {token, groupIndex, e.index(int64_t(plane) * lookup.entries())});
  };

  int64_t full = shape.depth / group, rest = shape.depth % group;
  e.loop(e.dim(table, 0), [&](Value token) {
    e.loop(e.index(full), [&](Value g) { build(token, g, group); });
    if (rest != 0)
      build(token, e.index(full), rest);
    // Indices that only fill up the last word.
    for (int64_t g = full + (rest != 0); g < shape.groups(); ++g)
      build(token, e.index(g), 0);
  });
}
