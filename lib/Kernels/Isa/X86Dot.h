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

#include "DotIsa.h"

namespace bitnet::kernels {

class X86Dot : public DotIsa {
protected:
  /// On whole registers.
  std::string dotIntrinsic() const override {
    return "llvm.x86.avx512.vpdpbusd." + std::to_string(registerBits());
  }
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_X86DOT_H
