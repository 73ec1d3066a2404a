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
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();

    /// Argument and result attribute: the tensor's name in the source model.
    static constexpr llvm::StringLiteral kName = "ternary.name";
    /// Argument and result attribute: names of the dynamic dimensions, an
    /// array of strings, one for each dimension, empty for a static one.
    static constexpr llvm::StringLiteral kDims = "ternary.dims";
    /// Argument and result attribute: the shape as an affine map over the
    /// function's symbols, `affine_map<()[s0, s1] -> (s0, 4, s0 + s1)>`.
    static constexpr llvm::StringLiteral kShape = "ternary.shape";
    /// Function attribute: names of the symbols of all `ternary.shape`.
    static constexpr llvm::StringLiteral kSymbols = "ternary.symbols";
    /// Function attribute: what must hold between the symbols, an array of
    /// dictionaries {expr = affine_map<()[s0, s1] -> (s0 - s1)>, name = "node"}
    /// whose expressions must be 0.
    static constexpr llvm::StringLiteral kConstraints = "ternary.constraints";
    /// Function attribute: messages of the checks on values, an array of strings.
    static constexpr llvm::StringLiteral kChecks = "ternary.checks";
    /// Result attribute of the last result: 0, or the number of the first check
    /// that failed, from 1.
    static constexpr llvm::StringLiteral kStatus = "ternary.status";
    /// Argument attribute: the integers are unsigned.
    static constexpr llvm::StringLiteral kUnsigned = "ternary.unsigned";
    /// Argument attribute of a stateful model: a cache of the session, with the
    /// name of the input that it replaces.
    static constexpr llvm::StringLiteral kCache = "ternary.cache";
    /// Argument attribute of a stateful model: the number of tokens already in
    /// the caches, with the name of the symbol that counts them.
    static constexpr llvm::StringLiteral kPosition = "ternary.position";
    /// Beside it: the symbol that counts the tokens of one call, if one does.
    static constexpr llvm::StringLiteral kSequence = "ternary.sequence";
    /// Function attribute of a stateful model: rows of a cache.
    static constexpr llvm::StringLiteral kMaxContext = "ternary.max_context";
    /// Module attribute: what the compiled object must know of its model, a
    /// dictionary (see bitnet-describe-model).
    static constexpr llvm::StringLiteral kModel = "ternary.model";
    /// Module attribute: the model's metadata, a dictionary of strings.
    static constexpr llvm::StringLiteral kMetadata = "ternary.metadata";
    /// Module attribute: which kernel each product got, an array of
    /// dictionaries that `--describe` prints.
    static constexpr llvm::StringLiteral kReport = "ternary.report";
    /// Module attribute: bytes a cycle that a core gets from memory while all
    /// of them read, a float above 0.
    static constexpr llvm::StringLiteral kBytesPerCycle = "ternary.bytes_per_cycle";
    /// Module attribute: the width over 128 bits that LLVM tunes code for
    /// scalable registers for, 1 to 16.
    static constexpr llvm::StringLiteral kVScale = "ternary.vscale";
  }];
}

#endif // DIALECTS_TERNARY_TERNARYDIALECT_TD
