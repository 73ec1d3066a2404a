//===- TernaryInterfaces.td - Algorithms and kernel ops ----*- tablegen -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYINTERFACES_TD
#define DIALECTS_TERNARY_TERNARYINTERFACES_TD

include "mlir/IR/OpBase.td"

//===----------------------------------------------------------------------===//
// AlgorithmAttrInterface
//===----------------------------------------------------------------------===//

def Ternary_AlgorithmAttrInterface : AttrInterface<"AlgorithmAttrInterface"> {
  let cppNamespace = "::bitnet::ternary";
  let description = [{
    An algorithm for ternary products, with the parameters that tune it. The
    dialect has one attribute for each and promises the interface; lib/Kernels,
    which knows the instruction sets, implements it, one file for each algorithm
    (`kernels::registerAlgorithms`).
  }];
  let methods = [
    InterfaceMethod<"Whether the instruction set `isa` is known and offers it.",
      "::llvm::LogicalResult", "verifyIsa",
      (ins "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError,
           "::llvm::StringRef":$isa)>,
    InterfaceMethod<"Whether the instruction set of `op`, one of its kernel ops, works with these parameters on weights that are packed so.",
      "::llvm::LogicalResult", "verifyKernelOp",
      (ins "::bitnet::ternary::KernelOpInterface":$op)>,
    InterfaceMethod<"Tokens and rows of a tile whose tables or sums stay in the cache: {tokens, rows}. Empty where any number is computed at once.",
      "::llvm::SmallVector<int64_t, 2>", "getCacheTile",
      (ins "::bitnet::ternary::PackingAttr":$packing)>,
    InterfaceMethod<[{
        Builds the kernel ops that put the products of `activations` (i8 [tokens,
        depth]) with packed `weights` into `acc` (i32 [tokens, row blocks *
        rows]), and what prepares the activations for them. Returns the sums.
        With `scales` (f32 [scale groups, row blocks * rows]), which only an
        algorithm gets that takes them, `acc` is f32. Where `accumulates`, which
        only an algorithm gets that has a depth tile, they are added to `acc`.
      }], "::mlir::Value", "buildKernelOps",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::bitnet::ternary::KernelAttr":$kernel,
           "::bitnet::ternary::PackingAttr":$packing,
           "::mlir::Value":$activations, "::mlir::Value":$weights,
           "::mlir::Value":$scales, "::mlir::Value":$acc, "bool":$accumulates)>,
    InterfaceMethod<"Inputs that are computed at a time, whole words and scale groups of them, the sums of which are added up; 0: all.",
      "int64_t", "getDepthTile",
      (ins "::bitnet::ternary::PackingAttr":$packing)>,
    InterfaceMethod<"Whether its kernel ops scale and add the sums of scale groups.",
      "bool", "takesScales">,
    InterfaceMethod<"Types of the operands of `op`, one of its kernel ops, as its function takes them: at any offset, with any number of tokens and row blocks.",
      "::llvm::SmallVector<::mlir::MemRefType>", "getArgumentTypes",
      (ins "::bitnet::ternary::KernelOpInterface":$op)>,
    InterfaceMethod<"Types of the buffers that the function of `op` works in, which it takes behind the operands.",
      "::llvm::SmallVector<::mlir::MemRefType>", "getScratchTypes",
      (ins "::bitnet::ternary::KernelOpInterface":$op)>,
    InterfaceMethod<"Emits the body of the function of `op`; `arguments` are the operands and the scratch buffers.",
      "void", "emitBody",
      (ins "::mlir::OpBuilder &":$builder,
           "::bitnet::ternary::KernelOpInterface":$op,
           "::mlir::ValueRange":$arguments)>
  ];
}

//===----------------------------------------------------------------------===//
// KernelOpInterface
//===----------------------------------------------------------------------===//

def Ternary_KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::bitnet::ternary";
  let description = [{
    An op that one call of an emitted function computes. Ops whose kernel,
    packing and name are equal share the function.
  }];
  let methods = [
    InterfaceMethod<"The kernel with what tunes it.",
      "::bitnet::ternary::KernelAttr", "getKernel">,
    InterfaceMethod<"How the weights are packed.",
      "::bitnet::ternary::PackingAttr", "getPacking">,
    InterfaceMethod<"The kernel with only what the function depends on.",
      "::bitnet::ternary::KernelAttr", "getFunctionKernel", (ins), [{}], [{
        return $_op.getKernel().forAnyTokens();
      }]>,
    InterfaceMethod<"The packing with only what the function depends on.",
      "::bitnet::ternary::PackingAttr", "getFunctionPacking", (ins), [{}], [{
        return $_op.getPacking();
      }]>,
    InterfaceMethod<"The function's name: ternary_matmul_<rows>x<depth>_<algorithm>_<packing>.",
      "std::string", "getFunctionName", (ins), [{}], [{
        return ::bitnet::ternary::getMatmulName($_op.getKernel(), $_op.getPacking());
      }]>
  ];
}

#endif // DIALECTS_TERNARY_TERNARYINTERFACES_TD
