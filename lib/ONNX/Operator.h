//===- Operator.h - The row of an operator ----------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_ONNX_OPERATOR_H
#define LIB_ONNX_OPERATOR_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"

#include <map>
#include <string>
#include <variant>

namespace bitnet::onnx {

class Node;
using Lowering = llvm::LogicalResult (*)(Node &);

/// The versions of the standard operator set that are known.
constexpr int64_t kMinOpset = 7, kMaxOpset = 28;

/// A range of versions, both ends included.
struct Opsets {
  int64_t first = kMinOpset, last = kMaxOpset;

  bool contains(int64_t opset) const { return first <= opset && opset <= last; }
};
constexpr Opsets from(int64_t opset) { return {opset, kMaxOpset}; }
constexpr Opsets until(int64_t opset) { return {kMinOpset, opset}; }

/// An attribute that an operator may have.
struct AttributeRow {
  enum Kind { Integer, Real, Integers, Reals, Text, Tensor };

  llvm::StringRef name;
  Kind kind;
  Opsets opsets;
  /// What holds if the attribute is left out; monostate: nothing in particular.
  std::variant<std::monostate, int64_t, double, llvm::StringRef> standard;
  bool isRequired = false;
  /// Whether no other value than `standard` is supported.
  bool isFixed = false;
};

/// What we know of one operator: what the specification says of its form, as
/// far as it is supported, and its one meaning. Checks of nodes, defaults of
/// attributes, folding and docs/operators.md are made of it.
class Operator {
public:
  Operator(llvm::StringRef name, Lowering lower) : name(name), lower(lower) {}

  llvm::StringRef name; // `domain.name` outside of the standard domain
  Lowering lower;

  //===--- The form of a node ---------------------------------------------===//

  /// From which version on the operator exists.
  Operator &since(int64_t opset);
  /// Inputs, of which the first `minimum` may not be left out.
  Operator &inputs(unsigned minimum, unsigned maximum, Opsets opsets = {});
  Operator &inputs(unsigned number, Opsets opsets = {}) {
    return inputs(number, number, opsets);
  }
  /// One input or more, none of them left out.
  Operator &anyInputs();
  /// The element type of an input is a float or an integer one (booleans are),
  /// or that of another input.
  Operator &isFloat(unsigned number);
  Operator &isInteger(unsigned number);
  Operator &haveSameType(unsigned a, unsigned b);
  /// The number of outputs; without a limit (kAny) as many as the node says.
  Operator &outputs(unsigned minimum, unsigned maximum);

  Operator &integer(llvm::StringRef name, int64_t standard, Opsets opsets = {});
  Operator &requiredInteger(llvm::StringRef name);
  /// An integer without a default.
  Operator &optionalInteger(llvm::StringRef name, Opsets opsets = {});
  /// An integer of which only one value is supported.
  Operator &fixed(llvm::StringRef name, int64_t value, Opsets opsets = {});
  Operator &real(llvm::StringRef name, double standard, Opsets opsets = {});
  Operator &optionalReal(llvm::StringRef name, Opsets opsets = {});
  Operator &integers(llvm::StringRef name, Opsets opsets = {});
  Operator &requiredIntegers(llvm::StringRef name, Opsets opsets);
  Operator &reals(llvm::StringRef name, Opsets opsets = {});
  Operator &text(llvm::StringRef name);
  Operator &tensor(llvm::StringRef name);

  /// What the documentation says of forms that are not supported.
  Operator &note(llvm::StringRef text);

  //===--- What folding has to know ---------------------------------------===//

  /// Reads shapes alone, so that data need not be constant.
  Operator &readsShapes();
  /// How elements that the importer widened (2- and 4-bit integers) fare:
  /// `Move` gives them out as they came in, `Read` by their value. Others
  /// saturate and wrap at the width of the type, which the wide form hides.
  enum class Narrow { Unknown, Move, Read };
  Operator &onNarrow(Narrow what);

  bool isOnShapes = false;
  Narrow narrow = Narrow::Unknown;

  //===--- Questions ------------------------------------------------------===//

  static constexpr unsigned kAny = ~0u;
  struct Arity {
    unsigned minimum, maximum; // kAny: no limit, and none may be left out
    Opsets opsets;
  };

  int64_t firstOpset = 1;
  unsigned leastOutputs = 1, mostOutputs = 1;
  llvm::SmallVector<Arity, 2> arities;
  llvm::SmallVector<AttributeRow, 4> attributes;
  std::string notes;
  llvm::SmallVector<unsigned, 2> floats, integral;
  llvm::SmallVector<std::pair<unsigned, unsigned>, 2> same;

  const Arity &getArity(int64_t opset) const;
  /// The attribute with this name in version `opset`, null if it has none.
  const AttributeRow *getAttribute(llvm::StringRef name, int64_t opset) const;

private:
  Operator &add(AttributeRow row);
};

/// All operators by name.
class OperatorTable {
public:
  /// The table of all families.
  static const OperatorTable &get();

  Operator &add(llvm::StringRef name, Lowering lower);
  const Operator *find(llvm::StringRef name) const;

  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }

private:
  std::map<std::string, Operator, std::less<>> rows;
};

} // namespace bitnet::onnx

#endif // LIB_ONNX_OPERATOR_H
