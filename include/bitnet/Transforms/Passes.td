//===- Passes.td - Transforms of the ternary road ----------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order in which the pipeline runs them is that of docs/design.md, section 4.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TRANSFORMS_PASSES_TD
#define BITNET_TRANSFORMS_PASSES_TD

include "bitnet/Transforms/GeneralPasses.td"
include "bitnet/Transforms/KernelPasses.td"
include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// BitnetSetTarget
//===----------------------------------------------------------------------===//

def BitnetSetTarget : Pass<"bitnet-set-target", "::mlir::ModuleOp"> {
  let summary = "write the target that the module is compiled for";
  let description = [{
    Before, the module has no target, or any. After, `llvm.target` holds the
    triple, the processor and all features that code for it may use, so that no
    later pass asks the machine it runs on. `cpu` is a processor's name as LLVM
    has it, an x86-64 level, or `host`; an empty `triple` is the host's. What
    LLVM does not know of a machine, `bytes-per-cycle` tells: what a core gets
    from memory while all cores read, which decides what fewer bits per weight
    are worth. `threads` is the number that products are shared among. These, and
    the width over 128 bits that LLVM tunes code for scalable registers for
    (which decides only what is chosen: the code runs at any width), are the
    facts of the target, `dlti.target_system_spec`, for the passes after this one.

    ```mlir
    module {}
    // --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2"
    module attributes {llvm.target = #llvm.target<
      triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v2",
      features = <["+64bit", "+cmov", …, "+sse4.2", …]>>,
      dlti.target_system_spec = #dlti.target_system_spec<"CPU" =
        #dlti.target_device_spec<"threads" = 0 : i64, "vscale" = 1 : i64>>} {}
    ```
  }];
  let options = [
    Option<"triple", "triple", "std::string", "\"\"",
           "Target triple; empty for the host's">,
    Option<"cpu", "cpu", "std::string", "\"host\"",
           "Processor: host, a name that LLVM knows, or x86-64-v2/v3/v4">,
    Option<"bytesPerCycle", "bytes-per-cycle", "double", "0",
           "Bytes a cycle that a core gets from memory while all read">,
    Option<"threads", "threads", "int64_t", "0",
           "Threads that share products; 0: known at run time, 1: no loop">
  ];
  let dependentDialects = ["::mlir::DLTIDialect", "::mlir::LLVM::LLVMDialect"];
}

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
// TernaryLowerAttention
//===----------------------------------------------------------------------===//

def TernaryLowerAttention : Pass<"ternary-lower-attention", "::mlir::func::FuncOp"> {
  let summary = "replace attention by loops that read keys and values in place";
  let description = [{
    Before, there may be `ternary.attention`. After, there is an `scf.forall` over
    batch, heads and tiles of `token-tile` tokens, which threads share, and in it
    for each token three loops over the keys: scores, exponentials, and the sum
    of the values. Rows are read as vectors out of the tensors themselves, so
    that nothing of a cache is copied; the only memory is a row of scores for
    each tile. Every sum has an order that depends on shapes alone.

    ```mlir
    %o = ternary.attention scale = 1.250000e-01 ins(%q, %k, %v, %m : tensor<?x4x?x20xf32>, …) …
    ```
    becomes
    ```mlir
    %o = scf.forall (%b, %h, %i) = (0, 0, 0) to (%batch, 4, %tokens) step (1, 1, 16)
        shared_outs(%out = %init) -> (tensor<?x4x?x20xf32>) {
      %row = tensor.empty(%size) : tensor<?xf32>
      scf.for %s = %c0 to %tile_tokens … {
        scf.for %t = %c0 to %keys …          // row[t] = scale * (q[s] . k[t]) + m[s, t]
        scf.for %t = %c0 to %size step 16 …  // row[t] = exp(row[t] - max), and their sum
        scf.for %t = %c0 to %keys …          // acc += row[t] * v[t]
        …                                    // out[s] = acc / sum
      }
      …
    }
    ```
  }];
  let options = [
    Option<"tokenTile", "token-tile", "int64_t", "16", "Tokens of a tile">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryDecomposeQuantization
//===----------------------------------------------------------------------===//

def TernaryDecomposeQuantization : Pass<"ternary-decompose-quantization", "::mlir::func::FuncOp"> {
  let summary = "say the quantisation of activations in linalg";
  let description = [{
    Before, activations are quantised by `ternary.quantize_activations`. After,
    by linalg ops that do the same arithmetic, operation by operation: the
    greatest magnitude of each row, its scale, and the codes.

    ```mlir
    %codes, %scales = ternary.quantize_activations quotient epsilon = 9.99999974E-6
      ins(%x : tensor<?x8xf32>) outs(%c, %s : tensor<?x8xi8>, tensor<?xf32>) -> …
    ```
    becomes
    ```mlir
    %max = linalg.generic …     // max_k |x[m, k]|
    %scales = linalg.generic …  // 127 / max(%max[m], 9.99999974E-6)
    %codes = linalg.generic …   // i8(clamp(roundeven(x[m, k] * %scales[m])))
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
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

#endif // BITNET_TRANSFORMS_PASSES_TD
