//===- InitAll.h - Everything there is to register --------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_INITALL_H
#define BITNET_INITALL_H

#include <functional>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace bitnet {

struct SharedObjectOptions;

/// Our dialects and upstream's, with the interfaces that the passes need.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Our passes and pipelines.
void registerAllPasses();

/// Our translations, and upstream's to LLVM IR. `options` says how a shared
/// object is to be made.
void registerAllTranslations(std::function<SharedObjectOptions()> options);

} // namespace bitnet

#endif // BITNET_INITALL_H
