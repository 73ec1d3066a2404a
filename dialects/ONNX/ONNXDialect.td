//===- ONNXDialect.td - The onnx dialect -------------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_ONNX_ONNXDIALECT_TD
#define DIALECTS_ONNX_ONNXDIALECT_TD

include "mlir/IR/OpBase.td"

def ONNX_Dialect : Dialect {
  let name = "onnx";
  let cppNamespace = "::bitnet::onnx";
  let summary = "a faithful mirror of an ONNX graph";
  let description = [{
    The dialect mirrors an ONNX file and gives it no meaning: every node of the
    graph is one `onnx.node` with the node's operator name and attributes as
    they stand in the file, and its ONNX name as location. What an operator
    means, which attributes it may have and what its results' types are, is
    known to `convert-onnx-to-linalg` alone.

    The module carries `onnx.opset_imports`, a dictionary from operator-set
    domain (the standard one is `ai.onnx`) to version. Initialisers are
    `arith.constant`; one of 4- or 2-bit integers is widened to i8 or ui8 and
    has `onnx.element_type = "INT4"` (or the like) beside it.

    | constraint | |
    |---|---|
    | attributes_c1 | `onnx.opset_imports` is a dictionary of a module, whose values are i64 |
    | attributes_c2 | `onnx.element_type` is the string of a constant |
    | attributes_c3 | there is no other attribute `onnx.…` of an op of another dialect |
  }];
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Module attribute: dictionary of domain to opset version.
    static constexpr llvm::StringLiteral kOpsetImports = "onnx.opset_imports";
    /// Attribute of a constant whose elements were widened: what they are in
    /// the file, `"INT4"`, `"UINT4"`, `"INT2"` or `"UINT2"`.
    static constexpr llvm::StringLiteral kElementType = "onnx.element_type";
  }];
}

#endif // DIALECTS_ONNX_ONNXDIALECT_TD
