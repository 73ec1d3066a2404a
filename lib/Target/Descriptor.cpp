//===- Descriptor.cpp - What the object tells the runtime -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescriptorParts.h"
#include "SideWeights.h"

#include "bitnet/Runtime/Descriptor.h"
#include "bitnet/Target/Emit.h"
#include "dialects/Ternary/Ternary.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::ternary;

/// The features whose instructions LLVM puts into code that nobody asked for
/// them. The others (cache control, cryptography, tile registers, tuning) it
/// does not use by itself, so a processor may lack them.
static const llvm::StringSet<> &codeFeatures() {
  static const llvm::StringSet<> features = {"sse3",
                                             "ssse3",
                                             "sse4.1",
                                             "sse4.2",
                                             "popcnt",
                                             "avx",
                                             "avx2",
                                             "fma",
                                             "f16c",
                                             "bmi",
                                             "bmi2",
                                             "lzcnt",
                                             "movbe",
                                             "xop",
                                             "fma4",
                                             "gfni",
                                             "avx512f",
                                             "avx512bw",
                                             "avx512cd",
                                             "avx512dq",
                                             "avx512vl",
                                             "avx512ifma",
                                             "avx512vbmi",
                                             "avx512vbmi2",
                                             "avx512vnni",
                                             "avx512bf16",
                                             "avx512fp16",
                                             "avx512bitalg",
                                             "avx512vpopcntdq",
                                             "avxvnni",
                                             "avxifma",
                                             "avxvnniint8",
                                             "avxvnniint16",
                                             "avxneconvert",
                                             "neon",
                                             "fp-armv8",
                                             "lse",
                                             "rdm",
                                             "fullfp16",
                                             "dotprod",
                                             "i8mm",
                                             "bf16",
                                             "sve",
                                             "sve2",
                                             "sve2p1",
                                             "sve-b16b16",
                                             "sha3",
                                             "rcpc",
                                             "rcpc-immo",
                                             "rcpc3",
                                             "complxnum",
                                             "cssc",
                                             "mops",
                                             "faminmax"};
  return features;
}

static SmallVector<llvm::Constant *> requiredFeatures(DescriptorParts &parts,
                                                      LLVM::TargetAttr target) {
  SmallVector<llvm::Constant *> names;
  auto features = target.getFeatures();
  if (!features)
    return names;
  for (StringAttr feature : features.getFeatures()) {
    StringRef name = feature.getValue();
    if (name.consume_front("+") && codeFeatures().contains(name))
      names.push_back(parts.text(name));
  }
  return names;
}

static SmallVector<llvm::Constant *> layers(DescriptorParts &parts,
                                            ArrayAttr report) {
  SmallVector<llvm::Constant *> rows;
  if (!report)
    return rows;
  for (auto row : report.getAsRange<DictionaryAttr>()) {
    auto packing = row.getAs<PackingAttr>("packing");
    bitnet::packing::Packing p = packing.getPacking();
    std::string kernels, name;
    llvm::interleave(
        row.getAs<ArrayAttr>("kernels").getAsRange<StringAttr>(),
        [&](StringAttr kernel) { kernels += kernel.getValue(); },
        [&] { kernels += ","; });
    // The field's own words: lut-registers, lut-memory, masked-add.
    llvm::replace(kernels, '_', '-');
    name = std::to_string(p.tritsPerWord()) + " trits in " +
           std::to_string(p.wordBits) + " bits, " + std::to_string(p.group) +
           " an index";
    rows.push_back(parts.record({parts.text(row.getAs<StringAttr>("name")),
                                 parts.number64(packing.getLogicalRows()),
                                 parts.number64(packing.getLogicalDepth()),
                                 parts.text(row.getAs<StringAttr>("isa")),
                                 parts.text(kernels), parts.text(name),
                                 parts.real(p.bitsPerWeight()),
                                 parts.text(row.getAs<StringAttr>("reason"))}));
  }
  return rows;
}

/// The entry point: takes the arguments' addresses from an array and calls the
/// model's C interface.
static FailureOr<llvm::Function *> addEntry(ModuleOp source,
                                            llvm::Module &module,
                                            unsigned inputs, bool hasPosition) {
  llvm::Function *callee = module.getFunction("_mlir_ciface_main");
  if (!callee)
    return source.emitError("expected the C interface of @main: run "
                            "bitnet-pipeline first");
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

/// The number of a symbol, -1 if there is none of that name.
static int64_t symbolNumber(ArrayAttr symbols, Attribute name) {
  for (auto [number, symbol] : llvm::enumerate(symbols))
    if (symbol == name)
      return number;
  return -1;
}

/// A function of the OpenMP runtime, if the module uses it.
static llvm::Constant *threadFunction(DescriptorParts &parts,
                                      llvm::Module &module, StringRef name,
                                      llvm::FunctionType *type) {
  if (!module.getFunction("__kmpc_fork_call"))
    return parts.null();
  return cast<llvm::Constant>(
      module.getOrInsertFunction(name, type).getCallee());
}

LogicalResult bitnet::addDescriptor(ModuleOp source, llvm::Module &module) {
  auto model = source->getAttrOfType<DictionaryAttr>(TernaryDialect::kModel);
  auto target = source->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!model || !target)
    return source.emitError("expected a described model with a target: run "
                            "bitnet-pipeline first");
  DescriptorParts parts(module);
  auto list = [&](StringRef key) { return model.getAs<ArrayAttr>(key); };
  ArrayAttr symbols = list("symbols"), checks = list("checks");
  Attribute position = model.get("position");
  auto entry = addEntry(source, module, list("inputs").size(), bool(position));
  if (failed(entry))
    return failure();

  SmallVector<llvm::Constant *> constraints, names, metadata;
  for (auto row : list("constraints").getAsRange<DictionaryAttr>()) {
    constraints.push_back(parts.dimension(
        row.getAs<AffineMapAttr>("expr").getValue().getResult(0)));
    names.push_back(parts.text(row.getAs<StringAttr>("name")));
  }
  if (auto entries =
          source->getAttrOfType<DictionaryAttr>(TernaryDialect::kMetadata))
    for (NamedAttribute entry : entries)
      metadata.push_back(
          parts.record({parts.text(entry.getName()),
                        parts.text(cast<StringAttr>(entry.getValue()))}));
  SmallVector<llvm::Constant *> features = requiredFeatures(parts, target);
  SmallVector<llvm::Constant *> rows =
      layers(parts, source->getAttrOfType<ArrayAttr>(TernaryDialect::kReport));
  int64_t allocations = 0;
  source.walk([&](LLVM::CallOp call) {
    allocations += call.getCallee() == StringRef("malloc");
  });
  auto context = model.getAs<IntegerAttr>("max_context");

  auto bytes = source->getAttrOfType<IntegerAttr>(kWeightsBytes);
  auto hash = source->getAttrOfType<IntegerAttr>(kWeightsHash);
  llvm::Constant *base = module.getNamedGlobal(kWeightsBase);

  llvm::IRBuilder<> types(module.getContext());
  auto *getter = llvm::FunctionType::get(types.getInt32Ty(), false);
  auto *setter =
      llvm::FunctionType::get(types.getVoidTy(), {types.getInt32Ty()}, false);
  SmallVector<llvm::Constant *> fields = {
      parts.number32(BITNET_DESCRIPTOR_VERSION),
      parts.number32(sizeof(bitnet_descriptor)),
      parts.text(target.getTriple()),
      parts.text(target.getChip()),
      parts.array(features),
      parts.number32(features.size()),
      parts.texts(symbols),
      parts.number32(symbols.size()),
      parts.values(list("inputs")),
      parts.values(list("outputs")),
      parts.values(list("caches")),
      parts.number32(list("inputs").size()),
      parts.number32(list("outputs").size()),
      parts.number32(list("caches").size()),
      parts.array(constraints),
      parts.array(names),
      parts.number32(constraints.size()),
      parts.number32(symbolNumber(symbols, position)),
      parts.number32(symbolNumber(symbols, model.get("sequence"))),
      parts.number64(context ? context.getInt() : 0),
      parts.texts(checks),
      parts.number32(checks.size()),
      parts.array(rows),
      parts.number32(rows.size()),
      parts.array(metadata),
      parts.number32(metadata.size()),
      parts.number64(allocations),
      *entry,
      threadFunction(parts, module, "omp_get_max_threads", getter),
      threadFunction(parts, module, "omp_set_num_threads", setter),
      parts.number64(bytes ? bytes.getInt() : 0),
      parts.number64(hash ? hash.getInt() : 0),
      base ? base : parts.null()};
  llvm::Constant *initial = parts.record(fields);
  assert(module.getDataLayout().getTypeAllocSize(initial->getType()) ==
             sizeof(bitnet_descriptor) &&
         "the fields are those of bitnet_descriptor");
  new llvm::GlobalVariable(module, initial->getType(), /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage, initial,
                           BITNET_DESCRIPTOR_SYMBOL);
  return success();
}
