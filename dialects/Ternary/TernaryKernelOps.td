//===- TernaryKernelOps.td - What a product is made of -----*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel ops work on tensors first and, after bufferization, on buffers.
// They have the packing as an attribute, because bufferization drops encodings.
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYKERNELOPS_TD
#define DIALECTS_TERNARY_TERNARYKERNELOPS_TD

include "mlir/Interfaces/DestinationStyleOpInterface.td"

class Ternary_KernelOp<string mnemonic, list<string> overrides = []>
    : Ternary_Op<mnemonic, [
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<Ternary_KernelOpInterface, overrides>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
}

class Ternary_Buffer<list<Type> elements> : AnyTypeOf<[TensorOf<elements>, MemRefOf<elements>]>;

def Ternary_LutBuildOp : Ternary_KernelOp<"lut_build",
    ["getFunctionKernel", "getFunctionPacking", "getFunctionName"]> {
  let summary = "tables of the signed sums of activation groups";
  let description = [{
    For every token and every group of the packing, the sums
    sum_i t_i * x_{g i} for the choices of trits that the ISA's lookup looks at,
    in the order, element type and layout that it wants (lib/Kernels decides it
    and documents it). Built with adds and subtracts. Groups past the depth, or
    past a scale group, read activations of zero.

    The tables of two neighbouring tokens, 0 and 1, 2 and 3, may be interleaved.
    A table is therefore never tiled by tokens, and read with as many as it was
    built for, by a kernel with the same `lookup_tokens`.

    | constraint | |
    |---|---|
    | lut_build_c1 | activations are i8 [tokens, depth], with a scale_group as many columns as make whole scale groups; table has rank 3 [tokens, groups, entries] |
    | lut_build_c2 | groups is indices per word times words of a row; entries and their type are those of the ISA's lookup |
    | lut_build_c3 | the kernel's algorithm is lut_registers |

    Example:

    ```mlir
    %t = ternary.lut_build <isa = "x86-avx2", algorithm = #ternary.lut_registers>
        <group = 2, index_bits = 4, word_bits = 8, rows = 64, logical = 640 x 256>
      ins(%x : tensor<?x256xi8>) outs(%init : tensor<?x128x32xi8>) -> tensor<?x128x32xi8>
    ```
  }];
  let arguments = (ins Ternary_KernelAttr:$kernel, Ternary_PackingAttr:$packing,
                       Ternary_Buffer<[I8]>:$activations,
                       Ternary_Buffer<[I8, I16]>:$table);
  let assemblyFormat = [{
    $kernel $packing attr-dict `ins` `(` $activations `:` type($activations) `)`
    `outs` `(` $table `:` type($table) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getTableMutable(); }
  }];
}

def Ternary_LutAccumulateOp : Ternary_KernelOp<"lut_accumulate"> {
  let summary = "product by table lookup, rows in lanes";
  let description = [{
    acc[m, r] = sum_g sum(m, g, index(weights, r, g)) for the rows r of the given
    row blocks, with the sums of `ternary.lut_build`. The accumulator has a
    column for each row of the blocks, padding included. It is overwritten or,
    with `accumulates`, added to: so the parts of a depth are put together,
    whose words are slices of the row blocks.

    With scales, a row has one for each scale_group inputs of the packing, and
    the sums of a scale group, exact, are scaled and added group after group:
    acc[m, r] = (... + f32(sum_0) * s[0, r]) + f32(sum_1) * s[1, r] ..., each
    operation rounded, from 0 on or from acc.

    | constraint | |
    |---|---|
    | lut_accumulate_c1 | weights are the storage of the packing, any number of row blocks; it has a scale_group if and only if there are scales |
    | lut_accumulate_c2 | acc is i32, or f32 with scales, of rank 2, [tokens, row blocks * rows] where static |
    | lut_accumulate_c3 | table is that of `ternary.lut_build`, with as many tokens as acc |
    | lut_accumulate_c4 | the kernel's algorithm is lut_registers |
    | lut_accumulate_c5 | scales are f32 [scale groups, row blocks * rows] |
  }];
  let arguments = (ins Ternary_KernelAttr:$kernel, Ternary_PackingAttr:$packing,
                       Ternary_Buffer<[I8, I16]>:$table,
                       Ternary_Buffer<[I8, I16, I32]>:$weights,
                       Optional<Ternary_Buffer<[F32]>>:$scales,
                       Ternary_Buffer<[I32, F32]>:$acc,
                       UnitAttr:$accumulates);
  let assemblyFormat = [{
    $kernel $packing attr-dict `ins` `(` $table `,` $weights `:` type($table) `,` type($weights) `)`
    (`scales` `(` $scales^ `:` type($scales) `)`)?
    `outs` `(` $acc `:` type($acc) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getAccMutable(); }
  }];
}

def Ternary_AddAccumulateOp : Ternary_KernelOp<"add_accumulate"> {
  let summary = "product by masked adds and subtracts, rows in lanes";
  let description = [{
    acc[m, r] = sum_k x[m, k] * w[r, k]: x_k is added in the lanes whose trit is
    +1 and subtracted in those whose trit is -1. The accumulator is overwritten
    and has a column for each row of the blocks, padding included.

    | constraint | |
    |---|---|
    | add_accumulate_c1 | weights are the storage of a packing without scale_group, any number of row blocks |
    | add_accumulate_c2 | acc is i32 of rank 2, [tokens, row blocks * rows] where static |
    | add_accumulate_c3 | activations are i8 [tokens, padded depth]: trits per word times words |
    | add_accumulate_c4 | the kernel's algorithm is masked_add |
  }];
  let arguments = (ins Ternary_KernelAttr:$kernel, Ternary_PackingAttr:$packing,
                       Ternary_Buffer<[I8]>:$activations,
                       Ternary_Buffer<[I8, I16, I32]>:$weights,
                       Ternary_Buffer<[I32]>:$acc);
  let assemblyFormat = [{
    $kernel $packing attr-dict `ins` `(` $activations `,` $weights `:` type($activations) `,` type($weights) `)`
    `outs` `(` $acc `:` type($acc) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getAccMutable(); }
  }];
}

def Ternary_DotAccumulateOp : Ternary_KernelOp<"dot_accumulate"> {
  let summary = "product by hardware dot products, rows in lanes";
  let description = [{
    acc[m, r] = sum_k x[m, k] * w[r, k], with instructions that multiply bytes
    and add the products of four of them. Two bits are one trit plus one; four
    bytes with one trit each come out of a word of 16 trits by a shift and a
    mask, and are trits i, i+4, i+8 and i+12. The activations of a word
    therefore stand as the transpose of a 4 x 4 matrix: 0, 4, 8, 12, 1, 5, ….
    The accumulator is overwritten and has a column for each row of the blocks,
    padding included.

    | constraint | |
    |---|---|
    | dot_accumulate_c1 | weights are the storage of a packing without scale_group, any number of row blocks |
    | dot_accumulate_c2 | acc is i32 of rank 2, [tokens, row blocks * rows] where static |
    | dot_accumulate_c3 | activations are i8 [tokens, padded depth]: trits per word times words |
    | dot_accumulate_c4 | the kernel's algorithm is dot |
  }];
  let arguments = (ins Ternary_KernelAttr:$kernel, Ternary_PackingAttr:$packing,
                       Ternary_Buffer<[I8]>:$activations,
                       Ternary_Buffer<[I32]>:$weights,
                       Ternary_Buffer<[I32]>:$acc);
  let assemblyFormat = [{
    $kernel $packing attr-dict `ins` `(` $activations `,` $weights `:` type($activations) `,` type($weights) `)`
    `outs` `(` $acc `:` type($acc) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getAccMutable(); }
  }];
}

def Ternary_TokenAccumulateOp : Ternary_KernelOp<"token_accumulate"> {
  let summary = "product by table lookup, tokens in lanes";
  let description = [{
    acc[m, r] = sum_k x[k, m] * w[r, k], with activations that stand transposed.
    For a tile of tokens and some groups the table of all signed sums lies in
    the first-level cache, one row of tokens for each index, and every weight row
    adds the table row that its index names. Buffers for the tables and for the
    sums of a tile are the affair of the function that computes the op. The
    accumulator is overwritten; activations beyond its tokens fill up the last
    tile.

    With scales, a row has one for each scale_group inputs of the packing, and
    the sums of a scale group, exact, are scaled and added group after group:
    acc[m, r] = (... + f32(sum_0) * s[0, r]) + f32(sum_1) * s[1, r] ..., each
    operation rounded, from 0 on.

    | constraint | |
    |---|---|
    | token_accumulate_c1 | weights are the storage of the packing, any number of row blocks; it has a scale_group if and only if there are scales |
    | token_accumulate_c2 | acc is i32, or f32 with scales, of rank 2, [tokens, row blocks * rows] where static |
    | token_accumulate_c3 | activations are i8 [padded depth, padded tokens]: trits per word times words; with scales those of the last scale group end at its padded depth, the others at their own |
    | token_accumulate_c4 | the kernel's algorithm is lut_memory |
    | token_accumulate_c5 | scales are f32 [scale groups, row blocks * rows] |
  }];
  let arguments = (ins Ternary_KernelAttr:$kernel, Ternary_PackingAttr:$packing,
                       Ternary_Buffer<[I8]>:$activations,
                       Ternary_Buffer<[I8, I16, I32]>:$weights,
                       Optional<Ternary_Buffer<[F32]>>:$scales,
                       Ternary_Buffer<[I32, F32]>:$acc);
  let assemblyFormat = [{
    $kernel $packing attr-dict `ins` `(` $activations `,` $weights `:` type($activations) `,` type($weights) `)`
    (`scales` `(` $scales^ `:` type($scales) `)`)?
    `outs` `(` $acc `:` type($acc) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getAccMutable(); }
  }];
}

#endif // DIALECTS_TERNARY_TERNARYKERNELOPS_TD
