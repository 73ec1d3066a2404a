//===- ProductChecks.cpp - What verifiers of products share ---------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductChecks.h"

#include "ShapeChecks.h"

using namespace mlir;
using namespace bitnet::ternary;

LogicalResult bitnet::ternary::reifyInits(OpBuilder &builder, Operation *op,
                                          ReifiedRankedShapedTypeDims &shapes) {
  auto dps = cast<DestinationStyleOpInterface>(op);
  for (Value init : dps.getDpsInits())
    shapes.push_back(tensor::getMixedSizes(builder, op->getLoc(), init));
  return success();
}

LogicalResult bitnet::ternary::verifyDepth(Operation *op, int64_t activations,
                                           int64_t weights) {
  if (!agree(activations, weights)) // matmul_c1, product_c2
    return op->emitOpError()
           << "depth of the activations (" << show(activations)
           << ") differs from that of the weights (" << show(weights) << ")";
  if (weights > kMaxDepth) // matmul_c4, product_c2
    return op->emitOpError() << "depth is " << weights << ", at most "
                             << kMaxDepth << " keeps the sums in 32 bits";
  return success();
}

LogicalResult bitnet::ternary::verifyScaleShape(Operation *op,
                                                int64_t scaleGroup,
                                                int64_t depth, int64_t columns,
                                                Value scales) {
  bool isDynamic = ShapedType::isDynamic(depth);
  int64_t limit = isDynamic ? kMaxDepth : depth;
  if (scaleGroup < 1 || scaleGroup > limit)
    return op->emitOpError() << "scale_group is " << scaleGroup
                             << ", expected 1 to the depth, at most " << limit;
  int64_t groups =
      isDynamic ? depth : llvm::divideCeilSigned(depth, scaleGroup);
  return verifyShape(op, "scales", scales, {groups, columns});
}

LogicalResult bitnet::ternary::verifyDecision(Operation *op, ArrayAttr kernels,
                                              PackingAttr packing,
                                              int64_t scaleGroup,
                                              RankedTensorType weights) {
  if (packing && (weights.getEncoding() ||
                  packing.getLogicalRows() != weights.getDimSize(0) ||
                  packing.getLogicalDepth() != weights.getDimSize(1)))
    return op->emitOpError() // matmul_c5
           << "packing is for weights of " << packing.getLogicalRows() << " x "
           << packing.getLogicalDepth() << ", but they are " << weights;
  if (packing && packing.getScaleGroup() != scaleGroup)
    return op->emitOpError() // matmul_c5
           << "packing has scale_group = " << packing.getScaleGroup()
           << ", but the product " << scaleGroup;
  // matmul_c3
  if (std::optional<std::string> fault =
          kernels ? findFault(kernels) : std::nullopt)
    return op->emitOpError() << *fault;
  return success();
}

std::optional<std::string> bitnet::ternary::findFault(ArrayAttr kernels) {
  if (kernels.empty())
    return "kernels is empty, expected one or more";
  int64_t last = 0;
  for (auto [index, attr] : llvm::enumerate(kernels)) {
    int64_t tokens = cast<KernelAttr>(attr).getMaxTokens();
    bool isLast = index + 1 == kernels.size();
    // The limit of a single one is seen to by a branch.
    bool isGood = isLast ? index == 0 || tokens == 0 : tokens > last;
    if (!isGood)
      return ("max_tokens of kernel " + Twine(index) + " is " + Twine(tokens) +
              ", expected " + (isLast ? "0 for the last" : "a growing number"))
          .str();
    last = tokens;
  }
  return std::nullopt;
}
