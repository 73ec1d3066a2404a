//===- KernelStage.td - Kernels chosen and placed ----------*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target and kernels are chosen, products formed, packed, placed and lowered to
// kernel ops. In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_PASSES_KERNELSTAGE_TD
#define BITNET_PASSES_KERNELSTAGE_TD

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
    are worth. `threads` is the number that products are shared among. These, the
    width over 128 bits that LLVM tunes code for scalable registers for (which
    decides only what is chosen: the code runs at any width), and what
    `lib/Target/Processors.def` says of the processor, are the facts of the
    target, `dlti.target_system_spec`, for the passes after this one.

    ```mlir
    module {}
    // --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2"
    module attributes {llvm.target = #llvm.target<
      triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v2",
      features = <["+64bit", "+cmov", …, "+sse4.2", …]>>,
      dlti.target_system_spec = #dlti.target_system_spec<"CPU" =
        #dlti.target_device_spec<"threads" = 0 : i64, "vscale" = 1 : i64, "l1d_bytes" = 32768 : i64>>} {}
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
// TernarySelectKernels
//===----------------------------------------------------------------------===//

def TernarySelectKernels : Pass<"ternary-select-kernels", "::mlir::ModuleOp"> {
  let summary = "decide packing and kernels of every ternary product";
  let description = [{
    Before, `ternary.matmul` has weights of trits and, unless somebody chose them
    by hand, no kernels. After, it has `kernels` and `packing`, chosen by
    lib/Kernels from the module's target and the shape, and the module's
    `model.layers` tells for each product what was chosen and why. The
    products themselves are unchanged: the passes after this one obey. A file of
    `choices` decides for the shapes that it names; the same rows and depth with
    another `scale_group` are another shape. One of `kernels` and `packing` without
    the other is an error.

    Of the instruction sets that the target has, the one is taken whose kernel
    for one token is predicted to take the least time (`kernels::predict`). The
    functions of the kernel are emitted, and the operations that they would
    execute counted; facts of the target, which `bitnet-set-target` writes, make
    cycles of them. There are three numbers: of the busiest ports if all data
    were in the first-level cache, of what comes from the second-level cache, and
    of the weights, which come from memory. The time is the longest of them and a
    quarter of the others. All three stand in the report.

    `algorithm = #ternary.dot` takes products by the hardware's dot product instructions
    instead. They multiply, and are there to be compared with. `isa` takes an
    instruction set of the target that is not the cheapest by that estimate,
    for example because registers are wider than is known here. What a file of
    choices says of a shape wins over both.

    ```mlir
    ternary.matmul ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>) outs(…)
    ```
    becomes, on a target without vector lookups,
    ```mlir
    ternary.matmul {
      kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add, max_tokens = 1>,
                 #ternary.kernel<isa = "generic", algorithm = #ternary.lut_memory<token_tile = 32, table_bytes = 28672>>],
      packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 32, logical = 640 x 256>}
      ins(%x, %w : tensor<?x256xi8>, tensor<640x256x!ternary.trit>) outs(…)
    ```
  }];
  let options = [
    Option<"choices", "choices", "std::string", "\"\"",
           "File of kernels for some shapes, as bitnet-bench tune has it">,
    Option<"algorithm", "algorithm", "std::string", "\"lookup\"",
           "lookup: adds and table lookups; dot: products, which multiply">,
    Option<"isa", "isa", "std::string", "\"\"",
           "Instruction set by its name in kernels; empty: the cheapest">,
    Option<"remarks", "remarks", "bool", "false",
           "Tell for each product what was chosen and why">
  ];
  // Kernels are emitted to count their operations.
  let dependentDialects = [
    "::bitnet::model::ModelDialect", "::bitnet::ternary::TernaryDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryFuseEpilogues
//===----------------------------------------------------------------------===//

def TernaryFuseEpilogues : Pass<"ternary-fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "make what follows a product one op";
  let description = [{
    Before, elementwise ops follow a `ternary.matmul`: scales, a bias, the
    residual, what a gate does. After, they are one `linalg.generic` over tokens
    and columns that reads the sums, so that it can be computed tile by tile with
    the product. Ops in more dimensions, batch and sequence instead of tokens,
    are brought to two. A value that others read, too, ends the chain, as does
    one that needs products of two different activations.

    The patterns are upstream's: elementwise fusion and the collapsing of
    reshapes, held back from ops that are not behind products. What comes with
    them, such as constants that fold into the ops that read them, applies to
    all.

    ```mlir
    %s = ternary.matmul ins(%x, %w : …) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
    %y = linalg.generic … ins(%s, %scales : …)     // sitofp, divf
    %y3 = tensor.expand_shape %y [[0, 1], [2]] … into tensor<?x?x16xf32>
    %z = linalg.generic … ins(%residual, %y3 : …)  // addf
    ```
    becomes
    ```mlir
    %s = ternary.matmul ins(%x, %w : …) outs(%acc : tensor<?x16xi32>) -> tensor<?x16xi32>
    %r = tensor.collapse_shape %residual [[0, 1], [2]] …
    %y = linalg.generic … ins(%r, %s, %scales : …)  // sitofp, divf, addf
    %z = tensor.expand_shape %y [[0, 1], [2]] … into tensor<?x?x16xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryFormProducts
//===----------------------------------------------------------------------===//

def TernaryFormProducts : Pass<"ternary-form-products", "::mlir::func::FuncOp"> {
  let summary = "make a product and what follows on its sums one op";
  let description = [{
    Before, products are `ternary.matmul`, and a `linalg.generic` over tokens and
    columns may be the only reader of a product's sums, or of those of several
    with the same activations. After, each such unit is a `ternary.product`,
    which the passes after this one branch, tile and lower as a whole; a product
    that something else follows is one by itself.

    Products of the same activations stand one behind the other, where the first
    was, and what they read before them, so that they can share what is computed
    from the activations. An epilogue is left out if it waits for another product
    in some other way, or reads products of different packings.

    ```mlir
    %s = ternary.matmul {kernels = #k, packing = #p} ins(%x, %w : …) outs(%acc : tensor<?x16xi32>)
    %y = linalg.generic … ins(%s, %scales : …) outs(%empty : tensor<?x16xf32>)  // sitofp, divf
    ```
    becomes
    ```mlir
    %y = ternary.product {kernels = #k, maps = [affine_map<(d0, d1) -> (d0)>], packing = #p}
        activations(%x : …) weights(%w : …) inputs(%scales : …) outs(%empty : …) {
    ^bb0(%sum: i32, %scale: f32):
      %0 = arith.sitofp %sum : i32 to f32
      %1 = arith.divf %0, %scale : f32
      ternary.yield %1 : f32
    } -> tensor<?x16xf32>
    ```
  }];
  let dependentDialects = ["::bitnet::ternary::TernaryDialect"];
}

//===----------------------------------------------------------------------===//
// TernaryPackWeights
//===----------------------------------------------------------------------===//

def TernaryPackWeights : Pass<"ternary-pack-weights", "::mlir::func::FuncOp"> {
  let summary = "pack the weights as the chosen kernels want them";
  let description = [{
    Before, `ternary.product` has weights of trits and a `packing`. After, its
    weights are a `ternary.pack` with that packing, folded where the trits are
    constant. Loops do not exist yet, so whole matrices are packed, and a later
    tile is a contiguous slice of the storage.

    ```mlir
    %y = ternary.product {packing = #p} activations(%x : …) weights(%w : tensor<20x10x!ternary.trit>) …
    ```
    becomes
    ```mlir
    %packed = ternary.pack %w : tensor<20x10x!ternary.trit> -> tensor<2x3x16xi8, #p>
    %y = ternary.product activations(%x : …) weights(%packed : tensor<2x3x16xi8, #p>) …
    ```
  }];
  let dependentDialects = ["::bitnet::ternary::TernaryDialect"];
}

//===----------------------------------------------------------------------===//
// TernaryBranchOnTokens
//===----------------------------------------------------------------------===//

def TernaryBranchOnTokens : Pass<"ternary-branch-on-tokens", "::mlir::func::FuncOp"> {
  let summary = "one kernel for each product";
  let description = [{
    Before, `ternary.product` has packed weights and one or more kernels, for
    growing numbers of tokens. After, each has exactly one kernel, and stands in
    the branch for the tokens that the kernel is for.

    Products that read the same activations are put under one branch, so that
    what only depends on the activations is computed once for all of them.

    ```mlir
    %y = ternary.product {kernels = [#few, #many]} activations(%x : …) weights(%packed : …) …
    ```
    becomes
    ```mlir
    %few = arith.cmpi ule, %tokens, %c7 : index
    %y = scf.if %few -> (tensor<?x40xf32>) {
      %r = ternary.product {kernels = [#few]} activations(%x : …) weights(%packed : …) …
      scf.yield %r
    } else {
      … the same with #many
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::bitnet::ternary::TernaryDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryTileProducts
//===----------------------------------------------------------------------===//

def TernaryTileProducts : Pass<"ternary-tile-products", "::mlir::func::FuncOp"> {
  let summary = "share the rows or tokens among threads, tile for the caches";
  let description = [{
    Before, `ternary.product` has packed weights and one kernel. After, products
    of the same activations stand in one `scf.forall` over as many parts as there
    are threads, each of which computes about the same number of row blocks or,
    where a kernel for any number of tokens has as many tiles of them that no
    thread waits long for another, of tokens. With one thread there is no such
    loop, nor where every product has a single row block, nor for few tokens
    where the products together have at most `serial-weights` weights. What only depends on the activations is computed by
    each thread in its own cache: reading what another core has just written
    takes longer.

    A kernel for any number of tokens computes tiles, as its algorithm has them
    (`getCacheTile`): `lut_memory` of `token_tile` tokens and as many row blocks
    as it keeps in the cache, `lut_registers` of `cache_tokens` tokens and all
    rows.

    ```mlir
    %y = ternary.product {kernels = [#many]} activations(%x : …) weights(%packed : …) … outs(%empty : tensor<?x40xf32>)
    ```
    becomes
    ```mlir
    %threads = ternary.thread_count
    %y = scf.forall (%part) in (%threads) shared_outs(%out = %empty) -> (tensor<?x40xf32>) {
      %out_part = tensor.extract_slice %out …
      %r = scf.for %token = %c0 to %tokens step %c8 iter_args(%all = %out_part) -> (tensor<?x?xf32>) {
        %t = ternary.product {kernels = [#many]} activations(%x_tile : …) weights(%packed_part : …) … outs(%out_tile : …)
        %next = tensor.insert_slice %t into %all …
        scf.yield %next
      }
      … tensor.parallel_insert_slice %r into %out …
    }
    ```
  }];
  let options = [
    Option<"serialWeights", "serial-weights", "int64_t", "262144",
           "Weights up to which few tokens are left to one thread">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::bitnet::ternary::TernaryDialect"
  ];
}

//===----------------------------------------------------------------------===//
// TernaryLowerToKernels
//===----------------------------------------------------------------------===//

def TernaryLowerToKernels : Pass<"ternary-lower-to-kernels", "::mlir::func::FuncOp"> {
  let summary = "replace tiles of ternary products by kernel ops";
  let description = [{
    Before, every `ternary.product` has packed weights and one kernel. After,
    there is none; in its place stand what `AlgorithmAttrInterface` builds,

    | algorithm | kernel op | prepared before it |
    |---|---|---|
    | `lut_registers` | `ternary.lut_accumulate` | `ternary.lut_build` |
    | `masked_add` | `ternary.add_accumulate` | activations padded to whole words |
    | `dot` | `ternary.dot_accumulate` | activations padded to whole words, each word's transposed as a 4 x 4 matrix |
    | `lut_memory` | `ternary.token_accumulate` | activations transposed into a padded buffer |

    The sums go to a buffer with a column for each row of the row blocks, and the
    epilogue, a `linalg.generic`, reads of it the columns that are no padding.
    With scale groups `lut_memory` takes the scales, padded to whole row blocks;
    for the others a loop computes one group after the other, and a
    `linalg.generic` in it scales its sums and adds them to what there is. A
    kernel with a depth tile (`getDepthTile`) computes one part of the inputs
    after the other, adding to sums that begin with zero; products of the same
    activations share that loop. In loops over tiles it is one buffer before them, used again and again. Without
    an epilogue and padding, sums go to the destination.

    What is prepared depends on the activations and the packing alone, so `--cse`
    leaves one for all products of the same activations in one parallel loop. In
    a loop over tiles it moves out as far as it does not depend on the tile, but
    never out of a parallel loop.

    ```mlir
    %y = ternary.product {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>]}
        activations(%x : tensor<?x10xi8>) weights(%w : tensor<2x3x16xi8, #p>) outs(%acc : tensor<?x32xi32>) {
    ^bb0(%sum: i32):
      ternary.yield %sum : i32
    } -> tensor<?x32xi32>
    ```
    becomes
    ```mlir
    %padded = tensor.pad %x low[0, 0] high[0, 2] …
    %y = ternary.add_accumulate <isa = "generic", algorithm = #ternary.masked_add> #p
      ins(%padded, %w : tensor<?x12xi8>, tensor<2x3x16xi8, #p>) outs(%acc : tensor<?x32xi32>) -> tensor<?x32xi32>
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
    "::bitnet::ternary::TernaryDialect"
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
// LinalgDecomposeSoftmax
//===----------------------------------------------------------------------===//

def LinalgDecomposeSoftmax : Pass<"linalg-decompose-softmax", "::mlir::func::FuncOp"> {
  let summary = "say softmax in reductions and elementwise ops";
  let description = [{
    Before, there may be `linalg.softmax`; after, there is none: upstream's own
    decomposition of it, which has no pass of its own there, stands in its place.

    ```mlir
    %y = linalg.softmax dimension(1) ins(%x : tensor<?x8xf32>) outs(%0 : tensor<?x8xf32>)
    ```
    becomes
    ```mlir
    %max = linalg.generic …   // max_k x[m, k]
    %exp = linalg.generic …   // exp(x[m, k] - max[m])
    %sum = linalg.generic …   // sum_k exp[m, k]
    %y = linalg.generic …     // exp[m, k] / sum[m]
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

//===----------------------------------------------------------------------===//
// LinalgOrderMatmul
//===----------------------------------------------------------------------===//

def LinalgOrderMatmul : Pass<"linalg-order-matmul", "::mlir::func::FuncOp"> {
  let summary = "give products in float an order of loops that vectorises";
  let description = [{
    Before, a product that stayed in float (the last one of a language model, as
    a rule) is a `linalg.matmul`, whose loops run over rows, columns and depth.
    A sum over the depth in that order cannot be vectorised without changing its
    association. After, the columns are innermost: each sum is the same, term by
    term, and the columns lie in vector lanes.

    ```mlir
    %y = linalg.matmul ins(%a, %b : tensor<?x4xf32>, tensor<4x8xf32>) outs(%c : tensor<?x8xf32>)
    ```
    becomes
    ```mlir
    %y = linalg.generic {iterator_types = ["parallel", "reduction", "parallel"], …}
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

#endif // BITNET_PASSES_KERNELSTAGE_TD
