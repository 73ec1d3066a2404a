//===- TernaryStage.td - Products found, a model described -*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ternary products and attention are found; what a session keeps and what a
// caller relies on is settled. In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PASSES_TERNARYSTAGE_TD
#define BITNET_PASSES_TERNARYSTAGE_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// TernaryFuseQuantization
//===----------------------------------------------------------------------===//

def TernaryFuseQuantization : Pass<"ternary-fuse-quantization", "::mlir::ModuleOp"> {
  let summary = "find products of quantised activations with ternary weights";
  let description = [{
    Before, a BitLinear is what its model's framework made of it: the activations
    are scaled, rounded, clamped and scaled back in float (or this whole
    fake-quantisation is added to its input as a difference, the straight-through
    form), and multiplied in float with a constant whose values are 0 and ± one
    magnitude. Both are found by value and structure, never by name.

    After, the codes and scales are `ternary.quantize_activations`, the constant
    is a `ternary.constant` of trits, the product is an exact `ternary.matmul`,
    and one elementwise linalg op scales its sums back. An 8-bit integer product
    with ternary constants becomes a `ternary.matmul` as it stands.

    With `require-ternary` a product of quantised activations with a constant
    that is not ternary is an error; without, it stays in float.

    ```mlir
    %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [0.0, 0.5], [0.5, -0.5]]> : tensor<4x2xf32>
    %y = linalg.matmul ins(%q, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%zero : tensor<3x2xf32>)
    // %q = clamp(round(%x * s)) / s, s = 127 / max(max |%x|, eps)
    ```
    becomes
    ```mlir
    %codes, %scales = ternary.quantize_activations quotient epsilon = 9.99999974E-6 ins(%x : …)
    %trits = ternary.constant dense<[[1, -1, 0, 1], [0, 1, 1, -1]]> : tensor<2x4xi8>
    %acc = ternary.matmul ins(%codes, %trits : …)
    %y = linalg.generic ins(%acc, %scales : …)  // f32(acc) / scale * 0.5
    ```
  }];
  let options = [
    Option<"requireTernary", "require-ternary", "bool", "false",
           "Products of quantised activations must have ternary weights">
  ];
  let statistics = [
    Statistic<"numProducts", "products", "Number of ternary products found">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::bitnet::ternary::TernaryDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryFuseAttention
//===----------------------------------------------------------------------===//

def TernaryFuseAttention : Pass<"ternary-fuse-attention", "::mlir::func::FuncOp"> {
  let summary = "find softmax(q k^T) v over keys that heads may share";
  let description = [{
    Before, attention is what its model's framework made of it: keys and values
    copied once for each head that shares them, the keys transposed, a product, a
    scale, an added mask, softmax, another product. After, it is one
    `ternary.attention` that reads keys and values where they are; what made the
    copies is dead, and `--canonicalize` removes it. The scale may be a constant
    factor or divisor of the scores, the queries or the keys.

    What differs in structure (a mask of other rank, a number of heads that is
    not static, scores that are also an output) stays in linalg.

    ```mlir
    %scores = linalg.batch_matmul ins(%q3, %keys_of_each_head : …)   // [b * 4, s, t]
    %masked = linalg.generic …                                       // %scores * 0.125 + %mask
    %p = linalg.softmax dimension(3) ins(%masked : tensor<?x4x?x?xf32>) …
    %o = linalg.batch_matmul ins(%p3, %values_of_each_head : …)
    ```
    becomes
    ```mlir
    %o = ternary.attention scale = 1.250000e-01
      ins(%q, %k, %v, %mask : tensor<?x4x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x1x?x?xf32>)
      outs(%empty : tensor<?x4x?x8xf32>) -> tensor<?x4x?x8xf32>
    ```
  }];
  let statistics = [
    Statistic<"numAttentions", "attentions", "Number of attentions found">
  ];
  let dependentDialects = ["::mlir::tensor::TensorDialect", "::bitnet::ternary::TernaryDialect"];
}

//===----------------------------------------------------------------------===//
// MakeCachesStateful
//===----------------------------------------------------------------------===//

def MakeCachesStateful : Pass<"make-caches-stateful", "::mlir::ModuleOp"> {
  let summary = "let a session keep the key and value caches";
  let description = [{
    Before, the model has inputs `past_key_values.N.key` and `.value` and outputs
    `present.N.key` and `.value`, each output being the concatenation of its
    input with the new rows. After, each such pair is one argument with the
    attribute `model.cache`, a buffer of `max-context` rows that belongs to the
    session, into which the new rows are inserted at the position, another new
    argument, `model.position`. What read the concatenation reads a slice of
    the buffer. Nothing is copied per call, however long the context.

    A cache's row dimension must be one named dynamic dimension, the same for
    all caches; it becomes the position. `max-context` 0 stands for the model's
    `bitnet.context_length`, or 2048 without it.

    ```mlir
    func.func @main(
        %new: tensor<1x2x?x4xf32> {model.input = #model.value<"new", f32, ()[s0, s1] -> (1, 2, s0, 4)>},
        %past: tensor<1x2x?x4xf32> {model.input = #model.value<"past_key_values.0.key", f32, …>})
        -> (tensor<1x2x?x4xf32> {model.output = #model.value<"present.0.key", f32, …>})
        attributes {model.symbols = ["new", "past"]} {
      %0 = tensor.insert_slice %past into %empty[0, 0, 0, 0] [1, 2, %p, 4] [1, 1, 1, 1]
      %1 = tensor.insert_slice %new into %0[0, 0, %p, 0] [1, 2, %s, 4] [1, 1, 1, 1]
      return %1
    ```
    becomes
    ```mlir
    func.func @main(
        %new: tensor<1x2x?x4xf32> {model.input = …},
        %position: index {model.position = #model.position<"past" appends "new", max_context = 16>},
        %cache: tensor<1x2x16x4xf32> {model.cache = #model.value<"past_key_values.0.key", f32, …>})
        -> (tensor<1x2x16x4xf32> {model.cache = …}) {
      %0 = tensor.insert_slice %new into %cache[0, 0, %position, 0] [1, 2, %s, 4] [1, 1, 1, 1]
      return %0
    ```
  }];
  let options = [
    Option<"maxContext", "max-context", "int64_t", "0",
           "Rows of a cache; 0: the model's context length">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
                           "::bitnet::model::ModelDialect"];
}

//===----------------------------------------------------------------------===//
// BitnetOwnResults
//===----------------------------------------------------------------------===//

def BitnetOwnResults : Pass<"bitnet-own-results", "::mlir::func::FuncOp"> {
  let summary = "give every output a buffer that nothing else has";
  let description = [{
    Before, an output of the model may be an input, a constant, another output or
    a view of one. After, such an output is a copy, so that each can be written
    into the caller's buffer. Caches stay in their arguments.

    ```mlir
    return %y, %y : tensor<?xf32>, tensor<?xf32>
    ```
    becomes
    ```mlir
    %z = bufferization.alloc_tensor() copy(%y) : tensor<?xf32>
    return %y, %z : tensor<?xf32>, tensor<?xf32>
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

//===----------------------------------------------------------------------===//
// BitnetDescribeModel
//===----------------------------------------------------------------------===//

def BitnetDescribeModel : Pass<"bitnet-describe-model", "::mlir::ModuleOp"> {
  let summary = "gather what the compiled object must know of its model";
  let description = [{
    Before, the signature of `@main` says in attributes what the model's inputs,
    outputs, caches and shapes are; lowering to buffers and LLVM destroys it.
    After, the module's `model.contract` holds all of it, from which lib/Target
    makes the object's descriptor, and `@main` is private and marked to get a C
    interface, for the object's entry point. Whatever an output depends on must
    be known from the inputs by now.

    ```mlir
    func.func @main(%x: tensor<?x8xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0, 8)>})
        -> (tensor<?x4xf32> {model.output = #model.value<"y", f32, ()[s0] -> (s0, 4)>},
            tensor<i64> {model.status}) attributes {model.symbols = ["tokens"]}
    ```
    adds
    ```mlir
    module attributes {model.contract = #model.contract<
      symbols = ["tokens"], inputs = [#model.value<"x", f32, ()[s0] -> (s0, 8)>],
      outputs = [#model.value<"y", f32, ()[s0] -> (s0, 4)>], caches = [],
      constraints = [], checks = []>}
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // BITNET_PASSES_TERNARYSTAGE_TD
