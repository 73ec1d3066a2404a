//===- DotIsa.h - What sets with dot products share -------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_DOTISA_H
#define LIB_KERNELS_ISA_DOTISA_H

#include "../Isa.h"

namespace bitnet::kernels {

class DotIsa : public Isa {
public:
  bool multiplies() const override { return true; }

  /// 16 trits of a row in a lane of 32 bits; four registers of rows share the
  /// broadcast activations.
  packing::Packing packing() const override {
    return {/*group=*/1, /*indexBits=*/2, /*wordBits=*/32,
            /*rows=*/unsigned(4 * lanes(32))};
  }

  mlir::Value dot(Emitter &e, mlir::Value sum, mlir::ValueRange weights,
                  mlir::ValueRange x) const override {
    for (auto [w, activation] : llvm::zip(weights, x))
      sum = e.intrinsic(dotIntrinsic(), sum.getType(), {sum, w, activation});
    return sum;
  }

protected:
  /// Adds the products of four bytes to each lane of 32 bits; takes the sums,
  /// the weights, which are 0 to 2, and the signed activations.
  virtual std::string dotIntrinsic() const = 0;
};

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_DOTISA_H
