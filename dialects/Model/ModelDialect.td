//===- ModelDialect.td - The model dialect -----------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_MODEL_MODELDIALECT_TD
#define DIALECTS_MODEL_MODELDIALECT_TD

include "mlir/IR/OpBase.td"

def Model_Dialect : Dialect {
  let name = "model";
  let cppNamespace = "::bitnet::model";
  let summary = "the contract between a model and who runs it";
  let description = [{
    What a compiled model promises to its caller: names, element types and
    shapes of its inputs, outputs and caches, what must hold between their
    dimensions, what a session keeps. Importers write it, passes carry it, Target
    turns it into the object's descriptor and its C header. It has attributes
    only, and every one of them is verified.

    A named dimension is a **symbol**. `model.symbols` of a function lists the
    names, and shapes and constraints are affine maps over them: `s0` is the
    first name. The form is the same from the file to the descriptor.

    | attribute | of | what it is |
    |---|---|---|
    | `model.symbols` | function | array of names |
    | `model.constraints` | function | array of `#model.constraint` |
    | `model.checks` | function | array of messages: what the status of a call can say |
    | `model.input` | argument | `#model.value` that the caller gives |
    | `model.position` | argument | `#model.position`, the tokens that are in the caches |
    | `model.cache` | argument, result | `#model.value` that a session keeps, returned in its own argument |
    | `model.output` | result | `#model.value` that the caller gets |
    | `model.status` | last result | unit: 0, or the number of the first check that failed, from 1 |
    | `model.contract` | module | `#model.contract`: all of the above, once the signature is lowered |
    | `model.layers` | module | array of `#model.layer`: what was chosen for each ternary product |
    | `model.features` | module | array of the features, by LLVM's names, that its kernels need of a processor |
    | `model.weights` | module | `#model.weights`, where they are no longer constants of the module |
    | `model.metadata` | module | dictionary of strings and of blobs (`tensor<…xi8>`), a tokenizer for one |

    | constraint | |
    |---|---|
    | signature_c1 | an attribute stands where the table says, is of that kind, and no other has the prefix `model.` |
    | signature_c2 | a function that has one of them has `model.symbols` |
    | signature_c3 | an input, output or cache is a tensor of the value's element type (signless for an unsigned one, after conversion), rank and static sizes; only an output may have no shape |
    | signature_c4 | arguments are inputs first, then the position, then caches; there is one position at the most, an index |
    | signature_c5 | the status is the last result, a `tensor<i64>` |
    | signature_c6 | the cache of a result is that of one argument, and each cache of an argument is one result |
    | metadata_c1 | values of `model.metadata` are strings or one-dimensional i8 elements whose bytes are at hand |

    What a signature says keeps the rules of `#model.contract`, too, except that
    symbols which only outputs use, and outputs without a shape, may still be to
    be inferred.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();

    static constexpr llvm::StringLiteral kSymbols = "model.symbols";
    static constexpr llvm::StringLiteral kConstraints = "model.constraints";
    static constexpr llvm::StringLiteral kChecks = "model.checks";
    static constexpr llvm::StringLiteral kInput = "model.input";
    static constexpr llvm::StringLiteral kPosition = "model.position";
    static constexpr llvm::StringLiteral kCache = "model.cache";
    static constexpr llvm::StringLiteral kOutput = "model.output";
    static constexpr llvm::StringLiteral kStatus = "model.status";
    static constexpr llvm::StringLiteral kContract = "model.contract";
    static constexpr llvm::StringLiteral kLayers = "model.layers";
    static constexpr llvm::StringLiteral kFeatures = "model.features";
    static constexpr llvm::StringLiteral kWeights = "model.weights";
    static constexpr llvm::StringLiteral kMetadata = "model.metadata";
  }];
}

#endif // DIALECTS_MODEL_MODELDIALECT_TD
