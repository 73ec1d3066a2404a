//===- TernaryAttrs.td - Attributes of the ternary dialect -*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYATTRS_TD
#define DIALECTS_TERNARY_TERNARYATTRS_TD

include "dialects/Ternary/TernaryAlgorithms.td"
include "dialects/Ternary/TernaryDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/TensorEncoding.td"

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

def Ternary_ScaleArithmetic : I32EnumAttr<"ScaleArithmetic", "how a model computes 127 / max", [
    I32EnumAttrCase<"Quotient", 0, "quotient">,
    I32EnumAttrCase<"Reciprocal", 1, "reciprocal">,
    I32EnumAttrCase<"Divisor", 2, "divisor">]> {
  let cppNamespace = "::bitnet::ternary";
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

def Ternary_PackingAttr : AttrDef<Ternary_Dialect, "Packing",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "packing";
  let summary = "how trits are stored";
  let description = [{
    A packing is described by parameters, not by name. `group` consecutive trits
    t_0 … t_{g-1} of a row form one table index of `index_bits` bits,

        index = sum_i (t_i + 1) * 3^i,

    and as many indices as fit stand in one word of `word_bits` bits, the first
    in the lowest bits. Words of the same depth of `rows` consecutive rows lie
    side by side, so that a vector register holds one word of each row. The
    storage of a `logical_rows x logical_depth` matrix is therefore

        tensor<ROWBLOCKS x WORDS x rows x iN>,  N = word_bits
        WORDS     = ceil(logical_depth / (group * (word_bits / index_bits)))
        ROWBLOCKS = ceil(logical_rows / rows)

    Rows and trits past the logical shape are zero trits. Only ROWBLOCKS may be
    tiled; the logical shape is that of the whole matrix still.

    Where `scale_group` inputs of a row share a scale, each group of them begins
    with a word, and what the last word of a group lacks is zero trits:

        WORDS       = SCALEGROUPS * ceil(scale_group / (group * (word_bits / index_bits)))
        SCALEGROUPS = ceil(logical_depth / scale_group)

    | name | group | index_bits | word_bits | bits per weight |
    |---|---|---|---|---|
    | 4 trits in 8 bits, two bits each | 1 | 2 | 8 | 2 |
    | 4 trits in 8 bits, two indices of two trits | 2 | 4 | 8 | 2 |
    | 9 trits in 16 bits, three indices of three trits | 3 | 5 | 16 | 1.78 |
    | 16 trits in 32 bits, two bits each | 1 | 2 | 32 | 2 |

    | constraint | |
    |---|---|
    | packing_c1 | group is 1 to 5, and 3^group <= 2^index_bits |
    | packing_c2 | word_bits is 8, 16 or 32, and index_bits at most word_bits and 16 |
    | packing_c3 | rows is a positive multiple of 16 |
    | packing_c4 | logical_rows is 1 to 2^32, logical_depth 1 to 2^24 - 1 |
    | packing_c5 | as encoding of a tensor: the type is the storage above, with at most ROWBLOCKS row blocks, or a number that is not known |
    | packing_c6 | scale_group is 0, which means none, to logical_depth |

    Example:

    ```mlir
    #nine_in_sixteen = #ternary.packing<group = 3, index_bits = 5,
        word_bits = 16, rows = 128, logical = 2560 x 2560>
    tensor<20x285x128xi16, #nine_in_sixteen>
    ```
  }];
  let parameters = (ins "unsigned":$group, "unsigned":$indexBits,
                        "unsigned":$wordBits, "unsigned":$rows,
                        "int64_t":$logicalRows, "int64_t":$logicalDepth,
                        DefaultValuedParameter<"int64_t", "0">:$scaleGroup);
  let builders = [
    AttrBuilder<(ins "const ::bitnet::packing::Packing &":$packing,
                     "int64_t":$logicalRows, "int64_t":$logicalDepth,
                     CArg<"int64_t", "0">:$scaleGroup), [{
      return $_get($_ctxt, packing.group, packing.indexBits, packing.wordBits,
                   packing.rows, logicalRows, logicalDepth, scaleGroup);
    }]>
  ];
  let assemblyFormat = [{
    `<` `group` `=` $group `,` `index_bits` `=` $indexBits `,`
    `word_bits` `=` $wordBits `,` `rows` `=` $rows `,`
    `logical` `=` $logicalRows `x` $logicalDepth
    (`,` `scale_group` `=` $scaleGroup^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same parameters for lib/Packing.
    ::bitnet::packing::Packing getPacking() const;
    /// Inputs that kernels read of a row: the depth rounded up to whole words,
    /// or scale groups, the last of them rounded up.
    int64_t getPaddedDepth() const;
    /// The storage above, with this as encoding.
    ::mlir::RankedTensorType getStorageType() const;
    /// WORDS.
    int64_t getWords() const;
    /// The packing of the inputs of one scale group, all of them without.
    PackingAttr forScaleGroup() const;
    /// The packing of a part of the inputs, whole scale groups or a part of one.
    PackingAttr forDepth(int64_t depth) const;
    /// The bytes of the whole storage.
    size_t getStorageBytes() const;
    /// SCALEGROUPS, 1 without.
    int64_t getScaleGroups() const;
    /// The bits of a weight of a large matrix: of its part of a word and, with
    /// scale groups, of what they pad and of their scales, which are f32.
    double getBitsPerWeight() const;
    /// Packs trits (row-major, logical rows x depth, values -1, 0, 1) into the
    /// storage, and back: lib/Packing, with zeros behind each scale group.
    void pack(const int8_t *trits, uint8_t *storage) const;
    void unpack(const uint8_t *storage, int8_t *trits) const;
    /// The packing with what tables of activations depend on alone: matrices
    /// of any number of rows share them.
    PackingAttr forTables() const;
    /// The packing in names of functions: `9in16` for trits in bits, with the
    /// group behind it where it is below three, `4in8g2`.
    std::string getShortName() const;
  }];
}

//===----------------------------------------------------------------------===//
// Kernel
//===----------------------------------------------------------------------===//

def Ternary_KernelAttr : AttrDef<Ternary_Dialect, "Kernel"> {
  let mnemonic = "kernel";
  let summary = "the kernel that computes a product";
  let description = [{
    Written by `ternary-select-kernels` or by hand, obeyed by the passes after
    it. `isa` is the name of an instruction set of lib/Kernels, `algorithm` how it
    is used, with what tunes it, and `max_tokens` the largest number of activation
    rows for which this kernel is taken; 0 means any number.

    | constraint | |
    |---|---|
    | kernel_c1 | lib/Kernels knows isa |
    | kernel_c2 | the isa offers the algorithm |
    | kernel_c3 | max_tokens is not negative |

    Example:

    ```mlir
    #ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 7>
    #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 16>>
    #ternary.kernel<isa = "x86-avx512",
        algorithm = #ternary.lut_registers<token_tile = 4, row_blocks = 4, prefetch = 1024>, max_tokens = 32>
    ```
  }];
  let parameters = (ins "::mlir::StringAttr":$isa,
                        "::bitnet::ternary::AlgorithmAttrInterface":$algorithm,
                        DefaultValuedParameter<"int64_t", "0">:$maxTokens);
  let assemblyFormat = [{
    `<` `isa` `=` $isa `,` `algorithm` `=` $algorithm
    (`,` `max_tokens` `=` $maxTokens^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same kernel for any number of tokens.
    KernelAttr forAnyTokens() const;
    /// The same kernel with this algorithm, an `AlgorithmAttrInterface`.
    KernelAttr withAlgorithm(::mlir::Attribute algorithm) const;
    /// The algorithm's mnemonic, `lut_registers`.
    ::llvm::StringRef getAlgorithmName() const;
  }];
}

def Ternary_KernelArrayAttr : TypedArrayAttrBase<Ternary_KernelAttr, "array of kernels">;

#endif // DIALECTS_TERNARY_TERNARYATTRS_TD
