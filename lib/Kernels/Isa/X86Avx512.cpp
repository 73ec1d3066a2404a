//===- X86Avx512.cpp - AVX-512 with BW ------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `vpermw` looks up 32 words of 16 bits, room for the 27 sums of three trits,
// by the low five bits of each lane: a shift brings the next index there and
// nothing needs a mask.
//
// It occupies its port twice, `vpermi2d` once: that looks up 32 words of 32
// bits, each the sums of two tokens, by the words of even rows and those of odd
// rows apart.
//
//===----------------------------------------------------------------------===//

#include "../Isa.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
/// What both lookups share: the packing and the entries of one token.
class Trits3 : public RegisterLookup {
public:
  unsigned group() const override { return 3; }
  unsigned indexBits() const override { return 5; }
  unsigned wordBits() const override { return 16; }
  unsigned entryBits() const override { return 16; }
  unsigned entries() const override { return 32; }
  Values split(Emitter &e, Value x) const override {
    return {e.extendSigned(x, 16)};
  }
  Values start(Emitter &e, int64_t) const override {
    return {e.constant(e.vectorType(32, 16), 0)};
  }
};

class Vpermw final : public Trits3 {
public:
  Values loadTable(Emitter &e, Value table, Value token, Value group,
                   int64_t first) const override {
    return {e.loadVector(32, table, {token, group, e.index(first)})};
  }
  Values lookup(Emitter &e, ValueRange table, Value words,
                unsigned bit) const override {
    return {e.intrinsic("llvm.x86.avx512.permvar.hi.512", table[0].getType(),
                        {table[0], e.shiftRight(words, bit)})};
  }
};

class Vpermi2d final : public Trits3 {
public:
  unsigned tokens() const override { return 2; }
  unsigned parts() const override { return 2; }

  /// Entries of both tokens alternate; the first half lies in the row of the
  /// first token, the second in that of the second.
  void storeTable(Emitter &e, ValueRange entries, Value table, Value token,
                  Value group, int64_t first) const override {
    Value pairs = vector::InterleaveOp::create(e, entries[0], entries[1]);
    for (int64_t half = 0; half < 2; ++half) {
      Value part = vector::ExtractStridedSliceOp::create(
          e, pairs, /*offsets=*/{half * 32}, /*sizes=*/{32}, /*strides=*/{1});
      e.storeVector(part, table, {e.add(token, half), group, e.index(first)});
    }
  }
  Values loadTable(Emitter &e, Value table, Value token, Value group,
                   int64_t first) const override {
    Values halves;
    for (int64_t half = 0; half < 2; ++half) {
      Value row = e.add(token, half);
      halves.push_back(
          dwords(e, e.loadVector(32, table, {row, group, e.index(first)})));
    }
    return halves;
  }
  Values lookup(Emitter &e, ValueRange table, Value words,
                unsigned bit) const override {
    Values found;
    for (unsigned odd = 0; odd < 2; ++odd) {
      Value index = e.shiftRight(dwords(e, words), odd * 16 + bit);
      Value pairs =
          e.intrinsic("llvm.x86.avx512.vpermi2var.d.512", table[0].getType(),
                      {table[0], index, table[1]});
      found.push_back(words16(e, pairs));
    }
    return found;
  }
  /// Even and odd rows, each with both tokens, to each token with all rows.
  Values join(Emitter &e, ValueRange sums) const override {
    Value even = dwords(e, sums[0]), odd = dwords(e, sums[1]);
    Value evenLow = e.bitAnd(even, 0xffff), oddLow = e.shiftLeft(odd, 16);
    Value evenHigh = e.shiftRight(even, 16);
    Value oddHigh = e.bitAnd(odd, 0xffff0000);
    Value first = words16(e, e.add(evenLow, oddLow));
    return {first, words16(e, e.add(evenHigh, oddHigh))};
  }

private:
  static Value dwords(Emitter &e, Value value) {
    return vector::BitCastOp::create(e, e.vectorType(16, 32), value);
  }
  static Value words16(Emitter &e, Value value) {
    return vector::BitCastOp::create(e, e.vectorType(32, 16), value);
  }
};

class X86Avx512 final : public Isa {
public:
  llvm::StringRef name() const override { return "x86-avx512"; }
  llvm::ArrayRef<llvm::StringLiteral> features() const override {
    static constexpr llvm::StringLiteral names[] = {"avx512f", "avx512bw"};
    return names;
  }
  unsigned registerBits() const override { return 512; }

  /// Two registers of rows, so that threads share the rows evenly; four blocks
  /// at once read as many streams.
  packing::Packing packing() const override {
    return {/*group=*/3, /*indexBits=*/5, /*wordBits=*/16, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "vpermw looks up the 27 sums of three trits by five bits, unmasked";
  }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    // Where `vpermw` is no dearer, two lookups of one token each need fewer
    // shifts than one of two, and are faster than loads for any number.
    int64_t together = facts.hasFastPermute16 ? 1 : 2;
    auto few = ternary::LutRegistersAttr::get(
        context, /*tokenTile=*/2 * together, /*rowBlocks=*/4, /*prefetch=*/1536,
        together);
    // Sums of short scale groups leave registers too often.
    bool flushesOften = shape.scaleGroup != 0 && shape.scaleGroup <= 64;
    if (facts.hasFastPermute16 && !flushesOften) {
      // As many words as 16 bits hold the sums of: those of four row blocks,
      // 14 KB, stay in the first-level cache for token after token, while
      // tables and sums come from the second-level cache.
      constexpr int64_t tokens = 16, words = 28;
      auto many = ternary::LutRegistersAttr::get(
          context, few.getTokenTile(), few.getRowBlocks(), few.getPrefetch(),
          few.getLookupTokens(), tokens, words);
      return {kernel(few, tokens), kernel(many)};
    }
    return {kernel(few, /*maxTokens=*/32),
            kernel(lutMemory(context, facts, /*tokenTile=*/64))};
  }
  int64_t tableAndSumRegisters() const override { return 24; }
  const RegisterLookup *registerLookup() const override { return &vpermw; }
  const RegisterLookup *pairLookup() const override { return &vpermi2d; }

  /// Adds and subtracts have masks themselves.
  Value maskedAdd(Emitter &e, Value sum, Value x, Value plus,
                  Value minus) const override {
    sum = e.select(plus, e.add(sum, x), sum);
    return e.select(minus, e.sub(sum, x), sum);
  }

private:
  Vpermw vpermw;
  Vpermi2d vpermi2d;
};
} // namespace

const Isa &kernels::getX86Avx512() {
  static const X86Avx512 isa;
  return isa;
}
