//===- Evaluator.cpp - Linalg on constants --------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Evaluator/Evaluator.h"

#include "Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstdlib>
#include <cstring>
#ifdef __unix__
#include <sys/mman.h>
#endif

using namespace mlir;
using namespace bitnet;
using namespace bitnet::evaluator;

/// Elements may be computed so many times for each byte of the limit.
constexpr uint64_t kStepsPerByte = 4;

namespace {
/// Bytes under construction. They are not set to anything: to touch them first
/// is left to the threads that compute them.
struct Buffer {
  explicit Buffer(size_t size);

  ElementBytes take() && {
    ArrayRef<char> bytes(data.get(), size);
    return {bytes, std::shared_ptr<const void>(std::move(data))};
  }

  std::unique_ptr<char, decltype(&std::free)> data;
  size_t size;
};
} // namespace

/// Large buffers lie on large pages: to get small ones from the system takes
/// several times as long as what is computed into them.
Buffer::Buffer(size_t size) : data(nullptr, std::free), size(size) {
  constexpr size_t kLargePage = size_t(1) << 21;
  size_t alignment = size < 2 * kLargePage ? 64 : kLargePage;
  size_t rounded = llvm::alignTo(std::max<size_t>(size, 1), alignment);
  data.reset(static_cast<char *>(std::aligned_alloc(alignment, rounded)));
  if (!data)
    llvm::report_bad_alloc_error("a constant");
#ifdef MADV_HUGEPAGE
  if (alignment == kLargePage)
    (void)madvise(data.get(), rounded, MADV_HUGEPAGE);
#endif
}

/// Room for a tensor of at most `limit` bytes.
static std::optional<Buffer> allocate(Type type, uint64_t limit) {
  std::optional<uint64_t> size = byteSize(cast<RankedTensorType>(type));
  if (!size || *size > limit)
    return std::nullopt;
  return Buffer(*size);
}

//===----------------------------------------------------------------------===//
// Ops that move elements
//===----------------------------------------------------------------------===//

namespace {
/// A part of a tensor: what a slice reads or writes.
struct Part {
  SmallVector<int64_t> offsets, sizes, strides; // strides in elements
};
} // namespace

static std::optional<Part> getPart(OffsetSizeAndStrideOpInterface op,
                                   RankedTensorType whole) {
  if (ShapedType::isDynamicShape(op.getStaticOffsets()) ||
      ShapedType::isDynamicShape(op.getStaticSizes()) ||
      ShapedType::isDynamicShape(op.getStaticStrides()) ||
      !whole.hasStaticShape())
    return std::nullopt;
  Part part = {llvm::to_vector(op.getStaticOffsets()),
               llvm::to_vector(op.getStaticSizes()),
               llvm::to_vector(op.getStaticStrides())};
  SmallVector<int64_t> own = computeSuffixProduct(whole.getShape());
  for (auto [stride, element] : llvm::zip_equal(part.strides, own))
    stride *= element;
  for (auto [offset, element] : llvm::zip_equal(part.offsets, own))
    offset *= element;
  return part;
}

/// Copies between `whole` and the dense elements of a part of it.
static void copyPart(const Part &part, char *whole, char *dense, unsigned size,
                     bool toWhole) {
  int64_t count = computeProduct(part.sizes);
  int64_t start = llvm::sum_of(part.offsets, int64_t(0));
  int64_t row = part.sizes.empty() ? 1 : part.sizes.back();
  int64_t stride = part.strides.empty() ? 1 : part.strides.back();
  SmallVector<int64_t> basis = computeSuffixProduct(part.sizes);
  for (int64_t first = 0; first < count; first += row) {
    int64_t offset = start;
    for (auto [index, by] :
         llvm::zip_equal(delinearize(first, basis), part.strides))
      offset += index * by;
    for (int64_t i = 0; i < row; ++i) {
      char *inWhole = whole + (offset + i * stride) * size;
      char *inDense = dense + (first + i) * size;
      std::memcpy(toWhole ? inWhole : inDense, toWhole ? inDense : inWhole,
                  size);
    }
  }
}

static std::optional<ElementBytes> extract(tensor::ExtractSliceOp op,
                                           const ElementBytes &source) {
  auto part = getPart(op, op.getSourceType());
  auto result =
      part ? allocate(op.getType(), source.bytes.size()) : std::nullopt;
  if (!result)
    return std::nullopt;
  copyPart(*part, const_cast<char *>(source.bytes.data()), result->data.get(),
           *elementSize(op.getType().getElementType()), /*toWhole=*/false);
  return std::move(*result).take();
}

static std::optional<ElementBytes> insert(tensor::InsertSliceOp op,
                                          const ElementBytes &source,
                                          const ElementBytes &into) {
  auto part = getPart(op, op.getType());
  if (!part)
    return std::nullopt;
  Buffer result(into.bytes.size());
  llvm::copy(into.bytes, result.data.get());
  copyPart(*part, result.data.get(), const_cast<char *>(source.bytes.data()),
           *elementSize(op.getType().getElementType()), /*toWhole=*/true);
  return std::move(result).take();
}

//===----------------------------------------------------------------------===//
// Linalg
//===----------------------------------------------------------------------===//

/// Whether `op` takes no more steps than that.
static bool isAffordable(linalg::LinalgOp op, uint64_t limit) {
  uint64_t steps = 1;
  for (int64_t extent : op.getStaticLoopRanges())
    steps = llvm::SaturatingMultiply<uint64_t>(steps, extent);
  return steps <= limit;
}

/// The bytes of `value` if it is a scalar that a body is given, a constant.
static std::optional<ElementBytes> getScalar(Value value) {
  Attribute constant;
  std::optional<unsigned> size = elementSize(value.getType());
  if (!size || !matchPattern(value, m_Constant(&constant)))
    return std::nullopt;
  auto type = RankedTensorType::get({}, value.getType());
  auto elements = DenseElementsAttr::get(type, constant);
  std::optional<ElementBytes> bytes = elementBytes(elements);
  return bytes ? std::optional(ElementBytes::own(bytes->bytes.vec()))
               : std::nullopt;
}

std::optional<ElementBytes> Evaluator::computeMean(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumReductionLoops() > 0 ||
      !llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return std::nullopt;
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  auto quotient = yielded.getDefiningOp<arith::DivFOp>();
  FloatAttr divisor;
  if (!quotient || quotient.getLhs() != op.getBlock()->getArgument(0) ||
      !matchPattern(quotient.getRhs(), m_Constant(&divisor)))
    return std::nullopt;
  Value input = op.getDpsInputs().front();
  if (!evaluate(input))
    return std::nullopt;
  auto found = sums.find(input);
  if (found == sums.end())
    return std::nullopt;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Type element = type.getElementType();
  unsigned size = *elementSize(element);
  Buffer result(found->second.size() * size);
  Register one;
  for (auto [index, sum] : llvm::enumerate(found->second)) {
    double mean = roundTo(element, sum / divisor.getValueAsDouble());
    if (element.isF64())
      one.f64[0] = mean;
    else
      one.f32[0] = float(mean);
    store(element, result.data.get() + index * size, 1, one, 1);
  }
  return std::move(result).take();
}

std::optional<ElementBytes> Evaluator::compute(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.hasDynamicShape() || op->getNumResults() != 1 ||
      !isAffordable(linalgOp, kStepsPerByte * limit))
    return std::nullopt;
  if (auto mean = computeMean(linalgOp))
    return mean;
  SmallVector<ElementBytes> inputs;
  for (Value input : linalgOp.getDpsInputs()) {
    auto bytes =
        isa<TensorType>(input.getType()) ? evaluate(input) : getScalar(input);
    if (!bytes)
      return std::nullopt;
    inputs.push_back(std::move(*bytes));
  }
  auto result = allocate(op->getResult(0).getType(), limit);
  if (!result)
    return std::nullopt;
  OpOperand *destination = linalgOp.getDpsInitOperand(0);
  if (linalgOp.payloadUsesValueFromOperand(destination) ||
      llvm::is_contained(linalgOp.getStaticLoopRanges(), 0)) {
    auto start = evaluate(destination->get());
    if (!start)
      return std::nullopt;
    llvm::copy(start->bytes, result->data.get());
  }
  // What was evaluated once stays `known`, so the pointers stay valid.
  auto read = [&](Value tensor) -> const char * {
    auto bytes = evaluate(tensor);
    return bytes ? bytes->bytes.data() : nullptr;
  };
  std::optional<Body> body = Body::compile(linalgOp, read);
  auto pointers = llvm::map_to_vector(
      inputs, [](const ElementBytes &bytes) { return bytes.bytes.data(); });
  std::vector<double> exact;
  if (!body ||
      failed(run(linalgOp, *body, pointers, result->data.get(), exact)))
    return std::nullopt;
  if (!exact.empty())
    sums.try_emplace(op->getResult(0), std::move(exact));
  return std::move(*result).take();
}

std::optional<ElementBytes> Evaluator::evaluate(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Operation *op = value.getDefiningOp();
  if (!op || !type || !byteSize(type))
    return std::nullopt;
  ElementsAttr constant;
  std::optional<ElementBytes> result =
      TypeSwitch<Operation *, std::optional<ElementBytes>>(op)
          .Case([&](tensor::EmptyOp) -> std::optional<ElementBytes> {
            auto bytes = allocate(type, limit);
            return bytes ? std::optional(std::move(*bytes).take())
                         : std::nullopt;
          })
          .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
              [&](auto reshape) { return evaluate(reshape.getSrc()); })
          .Case([&](tensor::CastOp cast) { return evaluate(cast.getSource()); })
          .Case([&](tensor::ExtractSliceOp slice) {
            auto source = evaluate(slice.getSource());
            return source ? extract(slice, *source) : std::nullopt;
          })
          .Case([&](tensor::InsertSliceOp slice) {
            auto source = evaluate(slice.getSource());
            auto into = source ? evaluate(slice.getDest()) : std::nullopt;
            return into ? insert(slice, *source, *into) : std::nullopt;
          })
          .Default([&](Operation *) {
            return matchPattern(op, m_Constant(&constant))
                       ? elementBytes(constant)
                       : compute(op);
          });
  if (result)
    known.try_emplace(value, *result);
  return result;
}
