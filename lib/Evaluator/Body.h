//===- Body.h - The body of a linalg op as steps ----------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_EVALUATOR_BODY_H
#define LIB_EVALUATOR_BODY_H

#include "Lanes.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

#include <atomic>

namespace bitnet::evaluator {

/// Where a step reads its operands and writes its result.
struct Operands {
  llvm::SmallVector<unsigned> in;
  unsigned out;
};

/// The step of one op, null if there is none for it: arith and math on floats;
/// arith and math on integers, comparisons and choices; conversions.
Step getFloatStep(mlir::Operation *op, const Operands &operands);
Step getIntegerStep(mlir::Operation *op, const Operands &operands);
Step getConversionStep(mlir::Operation *op, const Operands &operands);

/// The bytes of a tensor that a body reads from outside, null if not known.
using TensorReader = llvm::function_ref<const char *(mlir::Value)>;

/// The body of a linalg op with one result, as steps over registers.
class Body {
public:
  /// Fails for an op without a step. `read` outlives the body.
  static std::optional<Body> compile(mlir::linalg::LinalgOp op,
                                     TensorReader read);

  unsigned size() const { return registers.size(); }

  /// The registers of the operands, and of index `number` (nothing if the body
  /// does not ask for it).
  unsigned argument(unsigned number) const { return number; }
  std::optional<unsigned> index(unsigned dim) const;
  bool readsIndices() const { return !indices.empty(); }

  /// Steps that hold for all elements, to be run once over all lanes.
  llvm::ArrayRef<Step> prologue() const { return constants; }
  /// Steps for each element that do not depend on the result so far.
  llvm::ArrayRef<Step> steps() const { return independent; }
  /// Steps from the result so far, the last argument, to the new one.
  llvm::ArrayRef<Step> combination() const { return dependent; }

  unsigned result() const { return yielded; }
  /// The register that is added to the result so far, if that is all that the
  /// combination does, in floats.
  std::optional<unsigned> summand() const { return added; }

  /// Whether elements depend on what the destination held.
  bool readsResult() const {
    return op.payloadUsesValueFromOperand(op.getDpsInitOperand(0));
  }

  /// Whether a step read outside of a tensor.
  bool hasFailed() const { return *isOutside; }

private:
  std::optional<unsigned> getRegister(mlir::Value value);
  Step getStep(mlir::Operation *op, const Operands &operands);
  Step getExtractStep(mlir::tensor::ExtractOp op, const Operands &operands);

  // Op interfaces have no const methods.
  mutable mlir::linalg::LinalgOp op;
  TensorReader read = nullptr;
  llvm::DenseMap<mlir::Value, unsigned> registers;
  llvm::SmallPtrSet<mlir::Operation *, 8> isDependent;
  std::vector<Step> constants, independent, dependent;
  llvm::SmallVector<std::pair<unsigned, unsigned>> indices; // dim, register
  unsigned yielded = 0;
  std::optional<unsigned> added;
  std::shared_ptr<std::atomic<bool>> isOutside =
      std::make_shared<std::atomic<bool>>(false);
};

} // namespace bitnet::evaluator

#endif // LIB_EVALUATOR_BODY_H
