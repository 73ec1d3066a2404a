//===- CpuFeatures.h - What this processor can do ---------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_LIB_RUNTIME_CPUFEATURES_H
#define BITNET_LIB_RUNTIME_CPUFEATURES_H

namespace bitnet::runtime {

enum class Feature { Present, Missing, Unknown };

/// Whether this processor has the feature of LLVM's name and the operating
/// system keeps its registers.
Feature hostFeature(const char *name);

} // namespace bitnet::runtime

#endif // BITNET_LIB_RUNTIME_CPUFEATURES_H
