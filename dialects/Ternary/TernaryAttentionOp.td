//===- TernaryAttentionOp.td - Attention over a cache ------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYATTENTIONOP_TD
#define DIALECTS_TERNARY_TERNARYATTENTIONOP_TD

def Ternary_AttentionOp : Ternary_Op<"attention",
    [Pure, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
     DeclareOpInterfaceMethods<TilingInterface,
       ["getIterationDomain", "getLoopIteratorTypes", "getTiledImplementation",
        "getResultTilePosition", "generateResultTileValue"]>]> {
  let summary = "softmax(scale * q k^T + mask) v, with shared key heads";
  let description = [{
    For every batch b, head h and token s, with g = h / (heads / key heads):

    result[b, h, s, :] = sum_t p[t] * value[b, g, t, :], where
    p = softmax over t of scale * (query[b, h, s, :] . key[b, g, t, :]) + mask[b, h, s, t].

    All in f32. The keys and values are read where they are, for instance in a
    slice of a session's cache: heads that share keys share them in memory. The
    mask is added, and broadcast over those of its first three dimensions that
    are 1. There is at least one key. The initial value of the destination is
    not read.

    | constraint | |
    |---|---|
    | attention_c1 | heads and depths are static, the heads a multiple of the key heads |
    | attention_c2 | key is [batch, key heads, keys, depth], with query's batch and depth |
    | attention_c3 | value is [batch, key heads, keys, value depth] |
    | attention_c4 | the destination is [batch, heads, tokens, value depth], the result has its type |
    | attention_c5 | mask is [batch, heads, tokens, keys], each of the first three or 1 |
    | attention_c6 | scale is finite |

    Its loops are batch, heads and tokens. A tile has whole groups of the heads
    that share keys, or some heads of one group.

    Example:

    ```mlir
    %o = ternary.attention scale = 1.250000e-01
      ins(%q, %k, %v, %m : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x1x?x?xf32>)
      outs(%init : tensor<?x4x?x64xf32>) -> tensor<?x4x?x64xf32>
    ```
  }];
  let arguments = (ins F32Attr:$scale, 4DTensorOf<[F32]>:$query, 4DTensorOf<[F32]>:$key,
                       4DTensorOf<[F32]>:$value, Optional<4DTensorOf<[F32]>>:$mask,
                       4DTensorOf<[F32]>:$init);
  let results = (outs 4DTensorOf<[F32]>:$result);
  let assemblyFormat = [{
    `scale` `=` $scale attr-dict
    `ins` `(` $query `,` $key `,` $value (`,` $mask^)?
          `:` type($query) `,` type($key) `,` type($value) (`,` type($mask)^)? `)`
    `outs` `(` $init `:` type($init) `)` `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    /// The number of heads that share the keys of one key head.
    int64_t getGroup();
  }];
}

#endif // DIALECTS_TERNARY_TERNARYATTENTIONOP_TD
