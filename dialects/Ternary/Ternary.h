//===- Ternary.h - The ternary dialect --------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARY_H
#define DIALECTS_TERNARY_TERNARY_H

#include "bitnet/Packing/Packing.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace bitnet::ternary {
/// The largest depth of a product: 128 * depth, a sum of -1 * -128, fits i32.
inline constexpr int64_t kMaxDepth = (int64_t(1) << 24) - 1;
/// The largest number of rows of a packing: no size of its storage overflows.
inline constexpr int64_t kMaxRows = int64_t(1) << 32;
} // namespace bitnet::ternary

#include "dialects/Ternary/TernaryDialect.h.inc"
#include "dialects/Ternary/TernaryEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Ternary/TernaryTypes.h.inc"

namespace bitnet::ternary {
class AlgorithmAttrInterface;
} // namespace bitnet::ternary

#define GET_ATTRDEF_CLASSES
#include "dialects/Ternary/TernaryAttrs.h.inc"

namespace bitnet::ternary {
/// `ternary_matmul_<rows>x<depth>_<algorithm>_<packing>`.
std::string getMatmulName(KernelAttr kernel, PackingAttr packing);
} // namespace bitnet::ternary

// Algorithms mention kernel ops, and those kernels.
#include "dialects/Ternary/TernaryOpInterfaces.h.inc"

#include "dialects/Ternary/TernaryAttrInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/Ternary/TernaryOps.h.inc"

namespace bitnet::ternary {

/// Lets one-shot-bufferize turn the kernel ops into ops on buffers.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);

/// What is wrong with a list of kernels, or nothing: there is one or more, for
/// growing numbers of tokens, and the last of several is for any number.
std::optional<std::string> findFault(mlir::ArrayAttr kernels);

/// The values of an i8 elements attribute, dense or resource; null if it is
/// neither or its resource has no data.
std::optional<llvm::SmallVector<int8_t, 0>> getTrits(mlir::ElementsAttr value);

} // namespace bitnet::ternary

#endif // DIALECTS_TERNARY_TERNARY_H
