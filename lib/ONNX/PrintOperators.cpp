//===- PrintOperators.cpp - The table of operators as Markdown ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/ONNX/Operators.h"

#include "Operators.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace bitnet::onnx;

/// ` from 13`, ` until 12`, or nothing for all versions.
static std::string print(Opsets opsets) {
  if (opsets.first > kMinOpset)
    return llvm::formatv(" from {0}", opsets.first);
  if (opsets.last < kMaxOpset)
    return llvm::formatv(" until {0}", opsets.last);
  return "";
}

static std::string print(const Operator::Arity &arity) {
  if (arity.maximum == Operator::kAny)
    return llvm::formatv("{0} or more", arity.minimum);
  std::string text = std::to_string(arity.minimum);
  if (arity.maximum != arity.minimum)
    text += llvm::formatv(" to {0}", arity.maximum);
  return text + print(arity.opsets);
}

static std::string print(const AttributeRow &row) {
  std::string text = llvm::formatv("`{0}`", row.name);
  if (const auto *number = std::get_if<int64_t>(&row.standard))
    text += llvm::formatv(" = {0}", *number);
  else if (const auto *number = std::get_if<double>(&row.standard))
    llvm::raw_string_ostream(text) << " = " << llvm::format("%g", *number);
  if (row.isRequired)
    text += ", required";
  if (row.isFixed)
    text += " only";
  return text + print(row.opsets);
}

template <typename Rows>
static std::string printAll(const Rows &rows) {
  std::string text;
  for (const auto &row : rows)
    text += (text.empty() ? "" : "; ") + print(row);
  return text;
}

/// What the element types of inputs have to be.
static std::string printTypes(const Operator &row) {
  std::string text;
  for (unsigned number : row.floats)
    text += llvm::formatv("; input {0} of floats", number);
  for (unsigned number : row.integral)
    text += llvm::formatv("; input {0} of integers or booleans", number);
  for (auto [a, b] : row.same)
    text += llvm::formatv("; {0} and {1} of one type", a, b);
  return text;
}

void bitnet::printOperators(llvm::raw_ostream &os) {
  os << "# ONNX operators\n\n"
     << "Written by `bitnet-compile --operators`. Operator sets " << kMinOpset
     << " to " << kMaxOpset
     << " are known; *from* and *until* are versions. An\nattribute that "
        "is not listed is refused, as is another value where there is *only*\n"
        "one. Nodes whose inputs are all constant are computed when compiling, "
        "by the same\ndefinition of the operator.\n\n"
     << "| operator | inputs | outputs | attributes | supported |\n"
     << "|---|---|---|---|---|\n";
  for (const auto &[name, row] : OperatorTable::get()) {
    os << "| " << name;
    if (row.firstOpset > kMinOpset)
      os << print(bitnet::onnx::from(row.firstOpset));
    os << " | " << printAll(row.arities) << printTypes(row) << " | ";
    if (row.mostOutputs == Operator::kAny)
      os << "any";
    else if (row.leastOutputs < row.mostOutputs)
      os << row.leastOutputs << " to " << row.mostOutputs;
    else
      os << row.mostOutputs;
    os << " | " << printAll(row.attributes) << " | " << row.notes << " |\n";
  }
}
