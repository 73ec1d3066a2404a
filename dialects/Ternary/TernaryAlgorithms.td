//===- TernaryAlgorithms.td - Algorithms for products ------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYALGORITHMS_TD
#define DIALECTS_TERNARY_TERNARYALGORITHMS_TD

include "dialects/Ternary/TernaryDialect.td"
include "mlir/IR/AttrTypeBase.td"

class Ternary_AlgorithmAttr<string name, string algorithmMnemonic>
    : AttrDef<Ternary_Dialect, name> {
  let mnemonic = algorithmMnemonic;
}

/// Rows in lanes, in row blocks that are streams of weights. The parameters tune
/// it and change no result.
class Ternary_StreamsAttr<string name, string algorithmMnemonic, dag more = (ins)>
    : Ternary_AlgorithmAttr<name, algorithmMnemonic> {
  let parameters = !con((ins DefaultValuedParameter<"int64_t", "1">:$token_tile,
                             DefaultValuedParameter<"int64_t", "1">:$row_blocks,
                             DefaultValuedParameter<"int64_t", "0">:$prefetch),
                        more);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
}

def Ternary_LutRegistersAttr : Ternary_StreamsAttr<"LutRegisters", "lut_registers",
    (ins DefaultValuedParameter<"int64_t", "2">:$lookup_tokens,
         DefaultValuedParameter<"int64_t", "0">:$cache_tokens,
         DefaultValuedParameter<"int64_t", "0">:$word_tile)> {
  let builders = [
    AttrBuilder<(ins "int64_t":$tokenTile, "int64_t":$rowBlocks,
                     "int64_t":$prefetch, "int64_t":$lookupTokens), [{
      return $_get($_ctxt, tokenTile, rowBlocks, prefetch, lookupTokens,
                   /*cacheTokens=*/0, /*wordTile=*/0);
    }]>
  ];
  let summary = "lookup in tables that stay in registers, rows in lanes";
  let description = [{
    `ternary.lut_build` makes the tables of a token, and
    `ternary.lut_accumulate` looks the words of many rows up at once. For many
    tokens a part of the depth is computed at a time, so that its weights stay in
    the first-level cache, and the tables of some tokens in the next one; the
    sums of the parts are added up.

    | | |
    |---|---|
    | `token_tile` | tokens whose sums stay in registers together |
    | `row_blocks` | row blocks that are computed together, each a stream of weights |
    | `prefetch` | bytes that each stream is asked for ahead of its use; 0: not at all |
    | `lookup_tokens` | tokens that may share a lookup, where the instruction set has one for several |
    | `cache_tokens` | tokens whose tables stay in the second-level cache together; 0: those of all |
    | `word_tile` | words of a row that are computed at a time, at most: a row is cut into equal parts; 0: all. A scale group is always whole |

    | constraint | |
    |---|---|
    | lut_registers_c1 | token_tile and row_blocks are powers of two, at most 16 |
    | lut_registers_c2 | prefetch is not negative |
    | lut_registers_c3 | group, index_bits and word_bits of the packing are those of the instruction set's lookup, and its rows fill registers |
    | lut_registers_c4 | lookup_tokens is 1 or 2 |
    | lut_registers_c5 | cache_tokens is a multiple of lookup_tokens, at most 65536 |
    | lut_registers_c6 | word_tile is 0 to 16777216 |

    Example:

    ```mlir
    #ternary.lut_registers<token_tile = 4, row_blocks = 4, prefetch = 1024>
    ```
  }];
}

def Ternary_LutMemoryAttr : Ternary_AlgorithmAttr<"LutMemory", "lut_memory"> {
  let summary = "lookup in tables in the first-level cache, tokens in lanes";
  let description = [{
    For many tokens: `ternary.token_accumulate` adds the table rows that the
    words of a weight row name.

    | | |
    |---|---|
    | `token_tile` | tokens in the lanes of one table row |
    | `table_bytes` | bytes that the tables may take of the first-level cache |

    | constraint | |
    |---|---|
    | lut_memory_c1 | token_tile is a power of two, at most 256 |
    | lut_memory_c2 | table_bytes is 1024 to 16777216 |
    | lut_memory_c3 | of a kernel op: token_tile is a multiple of 16 and of the 16-bit lanes of a register |

    Example:

    ```mlir
    #ternary.lut_memory<token_tile = 64, table_bytes = 32768>
    ```
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let parameters = (ins "int64_t":$token_tile,
                        DefaultValuedParameter<"int64_t", "16384">:$table_bytes);
}

def Ternary_MaskedAddAttr : Ternary_AlgorithmAttr<"MaskedAdd", "masked_add"> {
  let summary = "masked adds and subtracts, rows in lanes";
  let description = [{
    For few tokens where no lookup fits a register: `ternary.add_accumulate`. It
    has no parameters.

    | constraint | |
    |---|---|
    | masked_add_c1 | the packing has one trit an index and words of 8 or 16 bits, and its rows fill registers |

    Example:

    ```mlir
    #ternary.masked_add
    ```
  }];
  // Without it parameters would be read over.
  let hasCustomAssemblyFormat = 1;
}

def Ternary_DotAttr : Ternary_StreamsAttr<"Dot", "dot"> {
  let summary = "the hardware's dot products, rows in lanes";
  let description = [{
    For any number of tokens: `ternary.dot_accumulate`, the one algorithm that
    multiplies. It is chosen only on demand. The parameters are those of
    `lut_registers`.

    | constraint | |
    |---|---|
    | dot_c1 | token_tile and row_blocks are powers of two, at most 16 |
    | dot_c2 | prefetch is not negative |
    | dot_c3 | the packing has one trit an index of two bits, 16 in a word, and its rows fill registers |

    Example:

    ```mlir
    #ternary.dot<token_tile = 4, row_blocks = 4, prefetch = 1024>
    ```
  }];
}

#endif // DIALECTS_TERNARY_TERNARYALGORITHMS_TD
