//===- Descriptor.cpp - What the object tells the runtime -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescriptorData.h"
#include "RequiredFeatures.h"
#include "SideWeights.h"

#include "bitnet/Support/Elements.h"
#include "bitnet/Target/Emit.h"
#include "dialects/Model/Model.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/IR/IRBuilder.h"

#include <dlpack/dlpack.h>

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

/// DLPack's code of bool, which its version in Debian does not name yet.
static constexpr uint8_t kBoolCode = 6;

static uint8_t typeCode(Type element) {
  if (element.isBF16())
    return kDLBfloat;
  if (isa<FloatType>(element))
    return kDLFloat;
  if (element.isInteger(1))
    return kBoolCode;
  return element.isUnsignedInteger() ? kDLUInt : kDLInt;
}

static std::vector<ValueData> describe(ArrayAttr values) {
  std::vector<ValueData> rows;
  for (auto value : values.getAsRange<ValueAttr>()) {
    ValueData &row = rows.emplace_back();
    row.name = value.getName().str();
    row.type_code = typeCode(value.getElementType());
    // A bool takes a byte.
    unsigned bits = value.getElementType().getIntOrFloatBitWidth();
    row.bits = bits == 1 ? 8 : bits;
    for (AffineExpr dim : value.getShape().getResults())
      row.dims.push_back(encodeDimension(dim));
  }
  return rows;
}

static std::vector<std::string> describeTexts(ArrayAttr texts) {
  std::vector<std::string> result;
  for (auto text : texts.getAsRange<StringAttr>())
    result.push_back(text.str());
  return result;
}

static std::vector<ConstraintData> describeConstraints(ArrayAttr constraints) {
  std::vector<ConstraintData> rows;
  for (auto constraint : constraints.getAsRange<ConstraintAttr>()) {
    ConstraintData &row = rows.emplace_back();
    row.node = constraint.getNode().str();
    row.kind = constraint.getKind() == ConstraintKind::Zero
                   ? BITNET_CONSTRAINT_ZERO
                   : BITNET_CONSTRAINT_NON_NEGATIVE;
    row.expression = encodeDimension(constraint.getExpr());
  }
  return rows;
}

static std::vector<LayerData> describeLayers(ModuleOp module) {
  std::vector<LayerData> rows;
  auto layers = module->getAttrOfType<ArrayAttr>(ModelDialect::kLayers);
  if (!layers)
    return rows;
  for (auto layer : layers.getAsRange<LayerAttr>()) {
    LayerData &row = rows.emplace_back();
    row.name = layer.getNode().str();
    row.rows = layer.getRows();
    row.depth = layer.getDepth();
    row.isa = layer.getIsa().str();
    row.kernels = layer.getKernels().str();
    row.packing = layer.getPacking().str();
    row.bits_per_weight = layer.getBits().getValueAsDouble();
    row.reason = layer.getReason().str();
  }
  return rows;
}

static std::vector<EntryData> describeMetadata(ModuleOp module) {
  std::vector<EntryData> rows;
  auto metadata =
      module->getAttrOfType<DictionaryAttr>(ModelDialect::kMetadata);
  if (!metadata)
    return rows;
  for (NamedAttribute entry : metadata) {
    EntryData &row = rows.emplace_back();
    row.key = entry.getName().str();
    if (auto text = dyn_cast<StringAttr>(entry.getValue())) {
      row.value.assign(text.begin(), text.end());
      continue;
    }
    std::optional<ElementBytes> blob =
        elementBytes(cast<ElementsAttr>(entry.getValue()));
    row.value.assign(blob->bytes.begin(), blob->bytes.end());
  }
  return rows;
}

/// The entry point: takes the arguments' addresses from an array and calls the
/// model's C interface.
static FailureOr<llvm::Function *>
addEntry(ModuleOp source, llvm::Module &module, ContractAttr contract) {
  unsigned inputs = contract.getInputs().size();
  bool hasPosition = bool(contract.getPosition());
  llvm::Function *callee = module.getFunction("_mlir_ciface_main");
  if (!callee || callee->isDeclaration())
    return source.emitError("expected the C interface of @main: run "
                            "bitnet-pipeline first");
  unsigned known = contract.getInputs().size() + contract.getCaches().size() +
                   contract.getOutputs().size() + hasPosition;
  // The status may be missing.
  if ((callee->arg_size() != known && callee->arg_size() != known + 1) ||
      (hasPosition && !callee->getArg(inputs)->getType()->isIntegerTy(64)))
    return source.emitError("the C interface of @main does not take what the "
                            "contract names");
  llvm::IRBuilder<> builder(module.getContext());
  auto *type =
      llvm::FunctionType::get(builder.getVoidTy(), {builder.getPtrTy()}, false);
  auto *entry = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage,
                                       "bitnet_run", module);
  builder.SetInsertPoint(
      llvm::BasicBlock::Create(module.getContext(), "entry", entry));
  SmallVector<llvm::Value *> arguments;
  for (unsigned i = 0; i < callee->arg_size(); ++i) {
    llvm::Value *slot = builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(),
                                                           entry->getArg(0), i);
    llvm::Value *argument = builder.CreateLoad(builder.getPtrTy(), slot);
    if (hasPosition && i == inputs)
      argument = builder.CreateLoad(builder.getInt64Ty(), argument);
    arguments.push_back(argument);
  }
  builder.CreateCall(callee, arguments);
  builder.CreateRetVoid();
  return entry;
}

/// A function of the OpenMP runtime, if the module uses it.
static llvm::Constant *threadFunction(llvm::Module &module, StringRef name,
                                      llvm::FunctionType *type) {
  if (!module.getFunction("__kmpc_fork_call"))
    return nullptr;
  return cast<llvm::Constant>(
      module.getOrInsertFunction(name, type).getCallee());
}

/// Calls of malloc that stand outside of other functions' loops.
static int64_t countAllocations(ModuleOp module) {
  int64_t count = 0;
  module.walk([&](LLVM::CallOp call) {
    count += call.getCallee() == StringRef("malloc");
  });
  return count;
}

LogicalResult bitnet::addDescriptor(ModuleOp source, llvm::Module &module) {
  auto contract = source->getAttrOfType<ContractAttr>(ModelDialect::kContract);
  auto target = source->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!contract || !target)
    return source.emitError("expected a described model with a target: run "
                            "bitnet-pipeline first");
  PositionAttr position = contract.getPosition();
  if (module.getNamedValue(BITNET_DESCRIPTOR_SYMBOL))
    return source.emitError()
           << "the module defines '" << BITNET_DESCRIPTOR_SYMBOL << "' itself";
  auto entry = addEntry(source, module, contract);
  if (failed(entry))
    return failure();
  llvm::IRBuilder<> types(module.getContext());
  auto *getter = llvm::FunctionType::get(types.getInt32Ty(), false);
  auto *setter =
      llvm::FunctionType::get(types.getVoidTy(), {types.getInt32Ty()}, false);

  ModelData data;
  data.version = BITNET_DESCRIPTOR_VERSION;
  data.bytes = sizeof(bitnet_descriptor);
  data.triple = target.getTriple().str();
  data.cpu = target.getChip().str();
  FailureOr<std::vector<std::string>> features =
      requiredFeatures(source, target);
  if (failed(features))
    return failure();
  data.features = *features;
  data.symbols = describeTexts(contract.getSymbols());
  data.inputs = describe(contract.getInputs());
  data.outputs = describe(contract.getOutputs());
  data.caches = describe(contract.getCaches());
  data.constraints = describeConstraints(contract.getConstraints());
  data.position_symbol = data.sequence_symbol = -1;
  if (position) {
    data.position_symbol = contract.getSymbolNumber(position.getSymbol());
    if (StringAttr appends = position.getAppends())
      data.sequence_symbol = contract.getSymbolNumber(appends);
    data.max_context = position.getMaxContext();
  }
  data.checks = describeTexts(contract.getChecks());
  data.layers = describeLayers(source);
  data.metadata = describeMetadata(source);
  data.allocations = countAllocations(source);
  data.run = *entry;
  data.get_max_threads = threadFunction(module, "omp_get_max_threads", getter);
  data.set_num_threads = threadFunction(module, "omp_set_num_threads", setter);
  if (auto weights =
          source->getAttrOfType<WeightsAttr>(ModelDialect::kWeights)) {
    data.weights_bytes = weights.getBytes();
    data.weights_hash = weights.getHash();
  }
  data.weights = module.getNamedGlobal(kWeightsBase);

  llvm::Constant *initial = makeConstant(module, data);
  assert(module.getDataLayout().getTypeAllocSize(initial->getType()) ==
             sizeof(bitnet_descriptor) &&
         "the fields are those of bitnet_descriptor");
  new llvm::GlobalVariable(module, initial->getType(), /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage, initial,
                           BITNET_DESCRIPTOR_SYMBOL);
  return success();
}
