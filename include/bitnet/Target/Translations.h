//===- Translations.h - The ends of the road, by name -----------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TARGET_TRANSLATIONS_H
#define BITNET_TARGET_TRANSLATIONS_H

#include "bitnet/Target/Emit.h"

#include <functional>

namespace bitnet {

/// Registers --emit-object, --emit-assembly, --emit-shared-object and
/// --emit-header with bitnet-translate. `options` is asked when a shared
/// object is emitted.
void registerTargetTranslations(std::function<SharedObjectOptions()> options);

} // namespace bitnet

#endif // BITNET_TARGET_TRANSLATIONS_H
