//===- Kernels.h - Kernels for ternary products -----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the passes may ask of lib/Kernels. Instruction sets and algorithms stay
// behind this header.
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_KERNELS_KERNELS_H
#define BITNET_KERNELS_KERNELS_H

#include "bitnet/Support/TargetFacts.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace bitnet::kernels {

/// The weights of a product; `scaleGroup` inputs of a row share a scale, 0
/// means none.
struct MatrixShape {
  int64_t rows, depth, scaleGroup = 0;
};

/// How a product of this shape is computed on a target, and why.
struct Selection {
  ternary::PackingAttr packing;
  /// For growing numbers of tokens; `max_tokens` of the last is 0.
  llvm::SmallVector<ternary::KernelAttr> kernels;
  /// Predicted cycles for 1024 weights of one token.
  double cost = 0;
  std::string reason;

  /// Whether the packing is of that shape.
  bool isFor(const MatrixShape &shape) const {
    return packing.getLogicalRows() == shape.rows &&
           packing.getLogicalDepth() == shape.depth &&
           packing.getScaleGroup() == shape.scaleGroup;
  }
};

/// Bytes a cycle that one core gets from memory while all of them read: the
/// measured read bandwidth over cores and clock.
inline constexpr double kBytesPerCycle = 7;

struct SelectionOptions {
  /// Hardware dot products, which multiply, instead of adds and lookups.
  bool dot = false;
  TargetFacts facts = {};
  /// LLVM's name of the processor, whose rows of Tuned.def are taken.
  std::string processor = {};
};

/// The options that the module's target and the facts of it set
/// (bitnet/Support/TargetFacts.h). A fact that cannot be is an error.
mlir::FailureOr<SelectionOptions> readOptions(mlir::ModuleOp module);

/// Marks functions of kernels that add to sums, until the conversion of kernel
/// ops ends: they may have the types of those that overwrite them.
inline constexpr llvm::StringLiteral kAccumulates = "ternary.accumulates";

/// One selection for each instruction set that a target with the given features
/// ("+avx2", …) runs. The first is the one to take: the cheapest, or one that
/// stands earlier in Isa.def and costs at most 5 % more; the others follow by
/// cost. Without `dot` never empty: the generic one runs everywhere. The shape
/// is one that a packing can have, and the context has the dialects of which
/// kernels are made.
llvm::SmallVector<Selection> candidates(mlir::MLIRContext *context,
                                        mlir::LLVM::TargetFeaturesAttr features,
                                        const MatrixShape &shape,
                                        const SelectionOptions &options = {});

/// The cycles of one core that a product takes: for its operations, if all data
/// were in the first-level cache, for what comes from the second-level cache,
/// and for weights from memory.
struct Prediction {
  double compute = 0, fetch = 0, read = 0;

  /// All three together: the longest, and a quarter of the others, which it
  /// does not hide.
  double cycles() const;
  /// Of a call whose work so many threads share, entering it included.
  double cyclesOfCall(int threads) const;
};

/// What the selection's kernel for so many tokens takes, by the operations of
/// its functions and the facts of the target. The context has the dialects of
/// which kernels are made.
Prediction predict(const Selection &selection, int64_t tokens,
                   const TargetFacts &facts);

/// The instruction sets of Isa.def, in its order.
llvm::SmallVector<llvm::StringRef> isaNames();

/// Whether code for this ISA runs on a target with the given features.
bool isAvailable(llvm::StringRef isa, mlir::LLVM::TargetFeaturesAttr features);

/// LLVM's names of the features that code for this ISA needs, without sign.
llvm::ArrayRef<llvm::StringLiteral> requiredFeatures(llvm::StringRef isa);

/// Type of `ternary.lut_build`'s table for the given number of tokens:
/// [tokens, groups, entries]. The kernel is one for `lut_registers`.
mlir::RankedTensorType tableType(ternary::KernelAttr kernel,
                                 ternary::PackingAttr packing, int64_t tokens);

/// The function that does what a kernel op on buffers says, created in
/// `module` where it is not there yet. Its arguments are the op's operands,
/// then the buffers that `AlgorithmAttrInterface::getScratchTypes` names.
mlir::FailureOr<mlir::func::FuncOp>
getOrCreateFunction(mlir::ModuleOp module, ternary::KernelOpInterface op);

/// The mnemonics of all algorithms.
llvm::SmallVector<llvm::StringRef> algorithmNames();

/// Implements the interface that the ternary dialect promises of algorithms.
void registerAlgorithms(mlir::DialectRegistry &registry);

} // namespace bitnet::kernels

#endif // BITNET_KERNELS_KERNELS_H
