//===- Report.h - Results as a table or as JSON --------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_REPORT_H
#define TOOLS_BITNET_BENCH_REPORT_H

#include "Measure.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace bitnet::bench {

/// A packing by what it holds: "9 in 16".
std::string packingName(ternary::PackingAttr packing);

struct ReportOptions {
  bool inCache = false;
  /// Whether kernels differ in what tunes them.
  bool parameters = false;
};

/// Receives the results one by one.
class Report {
public:
  virtual ~Report() = default;
  virtual void add(const Result &result) = 0;
  virtual void finish() = 0;
};

/// For people: printed row by row as results come.
std::unique_ptr<Report> createTable(llvm::raw_ostream &os,
                                    const ReportOptions &options);
/// For scripts: one object, printed at the end.
std::unique_ptr<Report> createJsonReport(llvm::raw_ostream &os,
                                         const ReportOptions &options);

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_REPORT_H
