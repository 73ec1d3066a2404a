//===- TernaryTypes.td - Types of the ternary dialect ------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYTYPES_TD
#define DIALECTS_TERNARY_TERNARYTYPES_TD

include "dialects/Ternary/TernaryDialect.td"
include "mlir/IR/AttrTypeBase.td"

def Ternary_TritType : TypeDef<Ternary_Dialect, "Trit"> {
  let mnemonic = "trit";
  let summary = "one of -1, 0, +1";
  let description = [{
    The element type of ternary weights. It says what a weight may be and
    nothing about how it is stored: a tensor of trits is a value of the
    compiler, replaced by packed words before buffers exist; there are no
    memrefs and no vectors of them. In attributes a
    trit takes one byte, the two's complement of its value.
  }];
}

#endif // DIALECTS_TERNARY_TERNARYTYPES_TD
