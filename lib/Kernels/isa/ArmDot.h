//===- ArmDot.h - What NEON's dot products share ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_ARMDOT_H
#define LIB_KERNELS_ISA_ARMDOT_H

#include "../Isa.h"

namespace bitnet::kernels {

class ArmDot : public Isa {
public:
  unsigned registerBits() const override { return 128; }
  bool multiplies() const override { return true; }

  /// 16 trits of a row in a lane of 32 bits; four registers of rows share the
  /// broadcast activations.
  packing::Packing packing() const override {
    return {/*group=*/1, /*indexBits=*/2, /*wordBits=*/32, /*rows=*/16};
  }
  llvm::SmallVector<KernelChoice, 2> kernels() const override {
    return {{Algorithm::Dot, /*maxTokens=*/0, /*tokenTile=*/4, /*rowBlocks=*/1,
             /*prefetch=*/1024}};
  }
  int64_t tableAndSumRegisters() const override { return 16; }

  /// `sdot`. Weights are 0 to 2, so that signed bytes hold them.
  mlir::Value dot(Emitter &e, mlir::Value sum, mlir::ValueRange weights,
                  mlir::ValueRange x) const override {
    for (auto [w, activation] : llvm::zip(weights, x))
      sum = e.intrinsic("llvm.aarch64.neon.sdot", sum.getType(),
                        {sum, w, activation});
    return sum;
  }
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_ARMDOT_H
