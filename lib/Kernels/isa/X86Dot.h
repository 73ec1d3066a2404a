//===- X86Dot.h - Dot products of bytes ----------------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the sets with dot products share. They multiply, and are there to be
// compared with.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_X86DOT_H
#define LIB_KERNELS_ISA_X86DOT_H

#include "../Isa.h"

namespace bitnet::kernels {

class X86Dot : public Isa {
public:
  bool multiplies() const override { return true; }

  /// 16 trits of a row in a lane of 32 bits; four registers of rows share the
  /// broadcast activations.
  packing::Packing packing() const override {
    return {/*group=*/1, /*indexBits=*/2, /*wordBits=*/32,
            /*rows=*/unsigned(4 * lanes(32))};
  }

  /// `vpdpbusd` on whole registers.
  mlir::Value dot(Emitter &e, mlir::Value sum, mlir::ValueRange weights,
                  mlir::ValueRange x) const override {
    std::string intrinsic =
        "llvm.x86.avx512.vpdpbusd." + std::to_string(registerBits());
    for (auto [w, activation] : llvm::zip(weights, x))
      sum = e.intrinsic(intrinsic, sum.getType(), {sum, w, activation});
    return sum;
  }
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_X86DOT_H
