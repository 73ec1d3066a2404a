//===- TernaryProductOp.td - Products and what follows them -*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYPRODUCTOP_TD
#define DIALECTS_TERNARY_TERNARYPRODUCTOP_TD

def Ternary_ProductOp : Ternary_Op<"product",
    [NoMemoryEffect, AttrSizedOperandSegments, SingleBlock, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
     DeclareOpInterfaceMethods<TilingInterface,
       ["getIterationDomain", "getLoopIteratorTypes", "getTiledImplementation",
        "getResultTilePosition"]>]> {
  let summary = "products of one activation, and what follows on each sum";
  let description = [{
    The sums of one product, or of several with the same activations, as
    `ternary.matmul` has them, and the epilogue, a scalar computation on them and
    on other operands that broadcast:

    result[m, n] = body(sum_0[m, n], sum_1[m, n], …, input_0[maps_0(m, n)], …)

    What follows a product is part of it, so that a tile of sums is used while it
    is in the cache: passes decide, branch and tile this one op. The initial
    value of the destination is not read. Without an epilogue the body yields the
    sum.

    The weights have one row for each column of the result: trits [rows, depth],
    or their packed storage, whole row blocks of it. Sums of rows that the
    packing adds are no columns; where they go is left to the lowering. `kernels`
    and, while the weights are trits, `packing` are those of `ternary.matmul`, as
    are `scale_group` and the scales, one operand for each product: with them the
    sums are f32.

    Its loops are tokens and columns. A tile of the columns begins with a row
    block, and has whole row blocks but for the last one.

    | constraint | |
    |---|---|
    | product_c1 | there are weights, all of one type: trits of rank 2, or packed with a packing as encoding |
    | product_c2 | their depth is that of the activations, at most 2^24 - 1 |
    | product_c3 | the destination, of rank 2, has the activations' tokens and, where known, the weights' rows (packed: more than those of all row blocks but the last, at most those of all) |
    | product_c4 | there is a map for each input, a projected permutation of (tokens, columns) with the input's rank, whose other results are 0 for dimensions of size 1 |
    | product_c5 | the body has an i32, or with scales an f32, for each product, then an element for each input, and yields an element of the destination |
    | product_c6 | kernels and packing are as matmul_c3 and matmul_c5 want them |
    | product_c7 | the body's ops have no effects |
    | product_c8 | scales, one for each of the weights, and a scale_group of 1 to the depth come together; scales are [ceil(depth / scale_group), columns], and a packing of the weights has the same scale_group |

    Example:

    ```mlir
    %y = ternary.product {maps = [affine_map<(m, n) -> (m)>]}
        activations(%x : tensor<?x256xi8>) weights(%w : tensor<640x256x!ternary.trit>)
        inputs(%scales : tensor<?xf32>) outs(%init : tensor<?x640xf32>) {
    ^bb0(%sum: i32, %scale: f32):
      %0 = arith.sitofp %sum : i32 to f32
      %1 = arith.divf %0, %scale : f32
      ternary.yield %1 : f32
    } -> tensor<?x640xf32>
    ```
  }];
  let arguments = (ins 2DTensorOf<[I8]>:$activations,
                       Variadic<AnyTypeOf<[Ternary_TritTensor, Ternary_PackedTensor]>>:$weights,
                       Variadic<2DTensorOf<[F32]>>:$scales,
                       Variadic<AnyTypeOf<[AnyRankedTensor, AnySignlessInteger, Index, AnyFloat]>>:$inputs,
                       2DTensorOf<[AnyType]>:$init,
                       DefaultValuedAttr<AffineMapArrayAttr, "{}">:$maps,
                       OptionalAttr<Ternary_KernelArrayAttr>:$kernels,
                       OptionalAttr<Ternary_PackingAttr>:$packing,
                       DefaultValuedAttr<I64Attr, "0">:$scale_group);
  let results = (outs 2DTensorOf<[AnyType]>:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    attr-dict `activations` `(` $activations `:` type($activations) `)`
    `weights` `(` $weights `:` type($weights) `)`
    (`scales` `(` $scales^ `:` type($scales) `)`)?
    (`inputs` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $init `:` type($init) `)` $body `->` type($result)
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Value":$activations, "::mlir::ValueRange":$weights,
                   "::mlir::ValueRange":$scales, "::mlir::ValueRange":$inputs,
                   "::mlir::Value":$init, "::llvm::ArrayRef<::mlir::AffineMap>":$maps,
                   CArg<"::mlir::ArrayAttr", "{}">:$kernels,
                   CArg<"PackingAttr", "{}">:$packing,
                   CArg<"int64_t", "0">:$scaleGroup)>
  ];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    /// The packing that the weights have, null while they are trits.
    PackingAttr getWeightPacking();
    /// The map of one input.
    ::mlir::AffineMap getMap(unsigned number);
    /// The value that the body computes.
    ::mlir::Value getYielded();
    /// Whether the result is the sums of one product themselves.
    bool isBare();
    /// The weights of one product, the product of these two and of the number
    /// of products being the work for one token: rows, those that the packing
    /// adds included, and depth. Rows are kDynamic where they are not known.
    int64_t getPaddedRows();
    int64_t getDepth();
  }];
}

def Ternary_YieldOp : Ternary_Op<"yield", [Pure, Terminator, HasParent<"ProductOp">]> {
  let summary = "what the body of a product computes";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Ternary_IndexOp : Ternary_Op<"index",
    [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>, HasParent<"ProductOp">]> {
  let summary = "the token or the column that the body computes";
  let description = [{
    0 is the token, 1 the column, both counted in the op's result.

    | constraint | |
    |---|---|
    | index_c1 | dim is 0 or 1 |

    Example:

    ```mlir
    %column = ternary.index 1
    ```
  }];
  let arguments = (ins I64Attr:$dim);
  let results = (outs Index:$result);
  let assemblyFormat = "$dim attr-dict";
  let hasVerifier = 1;
}

#endif // DIALECTS_TERNARY_TERNARYPRODUCTOP_TD
