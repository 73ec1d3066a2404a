//===- bitnet-opt.cpp - The pass driver
//-------------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Conversion/Passes.h"
#include "dialects/ONNX/ONNX.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  bitnet::registerConvertTernaryToVector();
  registry.insert<bitnet::onnx::ONNXDialect, bitnet::ternary::TernaryDialect>();
  bitnet::ternary::registerBufferizableOpInterfaceExternalModels(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "bitnet-mlir pass driver\n", registry));
}
