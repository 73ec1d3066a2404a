//===- Functions.cpp - Kernel functions -----------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Kernels.h"

#include "Algorithms.h"

#include "bitnet/Support/Functions.h"
#include "dialects/Model/Model.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using model::ModelDialect;
using ternary::AddAccumulateOp;
using ternary::DotAccumulateOp;
using ternary::KernelAttr;
using ternary::LutAccumulateOp;
using ternary::LutBuildOp;
using ternary::PackingAttr;
using ternary::TernaryDialect;
using ternary::TokenAccumulateOp;

namespace {
/// What a kernel op asks for.
struct Request {
  KernelAttr kernel;
  PackingAttr packing;
  const Isa *isa;
};
} // namespace

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Whether the instruction set can work on the packing as the op says.
static LogicalResult checkPacking(Operation *op, const Request &request) {
  packing::Packing packing = request.packing.getPacking();
  const Isa &target = *request.isa;
  if (isa<TokenAccumulateOp>(op)) {
    // Sums leave in squares of 16 x 16.
    int64_t unit = std::max<int64_t>(target.lanes(16), 16);
    int64_t tile = request.kernel.getTokenTile();
    if (tile % unit != 0)
      return op->emitOpError("token_tile is ")
             << tile << ", expected a multiple of " << unit << " for "
             << target.name();
    return success();
  }
  int64_t lanes = target.lanes(packing.wordBits);
  if (!isa<LutBuildOp>(op) && packing.rows % lanes != 0)
    return op->emitOpError("rows is ")
           << packing.rows << ", expected a multiple of the " << lanes << " "
           << packing.wordBits << "-bit lanes of " << target.name();
  if (isa<DotAccumulateOp>(op)) {
    if (packing.group != 1 || packing.indexBits != 2 || packing.wordBits != 32)
      return op->emitOpError("dot wants group = 1, index_bits = 2, word_bits = "
                             "32, got ")
             << request.packing;
    return success();
  }
  if (isa<AddAccumulateOp>(op)) {
    if (packing.group != 1)
      return op->emitOpError("group is ")
             << packing.group << ", expected 1 for masked_add";
    if (packing.wordBits > 16)
      return op->emitOpError("word_bits is ")
             << packing.wordBits << ", expected 8 or 16 for masked_add";
    return success();
  }
  const RegisterLookup &lookup = *target.registerLookup();
  if (packing.group != lookup.group() ||
      packing.indexBits != lookup.indexBits() ||
      packing.wordBits != lookup.wordBits())
    return op->emitOpError("lookup of ")
           << target.name() << " wants group = " << lookup.group()
           << ", index_bits = " << lookup.indexBits()
           << ", word_bits = " << lookup.wordBits() << ", got "
           << request.packing;
  return success();
}

//===----------------------------------------------------------------------===//
// Names and types
//===----------------------------------------------------------------------===//

/// `9in16`, `4in8g2`: trits in bits, and the group where it is below three.
static std::string packingName(const packing::Packing &packing) {
  std::string name = std::to_string(packing.tritsPerWord()) + "in" +
                     std::to_string(packing.wordBits);
  if (packing.group < 3)
    name += "g" + std::to_string(packing.group);
  return name;
}

static std::string functionName(Operation *op, const Request &request) {
  Shape shape(request.packing);
  std::string depth = std::to_string(shape.depth);
  std::string packing = "_" + packingName(shape.packing);
  if (isa<LutBuildOp>(op))
    return "ternary_lut_build_" + depth + packing;
  return "ternary_matmul_" + std::to_string(shape.rows) + "x" + depth + "_" +
         stringifyAlgorithm(request.kernel.getAlgorithm()).str() + packing;
}

/// Rows of the given inner sizes at any offset and with any outer stride but,
/// where `contiguous`, the one that follows from the sizes.
static MemRefType bufferType(ArrayRef<int64_t> sizes, Type element,
                             bool contiguous) {
  SmallVector<int64_t> strides(sizes.size(), ShapedType::kDynamic);
  int64_t stride = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = stride;
    bool known = contiguous && !ShapedType::isDynamic(sizes[i]);
    stride = known ? stride * sizes[i] : ShapedType::kDynamic;
  }
  auto layout = StridedLayoutAttr::get(element.getContext(),
                                       ShapedType::kDynamic, strides);
  return MemRefType::get(sizes, element, layout);
}

static SmallVector<Type> argumentTypes(Operation *op, const Request &request) {
  constexpr int64_t any = ShapedType::kDynamic;
  Builder b(op->getContext());
  Type i8 = b.getI8Type(), i16 = b.getI16Type(), i32 = b.getI32Type();
  Shape shape(request.packing);
  RankedTensorType storage = request.packing.getStorageType();
  auto weights = bufferType({any, storage.getDimSize(1), storage.getDimSize(2)},
                            storage.getElementType(), /*contiguous=*/true);
  auto acc = bufferType({any, any}, i32, /*contiguous=*/false);
  auto table = [&] {
    RankedTensorType type = tableType(request.kernel, request.packing, any);
    return bufferType(type.getShape(), type.getElementType(),
                      /*contiguous=*/true);
  };
  int64_t paddedDepth = request.packing.getPaddedDepth();
  return TypeSwitch<Operation *, SmallVector<Type>>(op)
      .Case([&](LutBuildOp) -> SmallVector<Type> {
        return {bufferType({any, shape.depth}, i8, false), table()};
      })
      .Case([&](LutAccumulateOp) -> SmallVector<Type> {
        return {table(), weights, acc};
      })
      .Case<AddAccumulateOp, DotAccumulateOp>([&](auto) -> SmallVector<Type> {
        return {bufferType({any, paddedDepth}, i8, false), weights, acc};
      })
      .Case([&](TokenAccumulateOp) -> SmallVector<Type> {
        return {bufferType({paddedDepth, any}, i8, false), weights, acc,
                bufferType({any}, i16, false),
                bufferType({any, request.kernel.getTokenTile()}, i32, true)};
      });
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static void emitBody(Emitter &e, Operation *op, const Request &request,
                     ValueRange arguments) {
  Shape shape(request.packing);
  if (isa<LutBuildOp>(op))
    return emitLutBuild(e, *request.isa, shape, arguments);
  if (isa<LutAccumulateOp>(op))
    return emitLutAccumulate(e, *request.isa, shape, request.kernel, arguments);
  if (isa<AddAccumulateOp>(op))
    return emitAddAccumulate(e, *request.isa, shape, arguments);
  if (isa<DotAccumulateOp>(op))
    return emitDotAccumulate(e, *request.isa, shape, request.kernel, arguments);
  emitTokenAccumulate(e, *request.isa, shape, request.kernel, arguments);
}

/// Has the object refuse processors without what the kernel needs.
static void demandFeatures(ModuleOp module, const Isa &isa) {
  Builder b(module.getContext());
  auto known = module->getAttrOfType<ArrayAttr>(ModelDialect::kFeatures);
  llvm::SetVector<Attribute> features;
  if (known)
    features.insert_range(known);
  for (StringRef feature : isa.features())
    features.insert(b.getStringAttr(feature));
  if (!features.empty())
    module->setAttr(ModelDialect::kFeatures,
                    b.getArrayAttr(features.getArrayRef()));
}

FailureOr<func::FuncOp> kernels::getOrCreateFunction(ModuleOp module,
                                                     Operation *op) {
  auto kernel = op->getAttrOfType<KernelAttr>("kernel");
  auto packing = op->getAttrOfType<PackingAttr>("packing");
  // Up to how many tokens a kernel is taken does not change its code.
  kernel = kernel.forAnyTokens();
  if (isa<LutBuildOp>(op)) {
    kernel = tableKernel(kernel);
    packing = tablePacking(packing);
  }
  Request request{kernel, packing, findIsa(kernel.getIsa())};
  if (failed(checkPacking(op, request)))
    return failure();

  std::string name = functionName(op, request);
  auto type =
      FunctionType::get(op->getContext(), argumentTypes(op, request), {});
  // Kernels of the same shape that differ otherwise are told apart by a number.
  std::string base = name;
  for (unsigned number = 1;; ++number) {
    Operation *existing = SymbolTable::lookupSymbolIn(module, name);
    if (!existing)
      break;
    auto function = dyn_cast<func::FuncOp>(existing);
    if (!function || !function->hasAttr(TernaryDialect::kKernel)) {
      InFlightDiagnostic diag = op->emitOpError("needs the symbol @")
                                << name << ", which is something else";
      diag.attachNote(existing->getLoc()) << "defined here";
      return diag;
    }
    if (function.getFunctionType() == type &&
        function->getAttr(TernaryDialect::kKernel) == kernel &&
        function->getAttr(TernaryDialect::kPacking) == packing)
      return function;
    name = base + "_" + std::to_string(number);
  }
  demandFeatures(module, *request.isa);
  func::FuncOp function = createLocalFunction(module, name, type);
  function->setAttr(TernaryDialect::kKernel, kernel);
  function->setAttr(TernaryDialect::kPacking, packing);
  Emitter e(op->getLoc(), op->getContext());
  Block *entry = function.addEntryBlock();
  e.setInsertionPointToStart(entry);
  emitBody(e, op, request, entry->getArguments());
  func::ReturnOp::create(e);
  return function;
}
