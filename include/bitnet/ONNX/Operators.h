//===- Operators.h - The ONNX operators that are supported ------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_ONNX_OPERATORS_H
#define BITNET_ONNX_OPERATORS_H

#include "llvm/Support/raw_ostream.h"

namespace bitnet {

/// Prints the table of operators as Markdown, docs/operators.md.
void printOperators(llvm::raw_ostream &os);

} // namespace bitnet

#endif // BITNET_ONNX_OPERATORS_H
