//===- ArmDot.h - What NEON's dot products share ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_ARMDOT_H
#define LIB_KERNELS_ISA_ARMDOT_H

#include "DotIsa.h"

namespace bitnet::kernels {

class ArmDot : public DotIsa {
public:
  unsigned registerBits() const override { return 128; }
  llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const override {
    return {kernel(ternary::DotAttr::get(context, /*tokenTile=*/4,
                                         /*rowBlocks=*/1, /*prefetch=*/1024))};
  }
  int64_t tableAndSumRegisters() const override { return 16; }

protected:
  std::string dotIntrinsic() const override { return "llvm.aarch64.neon.sdot"; }
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_ARMDOT_H
