//===- ConversionStage.td - onnx.node to linalg ------------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// onnx.node to linalg on tensors. In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PASSES_CONVERSIONSTAGE_TD
#define BITNET_PASSES_CONVERSIONSTAGE_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// OnnxFoldConstants
//===----------------------------------------------------------------------===//

def OnnxFoldConstants : Pass<"onnx-fold-constants", "::mlir::ModuleOp"> {
  let summary = "compute the nodes of an ONNX graph whose inputs are constant";
  let description = [{
    Before, the weight quantiser of a model in training form, or arithmetic on
    packed weights, stands in the graph as `onnx.node`s on constants. After,
    every node whose inputs are all constant is an `arith.constant`, and constants
    that nothing uses any more are gone. The shape of a tensor of static type
    counts as constant.

    An operator has one meaning: a node is lowered by the row of its operator, as
    `convert-onnx-to-linalg` does it, and what comes out is evaluated (see
    `include/bitnet/Evaluator/Evaluator.h`, also for what is rounded otherwise
    than at run time: sums). A node that cannot be lowered stays, and
    `convert-onnx-to-linalg` says why; so does one that fails a check (an index
    out of range), whose result is much larger than its operands or takes far
    more steps, a product of two large matrices, say.

    ```mlir
    %w = arith.constant dense<[[0.5, -0.1], [0.02, -0.7]]> : tensor<2x2xf32>
    %a = onnx.node "Abs"(%w) : (tensor<2x2xf32>) -> !onnx.value
    %m = onnx.node "ReduceMean"(%a) {keepdims = 0 : i64} : (!onnx.value) -> !onnx.value
    %q = onnx.node "Div"(%w, %m) : (tensor<2x2xf32>, !onnx.value) -> !onnx.value
    %r = onnx.node "Round"(%q) : (!onnx.value) -> !onnx.value
    ```
    becomes
    ```mlir
    %r = arith.constant dense<[[2.0, -0.0], [0.0, -2.0]]> : tensor<2x2xf32>
    ```
  }];
  let statistics = [
    Statistic<"numFolded", "folded", "Number of nodes computed">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::bitnet::onnx::ONNXDialect"
  ];
}

//===----------------------------------------------------------------------===//
// ConvertONNXToLinalg
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

#endif // BITNET_PASSES_CONVERSIONSTAGE_TD
