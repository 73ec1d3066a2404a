//===- TernaryDialect.td - The ternary dialect -------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYDIALECT_TD
#define DIALECTS_TERNARY_TERNARYDIALECT_TD

include "mlir/IR/OpBase.td"

def Ternary_Dialect : Dialect {
  let name = "ternary";
  let cppNamespace = "::bitnet::ternary";
  let summary = "products of ternary weights with int8 activations";
  let description = [{
    The dialect holds what linalg cannot say about networks whose weights are
    -1, 0 or +1: the weights themselves, their packed storage, their product
    with quantised activations, and the table lookups and masked adds that such
    a product becomes. Scales, norms, softmax and rotary embeddings stay in
    linalg, arith and math.

    A product goes through the dialect in three steps: `ternary.matmul` on
    trits; the same on packed words, with the kernels that were chosen for it as
    an attribute; and the kernel ops that a target's vector code replaces.

    Of attributes of other ops there are `ternary.kernel` and `ternary.packing`,
    which a function of an emitted kernel has; the verifier refuses others. What
    a model promises its caller is said by the model dialect.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();

    /// Attributes of a kernel function that say what it was emitted for, so
    /// that it is not taken for another one. Whoever is done with kernel ops
    /// removes them.
    static constexpr llvm::StringLiteral kKernel = "ternary.kernel";
    static constexpr llvm::StringLiteral kPacking = "ternary.packing";
  }];
}

#endif // DIALECTS_TERNARY_TERNARYDIALECT_TD
