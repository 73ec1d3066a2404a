//===- TernaryOps.td - Ops of the ternary dialect ----------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYOPS_TD
#define DIALECTS_TERNARY_TERNARYOPS_TD

include "dialects/Ternary/TernaryAttrs.td"
include "dialects/Ternary/TernaryInterfaces.td"
include "dialects/Ternary/TernaryTypes.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

class Ternary_Op<string mnemonic, list<Trait> traits = []>
    : Op<Ternary_Dialect, mnemonic, traits>;

def Ternary_TritTensor : RankedTensorOf<[Ternary_TritType]>;
def Ternary_PackedTensor : RankedTensorOf<[I8, I16, I32]>;

//===----------------------------------------------------------------------===//
// ConstantOp
//===----------------------------------------------------------------------===//

def Ternary_ConstantOp : Ternary_Op<"constant",
    [Pure, ConstantLike, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "a matrix of trits";
  let description = [{
    The value is an i8 elements attribute of the same shape, in the text or as a
    resource.

    | constraint | |
    |---|---|
    | constant_c1 | the value's element type is i8 |
    | constant_c2 | every value is -1, 0 or 1; of a resource when it is packed |

    Example:

    ```mlir
    %w = ternary.constant dense<[[1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Ternary_TritTensor:$result);
  let assemblyFormat = "$value attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// Checks constant_c2, also of a resource, and that it has its data.
    ::mlir::LogicalResult verifyValues();
  }];
}

//===----------------------------------------------------------------------===//
// QuantizeActivationsOp
//===----------------------------------------------------------------------===//

def Ternary_QuantizeActivationsOp : Ternary_Op<"quantize_activations",
    [Pure, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "f32 rows to int8 codes and a scale for each row";
  let description = [{
    For each row x of the source, with m = max(max_k |x_k|, epsilon):

    | arithmetic | scale | code |
    |---|---|---|
    | `quotient` | s = 127 / m | clamp(round(x * s)) |
    | `reciprocal` | s = 127 * (1 / m) | clamp(round(x * s)) |
    | `divisor` | s = m / 127 | clamp(round(x / s)) |

    All in f32, each operation rounded; round is half to even, clamp to
    [-128, 127]. The three differ in the last bit of s, which can flip a code,
    so the op has the arithmetic of the model it comes from.

    | constraint | |
    |---|---|
    | quantize_activations_c1 | source, codes and scales are tensors of f32 [tokens, depth], i8 [tokens, depth] and f32 [tokens] with equal dimensions |
    | quantize_activations_c2 | epsilon is positive and finite |

    Example:

    ```mlir
    %codes, %scales = ternary.quantize_activations reciprocal epsilon = 9.99999974E-6
      ins(%x : tensor<?x256xf32>)
      outs(%c, %s : tensor<?x256xi8>, tensor<?xf32>) -> tensor<?x256xi8>, tensor<?xf32>
    ```
  }];
  let arguments = (ins Ternary_ScaleArithmetic:$arithmetic, F32Attr:$epsilon,
                       2DTensorOf<[F32]>:$source,
                       2DTensorOf<[I8]>:$codesInit, 1DTensorOf<[F32]>:$scalesInit);
  let results = (outs 2DTensorOf<[I8]>:$codes, 1DTensorOf<[F32]>:$scales);
  let assemblyFormat = [{
    $arithmetic `epsilon` `=` $epsilon attr-dict
    `ins` `(` $source `:` type($source) `)`
    `outs` `(` $codesInit `,` $scalesInit `:` type($codesInit) `,` type($scalesInit) `)`
    `->` type($codes) `,` type($scales)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 1, 2);
    }
  }];
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

def Ternary_MatmulOp : Ternary_Op<"matmul",
    [Pure, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "product of int8 rows with ternary rows";
  let description = [{
    acc[m, n] = sum_k x[m, k] * w[n, k], exactly, in i32. The initial value of
    acc is not read. Where `scale_group` inputs of a row share a scale, the sums
    of a group g are exact, and are scaled and added in f32, each operation
    rounded, from the first group on:

        acc[m, n] = ((0 + f32(sum_{k in 0} x w) * scales[0, n])
                        + f32(sum_{k in 1} x w) * scales[1, n]) + …

    The weights have one row for each output. `kernels`, once
    chosen, lists the kernels for growing numbers of tokens; the first whose
    `max_tokens` is not exceeded computes the product. `packing`, chosen together
    with them, is how the weights shall be packed. How a product is carried out
    is the affair of `ternary.product`, of which this op becomes a part.

    | constraint | |
    |---|---|
    | matmul_c1 | the depths of x and of the weights are equal |
    | matmul_c2 | acc has x's tokens and the weights' rows |
    | matmul_c3 | where there are several kernels, max_tokens grows and the last is 0 (any number); a single one may have a limit that a branch sees to |
    | matmul_c4 | depth is at most 2^24 - 1, so that 128 * depth fits i32 |
    | matmul_c5 | `packing` stands only on weights of trits, and is for their rows, depth and scale_group |
    | matmul_c6 | scales and a scale_group of 1 to the depth come together; scales are [ceil(depth / scale_group), rows] |
    | matmul_c7 | acc is f32 with scales, i32 without |

    Example:

    ```mlir
    %y = ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>)
                        outs(%acc : tensor<?x640xi32>) -> tensor<?x640xi32>
    %z = ternary.matmul {scale_group = 128 : i64}
      ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>) scales(%s : tensor<2x640xf32>)
      outs(%facc : tensor<?x640xf32>) -> tensor<?x640xf32>
    ```
  }];
  let arguments = (ins 2DTensorOf<[I8]>:$activations,
                       2DTensorOf<[Ternary_TritType]>:$weights,
                       Optional<2DTensorOf<[F32]>>:$scales,
                       2DTensorOf<[I32, F32]>:$acc,
                       OptionalAttr<Ternary_KernelArrayAttr>:$kernels,
                       OptionalAttr<Ternary_PackingAttr>:$packing,
                       DefaultValuedAttr<I64Attr, "0">:$scale_group);
  let results = (outs 2DTensorOf<[I32, F32]>:$result);
  let assemblyFormat = [{
    attr-dict `ins` `(` $activations `,` $weights `:` type($activations) `,` type($weights) `)`
    (`scales` `(` $scales^ `:` type($scales) `)`)?
    `outs` `(` $acc `:` type($acc) `)` `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getAccMutable(); }
    /// Number of rows and depth of the weights.
    int64_t getRows();
    int64_t getDepth();
  }];
}

//===----------------------------------------------------------------------===//
// PackOp and UnpackOp
//===----------------------------------------------------------------------===//

def Ternary_PackOp : Ternary_Op<"pack", [Pure]> {
  let summary = "trits to packed words";
  let description = [{
    The packing is the encoding of the result. Of a constant it folds to the
    packed words, of an unpack with the same packing to the packed source.

    | constraint | |
    |---|---|
    | pack_c1 | the result has a packing as encoding, for the source's rows and depth |

    Example:

    ```mlir
    %p = ternary.pack %w : tensor<640x256x!ternary.trit>
      -> tensor<40x64x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 640 x 256>>
    ```
  }];
  let arguments = (ins Ternary_TritTensor:$source);
  let results = (outs Ternary_PackedTensor:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Ternary_UnpackOp : Ternary_Op<"unpack", [Pure]> {
  let summary = "packed words to trits";
  let description = [{
    The inverse of `ternary.pack`. Of a constant it folds to the trits, of a
    pack to the packed trits.

    | constraint | |
    |---|---|
    | unpack_c1 | the source has a packing as encoding, for the result's rows and depth |

    Example:

    ```mlir
    %w = ternary.unpack %p
      : tensor<40x64x16xi8, #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 640 x 256>>
      -> tensor<640x256x!ternary.trit>
    ```
  }];
  let arguments = (ins Ternary_PackedTensor:$source);
  let results = (outs Ternary_TritTensor:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// ThreadCountOp
//===----------------------------------------------------------------------===//

def Ternary_ThreadCountOp : Ternary_Op<"thread_count",
    [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "how many threads share a parallel loop";
  let description = [{
    The number of threads that the session runs with, at least 1. A loop over as
    many parts gives each thread one.

    Example:

    ```mlir
    %n = ternary.thread_count
    ```
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}

include "dialects/Ternary/TernaryAttentionOp.td"
include "dialects/Ternary/TernaryKernelOps.td"
include "dialects/Ternary/TernaryProductOp.td"

#endif // DIALECTS_TERNARY_TERNARYOPS_TD
