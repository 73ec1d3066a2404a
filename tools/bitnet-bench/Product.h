//===- Product.h - One ternary product, compiled -------------- -*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product is compiled as any model is, but with its packed weights as an
// input, so that one object can be given weights from all over the memory:
//
//   y: i32 [tokens, rows] = x: i8 [tokens, depth] * w: packed weights
//
// With scale groups the result is f32.
//
// Unlike in a model, threads share the rows even of small weights.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_BITNET_BENCH_PRODUCT_H
#define TOOLS_BITNET_BENCH_PRODUCT_H

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Runtime/bitnet.h"

#include "llvm/Support/Error.h"

#include <map>
#include <vector>

namespace bitnet::bench {

/// A kernel for a matrix, and the processor that it is compiled for.
struct Candidate {
  std::string cpu;
  ternary::KernelAttr kernel;
  ternary::PackingAttr packing;

  int64_t rows() const { return packing.getLogicalRows(); }
  int64_t depth() const { return packing.getLogicalDepth(); }
  /// f32 [scale groups, rows]; none without scale groups.
  int64_t scaleCount() const;
  /// The scales lie behind the weights.
  size_t scaleOffset() const;
  /// Those of the weights with their scales.
  size_t weightBytes() const;
};

/// A kernel's algorithm as it is printed: "lut-registers".
std::string kernelName(ternary::KernelAttr kernel);
/// The names of all algorithms.
std::vector<std::string> allKernelNames();

/// What is known of `cpu`, "host" or a name that LLVM knows.
llvm::Expected<kernels::SelectionOptions>
describeProcessor(mlir::MLIRContext &context, llvm::StringRef cpu);

/// What `cpu` ("host" or a name that LLVM knows) can compute a matrix of this
/// shape with: first what the compiler takes, at last those that multiply.
llvm::Expected<std::vector<kernels::Selection>>
findSelections(mlir::MLIRContext &context, llvm::StringRef cpu,
               const kernels::MatrixShape &shape);

class Product {
public:
  /// Compiles, through a temporary file that is gone afterwards.
  static llvm::Expected<Product> compile(mlir::MLIRContext &context,
                                         const Candidate &candidate);
  Product(Product &&other);
  ~Product();

  /// y = x * w with so many threads; all three are aligned to 64 bytes. The
  /// elements of y are i32, or f32 with scale groups, whose scales lie behind
  /// the weights.
  llvm::Error run(const int8_t *x, const uint8_t *weights, void *y,
                  int64_t tokens, int threads);

private:
  explicit Product(const Candidate &candidate);

  Candidate candidate;
  bitnet_model *model = nullptr;
  /// By number of threads.
  std::map<int, bitnet_session *> sessions;
};

} // namespace bitnet::bench

#endif // TOOLS_BITNET_BENCH_PRODUCT_H
