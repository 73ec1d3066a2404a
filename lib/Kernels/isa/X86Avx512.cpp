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
//===----------------------------------------------------------------------===//

#include "../Isa.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;

namespace {
class Vpermw final : public RegisterLookup {
public:
  unsigned group() const override { return 3; }
  unsigned indexBits() const override { return 5; }
  unsigned wordBits() const override { return 16; }
  unsigned entryBits() const override { return 16; }
  unsigned entries() const override { return 32; }

  Values split(Emitter &e, Value x) const override {
    return {e.extendSigned(x, 16)};
  }
  Value loadTable(Emitter &e, Value table, ValueRange indices) const override {
    return e.loadVector(32, table, indices);
  }
  Value lookup(Emitter &e, Value table, Value words,
               unsigned bit) const override {
    return e.intrinsic("llvm.x86.avx512.permvar.hi.512", table.getType(),
                       {table, e.shiftRight(words, bit)});
  }
  Values widen(Emitter &, Value sums) const override { return {sums}; }
  Value join(Emitter &, ValueRange parts) const override { return parts[0]; }
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
  packing::Packing choosePacking(int64_t, int64_t) const override {
    return {/*group=*/3, /*indexBits=*/5, /*wordBits=*/16, /*rows=*/64};
  }
  llvm::StringRef reason() const override {
    return "vpermw looks up the 27 sums of three trits by five bits, unmasked";
  }
  KernelChoice fewTokens() const override {
    return {Algorithm::LutRegisters, /*maxTokens=*/32, /*tokenTile=*/4,
            /*rowBlocks=*/4, /*prefetch=*/1024};
  }
  KernelChoice manyTokens() const override {
    return {Algorithm::LutMemory, /*maxTokens=*/0, /*tokenTile=*/64,
            /*rowBlocks=*/1,      /*prefetch=*/0,  /*tableBytes=*/32 << 10};
  }
  int64_t sumRegisters() const override { return 16; }
  const RegisterLookup *registerLookup() const override { return &vpermw; }

private:
  Vpermw vpermw;
};
} // namespace

const Isa &kernels::getX86Avx512() {
  static const X86Avx512 isa;
  return isa;
}
