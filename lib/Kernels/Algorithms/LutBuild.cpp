//===- LutBuild.cpp - Tables of signed sums -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// Some neighbouring trits of a group, whose sums fit one register.
struct Part {
  unsigned first, trits;
  /// Where an activation is added and subtracted, by trit.
  Values plus, minus;
};
} // namespace

static unsigned power3(unsigned exponent) {
  unsigned power = 1;
  for (unsigned i = 0; i < exponent; ++i)
    power *= 3;
  return power;
}

/// The `lanes` of a table by code whose i-th trit is `digit` - 1.
static Value tritMask(Emitter &e, int64_t lanes, unsigned codes, unsigned trit,
                      unsigned digit) {
  SmallVector<int64_t> mask(lanes, 0);
  for (unsigned code = 0; code < codes; ++code)
    mask[code] = code / power3(trit) % 3 == digit;
  return e.vectorConstant(/*bits=*/1, mask);
}

/// The sums of a part by the entries of the group's table.
static Value spread(Emitter &e, const RegisterLookup &lookup, const Part &part,
                    Value sums) {
  SmallVector<int64_t> from;
  for (unsigned entry = 0; entry < lookup.entries(); ++entry)
    from.push_back(lookup.codeOf(entry) / power3(part.first) %
                   power3(part.trits));
  return vector::ShuffleOp::create(e, sums, sums, from);
}

/// The tables of as many groups as fit a register of activations with a lane to
/// spare, which is zero: each trit of a table permutes the activations and what
/// is left of them when they are subtracted from zero.
static void buildByPermuting(Emitter &e, const RegisterLookup &lookup,
                             unsigned group, Value activations, Value table,
                             Value token, Value firstGroup) {
  int64_t lanes = lookup.entries(), used = (lanes - 1) / group * group;
  Value at = e.scale(firstGroup, group);
  Value x = lookup.split(
      e, e.loadVector(lanes, activations, {token, at}, /*alignment=*/1))[0];
  SmallVector<int64_t> isUsed(lanes, 0);
  std::fill_n(isUsed.begin(), used, 1);
  x = e.select(e.vectorConstant(/*bits=*/1, isUsed), x, e.constantLike(x, 0));
  Value negated = e.sub(e.constantLike(x, 0), x);
  for (int64_t g = 0; g < used / group; ++g) {
    Value sums;
    for (unsigned trit = 0; trit < group; ++trit) {
      SmallVector<int64_t> from(lanes, used);
      for (unsigned code = 0; code < power3(group); ++code)
        if (unsigned digit = code / power3(trit) % 3; digit != 1)
          from[code] = g * group + trit + (digit == 0 ? lanes : 0);
      Value some = vector::ShuffleOp::create(e, x, negated, from);
      sums = sums ? e.add(sums, some) : some;
    }
    lookup.storeTable(e, {sums}, table, token, e.add(firstGroup, g),
                      /*first=*/0);
  }
}

/// The tables of all inputs, or of those of one scale group.
static void buildTables(Emitter &e, const Isa &isa, const Shape &shape,
                        bitnet::ternary::LutRegistersAttr algorithm,
                        Value activations, Value table) {
  const RegisterLookup &lookup = *isa.registerLookup();
  unsigned group = shape.packing.group;
  size_t planes = lookup.planeShifts().size();
  // A group's table is put together from those of up to three trits.
  bool whole = group <= 3;
  int64_t lanes = whole ? lookup.entries() : 32;
  SmallVector<Part> parts;
  for (unsigned first = 0; first < group; first += 3) {
    Part part{first, std::min(group - first, 3u), {}, {}};
    for (unsigned trit = 0; trit < part.trits; ++trit) {
      unsigned codes = power3(part.trits);
      part.plus.push_back(tritMask(e, lanes, codes, trit, 2));
      part.minus.push_back(tritMask(e, lanes, codes, trit, 0));
    }
    parts.push_back(part);
  }

  // The sums of one group, of which the first `count` activations exist: one
  // vector for each plane.
  auto sumsOf = [&](Value token, Value groupIndex, int64_t count) {
    Type type = e.vectorType(lanes, lookup.entryBits());
    Value first = e.scale(groupIndex, group);
    Values all;
    for (const Part &part : parts) {
      int64_t bias = part.first == 0 ? lookup.bias() : 0;
      Values sums(planes, e.constant(type, bias));
      for (unsigned i = 0; i < part.trits && part.first + i < count; ++i) {
        Value at = e.add(first, part.first + i);
        Values shares = lookup.split(e, e.load(activations, {token, at}));
        for (auto [sum, share] : llvm::zip(sums, shares)) {
          Value x = e.broadcast(share, lanes);
          sum = isa.maskedAdd(e, sum, x, part.plus[i], part.minus[i]);
        }
      }
      for (auto [plane, sum] : llvm::enumerate(sums)) {
        Value entries = whole ? sum : spread(e, lookup, part, sum);
        if (part.first == 0)
          all.push_back(entries);
        else
          all[plane] = e.add(all[plane], entries);
      }
    }
    return all;
  };

  int64_t full = shape.depth / group, rest = shape.depth % group;
  // Where one token by itself is looked up as fast as two, permuting is cheap.
  bool permutes = algorithm.getLookupTokens() == 1 && whole && planes == 1;
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
    // The loads of several groups must not pass the end of the depth.
    int64_t lanesAtOnce = lookup.entries();
    int64_t atOnce = (lanesAtOnce - 1) / group, permuted = 0;
    if (permutes && shape.depth >= lanesAtOnce) {
      int64_t last = (shape.depth - lanesAtOnce) / (atOnce * group);
      permuted = (last + 1) * atOnce;
      e.loop(e.index(0), e.index(permuted), atOnce, [&](Value g) {
        buildByPermuting(e, lookup, group, activations, table, token, g);
      });
    }
    e.loop(e.index(permuted), e.index(full), 1,
           [&](Value g) { build(g, group); });
    if (rest != 0)
      build(e.index(full), rest);
    // Indices that only fill up the last word.
    for (int64_t g = full + (rest != 0); g < shape.groups(); ++g)
      build(e.index(g), 0);
  };

  Value begin = e.index(0), tokens = e.dim(table, 0);
  const RegisterLookup *pair = isa.pairLookup();
  if (pair && algorithm.getLookupTokens() > 1) {
    Value even = e.bitAnd(tokens, -2);
    e.loop(begin, even, 2, [&](Value token) { buildTokens(*pair, token); });
    begin = even;
  }
  e.loop(begin, tokens, 1, [&](Value token) { buildTokens(lookup, token); });
}

/// `count` of the second dimension from `first` on.
static Value viewColumns(Emitter &e, Value buffer, Value first, int64_t count) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), e.getIndexAttr(0)),
      strides(type.getRank(), e.getIndexAttr(1)),
      sizes = memref::getMixedSizes(e, e.getLoc(), buffer);
  offsets[1] = first;
  sizes[1] = e.getIndexAttr(count);
  return memref::SubViewOp::create(e, buffer, offsets, sizes, strides);
}

void bitnet::kernels::emitLutBuild(Emitter &e, const Isa &isa,
                                   const Shape &shape,
                                   ternary::LutRegistersAttr algorithm,
                                   ValueRange arguments) {
  Value activations = arguments[0], table = arguments[1];
  if (shape.scaleGroups == 0)
    return buildTables(e, isa, shape, algorithm, activations, table);
  e.loop(e.index(shape.scaleGroups), [&](Value group) {
    Value input = e.scale(group, shape.depth);
    Value entry = e.scale(group, shape.groups());
    buildTables(e, isa, shape, algorithm,
                viewColumns(e, activations, input, shape.depth),
                viewColumns(e, table, entry, shape.groups()));
  });
}
