//===- ONNXOps.td - Ops of the onnx dialect ----------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_ONNX_ONNXOPS_TD
#define DIALECTS_ONNX_ONNXOPS_TD

include "dialects/ONNX/ONNXDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ONNX_ValueType : TypeDef<ONNX_Dialect, "Value"> {
  let mnemonic = "value";
  let summary = "a tensor whose type the file does not state";
  let description = [{
    ONNX files name the types of the graph's inputs, outputs and initialisers;
    the values between nodes need none. Such a value has this type until
    `convert-onnx-to-linalg` has inferred what it is.
  }];
}

def ONNX_AbsentType : TypeDef<ONNX_Dialect, "Absent"> {
  let mnemonic = "absent";
  let summary = "the type of an optional input that is left out";
}

def ONNX_Operand : AnyTypeOf<[AnyRankedTensor, ONNX_ValueType, ONNX_AbsentType],
                             "a tensor, an onnx value or an absent input">;
def ONNX_Result : AnyTypeOf<[AnyRankedTensor, ONNX_ValueType],
                            "a tensor or an onnx value">;

def ONNX_NodeOp : Op<ONNX_Dialect, "node", [Pure]> {
  let summary = "one node of an ONNX graph";
  let description = [{
    Operator `op_type` of operator set `domain` (empty: the standard one),
    applied to the inputs in the file's order. An optional input that is left
    out in the middle is an `onnx.absent`; trailing ones are not listed. The
    attribute dictionary holds the node's attributes under their ONNX names:

    | ONNX attribute | MLIR attribute |
    |---|---|
    | INT | `i64` integer |
    | FLOAT | `f32` float |
    | STRING | string |
    | TENSOR | elements attribute |
    | INTS, FLOATS, STRINGS | array of the above |

    An attribute of another kind (a subgraph, a sparse tensor) has no form
    here; the importer refuses it, naming the node.

    Example:

    ```mlir
    %y = onnx.node "ReduceMax"(%x) {axes = [-1], keepdims = 1 : i64}
      : (tensor<?x64xf32>) -> !onnx.value
    ```
  }];
  let arguments = (ins StrAttr:$op_type,
                       DefaultValuedStrAttr<StrAttr, "">:$domain,
                       Variadic<ONNX_Operand>:$inputs,
                       DefaultValuedAttr<DictionaryAttr, "{}">:$node_attrs);
  let results = (outs Variadic<ONNX_Result>:$outputs);
  let assemblyFormat = [{
    $op_type (`domain` $domain^)? `(` $inputs `)` ($node_attrs^)? attr-dict
    `:` functional-type($inputs, $outputs)
  }];
}

def ONNX_AbsentOp : Op<ONNX_Dialect, "absent", [Pure]> {
  let summary = "an optional input that is left out";
  let results = (outs ONNX_AbsentType:$result);
  let assemblyFormat = "attr-dict";
}

def ONNX_ReturnOp : Op<ONNX_Dialect, "return", [Pure, Terminator, HasParent<"::mlir::func::FuncOp">]> {
  let summary = "the outputs of the graph";
  let description = [{
    Ends the function of a graph. Unlike `func.return` it takes values whose
    type is not known yet: the function's signature has the types that the file
    declares for the outputs, and `convert-onnx-to-linalg` checks the inferred
    ones against them.

    | constraint | |
    |---|---|
    | return_c1 | as many operands as the function has results |
    | return_c2 | an operand that has a tensor type has the result's element type |
  }];
  let arguments = (ins Variadic<ONNX_Result>:$outputs);
  let assemblyFormat = "attr-dict ($outputs^ `:` type($outputs))?";
  let hasVerifier = 1;
}

#endif // DIALECTS_ONNX_ONNXOPS_TD
