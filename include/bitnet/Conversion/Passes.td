//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_CONVERSION_PASSES_TD
#define BITNET_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// ONNXToLinalg
//===----------------------------------------------------------------------===//

def ConvertONNXToLinalg : Pass<"convert-onnx-to-linalg", "::mlir::ModuleOp"> {
  let summary = "give the nodes of an ONNX graph their meaning in linalg";
  let description = [{
    Before, a function that ends in `onnx.return` holds the nodes of a graph and
    constants. After, no op of the onnx dialect is left: data is linalg, tensor,
    arith and math on tensors, and the arithmetic of shapes, which ONNX does on
    i64 tensors, is index arithmetic on the sizes of the arguments.

    Every dimension is an expression over the function's symbols, the named
    dimensions of its arguments, so that one function serves all of their sizes.
    A size that ONNX checks when it runs is a constraint: two sizes that must be
    equal but are other expressions, or one that must not be negative. The results
    have the inferred types, which are checked against the declared ones.

    After it the signature is a whole contract (see the model dialect): `model.output`
    has the inferred shape, `model.constraints` and `model.checks` say what a call
    can be refused for, and a new last result is the `model.status`.

    Opsets 7 to 28 are known. An operator, attribute, or form of an operand
    that is not supported is an error that names node, operator and opset.

    ```mlir
    func.func @relu(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>})
        -> (tensor<?x8xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0, 8)>})
        attributes {model.symbols = ["batch"]} {
      %y = onnx.node "Relu"(%x) : (tensor<?x8xf32>) -> !onnx.value
      onnx.return %y : !onnx.value
    }
    ```
    becomes
    ```mlir
    func.func @relu(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>})
        -> (tensor<?x8xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0, 8)>},
            tensor<i64> {model.status})
        attributes {model.checks = [], model.constraints = [], model.symbols = ["batch"]} {
      %batch = tensor.dim %x, %c0 : tensor<?x8xf32>
      %status = linalg.fill ins(%c0_i64 : i64) outs(%0 : tensor<i64>) -> tensor<i64>
      %1 = tensor.empty(%batch) : tensor<?x8xf32>
      %y = linalg.generic … ins(%x : tensor<?x8xf32>) outs(%1 : tensor<?x8xf32>) {
      ^bb0(%in: f32, %out: f32):
        %2 = arith.maximumf %in, %cst : f32
        linalg.yield %2 : f32
      } -> tensor<?x8xf32>
      return %y, %status : tensor<?x8xf32>, tensor<i64>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::bitnet::model::ModelDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryToVector
//===----------------------------------------------------------------------===//

def ConvertTernaryToVector : Pass<"convert-ternary-to-vector", "::mlir::ModuleOp"> {
  let summary = "replace kernel ops on buffers by calls of emitted kernels";
  let description = [{
    Before: `ternary.lut_build`, `ternary.lut_accumulate`,
    `ternary.add_accumulate` and `ternary.token_accumulate` on buffers.
    After: none of them; each is a call of a function that lib/Kernels emitted
    for its instruction set, in vector, arith, scf, memref and
    `llvm.call_intrinsic`. One function serves all products of its shape,
    algorithm and packing; it is private, is not inlined, allocates nothing and
    is named

        ternary_matmul_<rows>x<depth>_<algorithm>_<packing>
        ternary_lut_build_<depth>_<packing>

    where the packing is spelled `9in16` (trits in bits) with the group behind
    it when that is 1 or 2, `4in8g2`. Its arguments are the op's operands, cast
    to buffers at any offset and of any number of row blocks and tokens. What the
    kernels need of a processor is added to the module's `model.features`.

    | error | |
    |---|---|
    | an operand is a tensor | bufferize before |
    | the packing is not the one that the lookup understands | |
    | rows or token_tile is no multiple of the vector lanes | |
    | masked_add with more than one trit in an index | |
    | a buffer has other inner dimensions or strides | |
    | the function's name is taken | |

    Example:

    ```mlir
    // Before
    ternary.lut_accumulate <isa = "x86-avx512", algorithm = lut_registers>
        <group = 3, index_bits = 5, word_bits = 16, rows = 64, logical = 128 x 90>
      ins(%table, %w : memref<1x30x32xi16>, memref<2x10x64xi16>) outs(%acc : memref<?x?xi32>)

    // After
    %t = memref.cast %table : memref<1x30x32xi16> to memref<?x30x32xi16, strided<[960, 32, 1], offset: ?>>
    %p = memref.cast %w : memref<2x10x64xi16> to memref<?x10x64xi16, strided<[640, 64, 1], offset: ?>>
    %a = memref.cast %acc : memref<?x?xi32> to memref<?x?xi32, strided<[?, 1], offset: ?>>
    func.call @ternary_matmul_128x90_lut_registers_9in16(%t, %p, %a) : (…) -> ()
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::bitnet::model::ModelDialect"
  ];
}

#endif // BITNET_CONVERSION_PASSES_TD
