//===- EmitCode.cpp - LLVM IR, objects and assembly -----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Support/Elements.h"
#include "bitnet/Target/Emit.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace bitnet;

/// The machine that the module's `llvm.target` describes.
static FailureOr<std::unique_ptr<llvm::TargetMachine>>
createMachine(ModuleOp module) {
  auto attr = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!attr)
    return module.emitError("expected a target: run bitnet-set-target first");
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::Triple triple(attr.getTriple().getValue());
  std::string why;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, why);
  if (!target)
    return module.emitError() << "triple '" << triple.str() << "': " << why;
  std::string features =
      attr.getFeatures() ? attr.getFeatures().getFeaturesString() : "";
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, attr.getChip().getValue(), features, llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return module.emitError()
           << "no code can be made for triple '" << triple.str() << "'";
  return machine;
}

/// Everything but the descriptor is local to the object, and every function
/// may use the features of the target.
static void finishFunctions(llvm::Module &module,
                            llvm::TargetMachine &machine) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    // Loops that LLVM vectorises use whole registers, as kernels do anyway. x86
    // alone asks for it, and has none that are wider.
    function.addFnAttr("prefer-vector-width", "512");
    function.setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::None);
  }
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

/// LLVM's translation knows no blob of booleans, but booleans that stand in the
/// module.
static void inlineBooleans(ModuleOp module) {
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    auto blob =
        dyn_cast_if_present<DenseResourceElementsAttr>(global.getValueOrNull());
    if (!blob || !blob.getElementType().isInteger(1))
      continue;
    if (std::optional<ElementBytes> data = elementBytes(blob)) {
      SmallVector<bool> values(data->bytes.begin(), data->bytes.end());
      global.setValueAttr(
          DenseElementsAttr::get(blob.getType(), ArrayRef<bool>(values)));
    }
  }
}

FailureOr<TranslatedModule> bitnet::translateToLLVM(ModuleOp module) {
  auto machine = createMachine(module);
  if (failed(machine))
    return failure();
  TranslatedModule result;
  result.context = std::make_unique<llvm::LLVMContext>();
  result.machine = std::move(*machine);
  inlineBooleans(module);
  result.module = translateModuleToLLVMIR(module, *result.context, "bitnet");
  if (!result.module)
    return module.emitError("expected a module in the LLVM dialect: run "
                            "bitnet-pipeline first");
  result.module->setDataLayout(result.machine->createDataLayout());
  result.module->setTargetTriple(result.machine->getTargetTriple());
  // A C program's main is something else.
  if (llvm::Function *main = result.module->getFunction("main"))
    main->setName("bitnet_main");
  if (failed(addDescriptor(module, *result.module)))
    return failure();
  finishFunctions(*result.module, *result.machine);
  optimize(*result.module, *result.machine);
  return result;
}

LogicalResult bitnet::emitCode(ModuleOp module, CodeFormat format,
                               llvm::raw_pwrite_stream &os) {
  FailureOr<TranslatedModule> translated = translateToLLVM(module);
  if (failed(translated))
    return failure();
  llvm::legacy::PassManager passes;
  auto type = format == CodeFormat::Object
                  ? llvm::CodeGenFileType::ObjectFile
                  : llvm::CodeGenFileType::AssemblyFile;
  if (translated->machine->addPassesToEmitFile(passes, os, nullptr, type))
    return module.emitError("the target cannot emit code of this format");
  passes.run(*translated->module);
  return success();
}
