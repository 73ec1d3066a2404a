//===- Reductions.h - Ways to make a network smaller ------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_REDUCE_REDUCTIONS_H
#define TOOLS_BITNET_REDUCE_REDUCTIONS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"

namespace bitnet::reduce {

/// One step that makes a module smaller at its `index`-th place. False, with
/// the module as it was, where there are not so many places. The module need
/// not be valid afterwards.
using Reduction = bool (*)(mlir::ModuleOp module, int64_t index);

/// In the order in which they are worth trying:
///
/// - a function or another symbol less that nothing uses;
/// - an output less of a function that nobody calls, with what computes it;
/// - an op less in a function: each result becomes an operand of its type, as
///   that of a product what it would have been written to, or any operand where
///   nodes of ONNX read it;
/// - half of the rows, or of the inputs, of a constant ternary matrix;
/// - an argument less that nothing reads;
/// - an attribute of the module less.
llvm::ArrayRef<Reduction> allReductions();

/// Registers the pass --reduce-network, which tries them.
void registerReduceNetworkPass();

} // namespace bitnet::reduce

#endif // TOOLS_BITNET_REDUCE_REDUCTIONS_H
