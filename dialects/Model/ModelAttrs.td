//===- ModelAttrs.td - Attributes of the model dialect -----*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_MODEL_MODELATTRS_TD
#define DIALECTS_MODEL_MODELATTRS_TD

include "dialects/Model/ModelDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Value
//===----------------------------------------------------------------------===//

def Model_ValueAttr : AttrDef<Model_Dialect, "Value"> {
  let mnemonic = "value";
  let summary = "a tensor that crosses the model's boundary";
  let description = [{
    The name that the source model gives it, its element type and its shape over
    the symbols of the function. A dimension is the constant of a static size, a
    symbol of its own, or an expression over symbols. The type says what the
    caller's memory holds: `ui8` stays `ui8` here when the code has signless
    integers. A file that states no shape for an output leaves it out.

    | constraint | |
    |---|---|
    | value_c1 | the name is not empty and has no zero byte |
    | value_c2 | the element type is f16, bf16, f32, f64, i1, or an integer of 8, 16, 32 or 64 bits, signless (which counts as signed) or unsigned |
    | value_c3 | the shape is over symbols alone, and no constant in it is negative |

    Example:

    ```mlir
    #model.value<"attention_mask", i64, ()[s0, s1, s2] -> (s0, s1 + s2)>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name, "::mlir::Type":$elementType,
                        OptionalParameter<"::mlir::AffineMap">:$shape);
  let assemblyFormat = "`<` $name `,` $elementType (`,` $shape^)? `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same value with another shape.
    ValueAttr withShape(::mlir::AffineMap shape) const;
    /// The type of the tensor in code: signless, static where the shape is.
    ::mlir::RankedTensorType getTensorType() const;
  }];
}

//===----------------------------------------------------------------------===//
// Constraint
//===----------------------------------------------------------------------===//

def Model_ConstraintKind : I32EnumAttr<"ConstraintKind", "how an expression compares with 0", [
    I32EnumAttrCase<"Zero", 0, "zero">,
    I32EnumAttrCase<"NonNegative", 1, "non_negative">]> {
  let cppNamespace = "::bitnet::model";
}

def Model_ConstraintAttr : AttrDef<Model_Dialect, "Constraint"> {
  let mnemonic = "constraint";
  let summary = "what must hold between the dimensions of a call";
  let description = [{
    A call whose shapes break it is refused. `node` is where in the source model
    it comes from.

    | constraint | |
    |---|---|
    | constraint_c1 | one expression, over symbols alone |

    Example:

    ```mlir
    #model.constraint<zero ()[s0, s1] -> (s0 - s1), "/Add">
    #model.constraint<non_negative ()[s0] -> (s0 - 3), "/Slice">
    ```
  }];
  let parameters = (ins EnumParameter<Model_ConstraintKind>:$kind,
                        "::mlir::AffineMap":$map, StringRefParameter<>:$node);
  let assemblyFormat = "`<` $kind $map `,` $node `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::mlir::AffineExpr getExpr() const { return getMap().getResult(0); }
  }];
}

//===----------------------------------------------------------------------===//
// Position
//===----------------------------------------------------------------------===//

def Model_PositionAttr : AttrDef<Model_Dialect, "Position"> {
  let mnemonic = "position";
  let summary = "how many tokens are in the caches of a session";
  let description = [{
    `symbol` counts the tokens that are in the caches when a call begins, at most
    `max_context` with those that it appends. `appends` counts these; without it
    a call appends one.

    | constraint | |
    |---|---|
    | position_c1 | symbol is not empty, and appends is another one |
    | position_c2 | max_context is at least 1 |

    Example:

    ```mlir
    #model.position<"past" appends "sequence", max_context = 2048>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$symbol,
                        OptionalParameter<"::mlir::StringAttr">:$appends,
                        "int64_t":$maxContext);
  let assemblyFormat = [{
    `<` $symbol (`appends` $appends^)? `,` `max_context` `=` $maxContext `>`
  }];
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Layer
//===----------------------------------------------------------------------===//

def Model_LayerAttr : AttrDef<Model_Dialect, "Layer"> {
  let mnemonic = "layer";
  let summary = "what was chosen for one ternary product";
  let description = [{
    What `bitnet-run --describe` tells of it, in words: the node in the source
    model, the shape of its weights, the instruction set, the kernels (the one
    for few tokens first), the packing with its bits per weight, scales of
    groups included, and why.

    | constraint | |
    |---|---|
    | layer_c1 | rows, depth and bits are positive |

    Example:

    ```mlir
    #model.layer<"/up/MatMul", 640 x 256, isa = "x86-avx2", kernels = "lut-registers,lut-memory",
                 packing = "4 trits in 8 bits, 2 an index", bits = 2.0 : f64, reason = "…">
    ```
  }];
  let parameters = (ins StringRefParameter<>:$node, "int64_t":$rows,
                        "int64_t":$depth, StringRefParameter<>:$isa,
                        StringRefParameter<>:$kernels,
                        StringRefParameter<>:$packing, "::mlir::FloatAttr":$bits,
                        StringRefParameter<>:$reason);
  let assemblyFormat = [{
    `<` $node `,` $rows `x` $depth `,` `isa` `=` $isa `,` `kernels` `=` $kernels
    `,` `packing` `=` $packing `,` `bits` `=` $bits `,` `reason` `=` $reason `>`
  }];
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

def Model_WeightsAttr : AttrDef<Model_Dialect, "Weights"> {
  let mnemonic = "weights";
  let summary = "the file beside the object that its weights went to";
  let description = [{
    Its size and the FNV-1a hash of its bytes, which the runtime compares.

    | constraint | |
    |---|---|
    | weights_c1 | there is at least one byte |

    Example:

    ```mlir
    #model.weights<1638400 bytes, hash = 12638187200555641996>
    ```
  }];
  let parameters = (ins "int64_t":$bytes, "uint64_t":$hash);
  let assemblyFormat = "`<` $bytes `bytes` `,` `hash` `=` $hash `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Contract
//===----------------------------------------------------------------------===//

def Model_ContractAttr : AttrDef<Model_Dialect, "Contract"> {
  let mnemonic = "contract";
  let summary = "all that a caller of the model relies on";
  let description = [{
    What the attributes of a signature say, gathered by `bitnet-describe-model`
    before lowering destroys the signature.

    | constraint | |
    |---|---|
    | contract_c1 | symbols and checks are strings, inputs, outputs and caches are `#model.value`, constraints are `#model.constraint` |
    | contract_c2 | no symbol is empty, has a zero byte, or is named twice |
    | contract_c3 | every value has a shape, and it and every constraint are over as many symbols as are named |
    | contract_c4 | no two inputs or caches have the same name, and no two outputs |
    | contract_c5 | a symbol that a value or a constraint uses is a whole dimension of an input, or is the position or the batch, the first dimension of the first cache |
    | contract_c6 | there are caches only with a position, whose symbols are named; the one that it appends is a dimension of an input |
    | contract_c7 | no dimension of a cache depends on more than the batch, which is not the position |

    Example:

    ```mlir
    #model.contract<
      symbols = ["tokens", "past"],
      inputs = [#model.value<"ids", i64, ()[s0, s1] -> (s0)>],
      outputs = [#model.value<"logits", f32, ()[s0, s1] -> (s0, 8)>],
      caches = [#model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (16, 4)>],
      position = #model.position<"past" appends "tokens", max_context = 16>,
      constraints = [], checks = ["token id out of range"]>
    ```
  }];
  let parameters = (ins
    "::mlir::ArrayAttr":$symbols, "::mlir::ArrayAttr":$inputs,
    "::mlir::ArrayAttr":$outputs, "::mlir::ArrayAttr":$caches,
    OptionalParameter<"::bitnet::model::PositionAttr">:$position,
    "::mlir::ArrayAttr":$constraints, "::mlir::ArrayAttr":$checks);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The number of the symbol of that name, -1 if there is none.
    int64_t getSymbolNumber(::llvm::StringRef name) const;
  }];
}

#endif // DIALECTS_MODEL_MODELATTRS_TD
