//===- InitAll.cpp - Everything there is to register ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/InitAll.h"

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Passes/ConversionStage.h"
#include "bitnet/Passes/KernelStage.h"
#include "bitnet/Passes/LLVMStage.h"
#include "bitnet/Passes/TernaryStage.h"
#include "bitnet/Pipelines/Pipelines.h"
#include "bitnet/Target/Translations.h"
#include "dialects/Model/Model.h"
#include "dialects/ONNX/ONNX.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

namespace mlir {
void registerToLLVMIRTranslation();
} // namespace mlir

void bitnet::registerAllDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<model::ModelDialect, onnx::ONNXDialect,
                  ternary::TernaryDialect>();
  ternary::registerBufferizableOpInterfaceExternalModels(registry);
  kernels::registerAlgorithms(registry);
}

void bitnet::registerAllPasses() {
  registerBitNetConversionStagePasses();
  registerBitNetTernaryStagePasses();
  registerBitNetKernelStagePasses();
  registerBitNetLLVMStagePasses();
  registerPipelines();
}

void bitnet::registerAllTranslations(
    std::function<SharedObjectOptions()> options) {
  mlir::registerToLLVMIRTranslation();
  registerTargetTranslations(std::move(options));
}
