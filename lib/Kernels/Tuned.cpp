//===- Tuned.cpp - Kernels that were tuned for processors -----------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Kernels/Tuned.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::kernels;
using ternary::KernelAttr;

ArrayRef<TunedRow> kernels::tunedRows() {
  static const TunedRow rows[] = {
#define BITNET_TUNED(PROCESSOR, ISA, ROWS, KERNELS)                            \
  {PROCESSOR, ISA, ROWS, KERNELS},
#include "Tuned.def"
  };
  return rows;
}

const TunedRow *kernels::findTuned(StringRef processor, StringRef isa) {
  for (const TunedRow &row : tunedRows())
    if (row.processor == processor && row.isa == isa)
      return &row;
  return nullptr;
}

SmallVector<KernelAttr> kernels::readKernels(const TunedRow &row,
                                             MLIRContext *context) {
  // Unit tests read all rows.
  auto list = cast<ArrayAttr>(parseAttribute(row.kernels, context));
  return llvm::to_vector(list.getAsRange<KernelAttr>());
}

void kernels::printTunedRow(StringRef processor, const Selection &choice,
                            llvm::raw_ostream &os) {
  KernelAttr first = choice.kernels.front();
  os << "BITNET_TUNED(\n    \"" << processor << "\", \""
     << first.getIsa().getValue() << "\", " << choice.packing.getRows()
     << ",\n    R\"([";
  llvm::interleave(
      choice.kernels, os, [&](KernelAttr kernel) { os << kernel; },
      ",\n        ");
  os << "])\")\n";
}
