//===- Choices.cpp - A file of kernel choices -----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Choices.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::KernelAttr;
using ternary::PackingAttr;

/// What makes a list of kernels impossible for a whole network, or nothing.
static std::optional<std::string> findFaultOf(ArrayAttr kernels) {
  for (Attribute kernel : kernels)
    if (!isa<KernelAttr>(kernel))
      return "expected kernels, got " + mlir::debugString(kernel);
  if (std::optional<std::string> fault = ternary::findFault(kernels))
    return fault;
  auto list = kernels.getAsRange<KernelAttr>();
  if (!llvm::all_equal(llvm::map_range(
          list, [](KernelAttr kernel) { return kernel.getIsa(); })))
    return "expected kernels of one instruction set";
  int64_t limit = cast<KernelAttr>(kernels[kernels.size() - 1]).getMaxTokens();
  if (limit != 0)
    return "expected a last kernel for any number of tokens";
  return std::nullopt;
}

static FailureOr<Selection>
parseEntry(Attribute attribute, function_ref<InFlightDiagnostic()> error) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto kernels = entry ? entry.getAs<ArrayAttr>("kernels") : ArrayAttr();
  auto packing = entry ? entry.getAs<PackingAttr>("packing") : PackingAttr();
  if (!kernels || !packing || entry.size() != 2)
    return error() << "expected {kernels = […], packing = …}";
  if (std::optional<std::string> fault = findFaultOf(kernels))
    return error() << *fault;
  Selection selection;
  selection.packing = packing;
  llvm::append_range(selection.kernels, kernels.getAsRange<KernelAttr>());
  selection.reason = "from the file of choices";
  return selection;
}

FailureOr<llvm::SmallVector<Selection>>
kernels::readChoices(StringRef path, MLIRContext *context) {
  Location file = FileLineColLoc::get(context, path, 0, 0);
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return emitError(file) << buffer.getError().message();
  auto list = dyn_cast_or_null<ArrayAttr>(
      parseAttribute((*buffer)->getBuffer(), context));
  if (!list)
    return emitError(file) << "expected a list of choices, [{kernels = […], "
                              "packing = …}, …]";
  llvm::SmallVector<Selection> choices;
  for (auto [index, attribute] : llvm::enumerate(list)) {
    auto error = [&, index = index] {
      return emitError(file) << "entry " << index << ": ";
    };
    FailureOr<Selection> choice = parseEntry(attribute, error);
    if (failed(choice))
      return failure();
    PackingAttr packing = choice->packing;
    MatrixShape shape{packing.getLogicalRows(), packing.getLogicalDepth(),
                      packing.getScaleGroup()};
    for (const Selection &other : choices)
      if (other.isFor(shape))
        return error() << "expected one entry for " << shape.rows << " x "
                       << shape.depth
                       << " with scale_group = " << shape.scaleGroup;
    choices.push_back(*choice);
  }
  return choices;
}

void kernels::printChoices(ArrayRef<Selection> choices, llvm::raw_ostream &os) {
  os << "[";
  llvm::interleave(
      choices, os,
      [&](const Selection &choice) {
        os << "{kernels = [";
        llvm::interleave(
            choice.kernels, os, [&](KernelAttr kernel) { os << kernel; },
            ",\n             ");
        os << "],\n  packing = " << choice.packing << "}";
      },
      ",\n ");
  os << "]\n";
}
