//===- Loops.cpp - The elements of a linalg op ----------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"

#include "bitnet/Support/Elements.h"

#include "mlir/IR/Threading.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::evaluator;

namespace {

/// How an operand is read: `data` at `base` plus a stride for each loop, in
/// elements.
struct Access {
  Type type;
  unsigned size; // bytes of an element
  char *data;
  int64_t base = 0;
  SmallVector<int64_t> strides;

  char *at(int64_t offset) const { return data + (base + offset) * size; }
};

/// The loops of an op: those over elements of the result, then those whose
/// elements are combined to one. The last loop goes over lanes.
struct Nest {
  SmallVector<int64_t> extents;
  /// The loop of the op that each one is, for indices.
  SmallVector<unsigned> dims;
  unsigned parallel = 0;
  SmallVector<Access> accesses; // inputs, then the result

  int64_t count(unsigned first, unsigned last) const {
    int64_t product = 1;
    for (unsigned i = first; i < last; ++i)
      product *= extents[i];
    return product;
  }
};

} // namespace

/// The value of `map` in one dimension where only loop `dim` (none: -1) is 1.
static int64_t valueAt(AffineExpr expr, int64_t dim, unsigned loops) {
  MLIRContext *context = expr.getContext();
  SmallVector<AffineExpr> values(loops, getAffineConstantExpr(0, context));
  if (dim >= 0)
    values[dim] = getAffineConstantExpr(1, context);
  return cast<AffineConstantExpr>(expr.replaceDims(values)).getValue();
}

static bool isLinear(AffineExpr expr) {
  return !expr.walk([](AffineExpr inner) {
                switch (inner.getKind()) {
                case AffineExprKind::Add:
                case AffineExprKind::Mul:
                case AffineExprKind::Constant:
                case AffineExprKind::DimId:
                  return WalkResult::advance();
                default:
                  return WalkResult::interrupt();
                }
              })
              .wasInterrupted();
}

static FailureOr<Access> getAccess(Type type, AffineMap map, char *data,
                                   ArrayRef<unsigned> dims) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Access access;
  access.type = tensor ? tensor.getElementType() : type;
  std::optional<unsigned> size = elementSize(access.type);
  if (!size || !isKnown(access.type) ||
      !llvm::all_of(map.getResults(), isLinear))
    return failure();
  access.size = *size;
  access.data = data;
  access.strides.assign(dims.size(), 0);
  if (!tensor)
    return access;
  SmallVector<int64_t> strides = computeSuffixProduct(tensor.getShape());
  for (auto [expr, stride] : llvm::zip_equal(map.getResults(), strides)) {
    int64_t start = valueAt(expr, -1, map.getNumDims());
    access.base += start * stride;
    for (auto [loop, dim] : llvm::enumerate(dims))
      access.strides[loop] +=
          (valueAt(expr, dim, map.getNumDims()) - start) * stride;
  }
  return access;
}

/// Makes one loop of neighbours of one kind that all operands walk as one.
static void collapse(Nest &nest) {
  for (unsigned loop = nest.extents.size(); loop-- > 1;) {
    unsigned outer = loop - 1;
    bool isUnit = nest.extents[loop] == 1,
         isOuterUnit = nest.extents[outer] == 1;
    auto walksOn = [&](const Access &access) {
      return access.strides[outer] == access.strides[loop] * nest.extents[loop];
    };
    if (loop == nest.parallel ||
        (!isUnit && !isOuterUnit && !llvm::all_of(nest.accesses, walksOn)))
      continue;
    for (Access &access : nest.accesses) {
      if (!isUnit)
        access.strides[outer] = access.strides[loop];
      access.strides.erase(access.strides.begin() + loop);
    }
    nest.extents[outer] *= nest.extents[loop];
    nest.extents.erase(nest.extents.begin() + loop);
    nest.dims.erase(nest.dims.begin() + loop);
    if (outer < nest.parallel)
      --nest.parallel;
  }
}

namespace {

/// Walks a part of the elements with registers of its own.
class Walker {
public:
  Walker(const Nest &nest, const Body &body, std::vector<double> &sums)
      : nest(nest), body(body), sums(sums), registers(body.size()) {
    for (const Step &step : body.prologue())
      step(registers.data(), 0, kLanes);
  }

  /// Units [begin, end) of an elementwise op: each is a row of lanes.
  void mapRows(int64_t begin, int64_t end);
  /// Elements [begin, end) of a reduction's result.
  void reduceElements(int64_t begin, int64_t end);

private:
  /// The position in loops [first, last) of the element with this number.
  void setPosition(unsigned first, unsigned last, int64_t number);
  int64_t offset(const Access &access) const;
  /// Loads `count` elements of the last loop from `start` on and runs the steps
  /// on them.
  void compute(int64_t start, int64_t count, unsigned operands);
  template <typename T>
  void combine(int64_t count);

  const Nest &nest;
  const Body &body;
  std::vector<double> &sums;
  std::vector<Register> registers;
  SmallVector<int64_t> position = SmallVector<int64_t>(nest.extents.size(), 0);
};

} // namespace

void Walker::setPosition(unsigned first, unsigned last, int64_t number) {
  for (unsigned loop = last; loop-- > first;) {
    position[loop] = number % nest.extents[loop];
    number /= nest.extents[loop];
  }
}

int64_t Walker::offset(const Access &access) const {
  int64_t sum = 0;
  for (auto [stride, index] : llvm::zip_equal(access.strides, position))
    sum += stride * index;
  return sum;
}

void Walker::compute(int64_t start, int64_t count, unsigned operands) {
  position.back() = start;
  for (unsigned number = 0; number < operands; ++number) {
    const Access &access = nest.accesses[number];
    load(access.type, registers[body.argument(number)],
         access.at(offset(access)), access.strides.back(), count);
  }
  if (body.readsIndices())
    for (auto [loop, dim] : llvm::enumerate(nest.dims))
      if (std::optional<unsigned> index = body.index(dim))
        for (int64_t i = 0; i < count; ++i)
          registers[*index].i64[i] =
              position[loop] + (loop + 1 == nest.dims.size() ? i : 0);
  for (const Step &step : body.steps())
    step(registers.data(), 0, count);
}

void Walker::mapRows(int64_t begin, int64_t end) {
  unsigned loops = nest.extents.size();
  int64_t chunks = llvm::divideCeil(nest.extents.back(), kLanes);
  const Access &result = nest.accesses.back();
  for (int64_t unit = begin; unit < end; ++unit) {
    setPosition(0, loops - 1, unit / chunks);
    int64_t start = unit % chunks * kLanes;
    int64_t count = std::min(kLanes, nest.extents.back() - start);
    compute(start, count, nest.accesses.size() - !body.readsResult());
    for (const Step &step : body.combination())
      step(registers.data(), 0, count);
    store(result.type, result.at(offset(result)), result.strides.back(),
          registers[body.result()], count);
  }
}

/// One element after the other, from the result so far to the new one.
template <typename T>
void Walker::combine(int64_t count) {
  unsigned argument = body.argument(nest.accesses.size() - 1);
  for (int64_t i = 0; i < count; ++i) {
    registers[argument].as<T>()[i] = registers[argument].as<T>()[0];
    for (const Step &step : body.combination())
      step(registers.data(), i, i + 1);
    registers[argument].as<T>()[0] = registers[body.result()].as<T>()[i];
  }
}

void Walker::reduceElements(int64_t begin, int64_t end) {
  unsigned loops = nest.extents.size(), inputs = nest.accesses.size() - 1;
  const Access &result = nest.accesses.back();
  Register &sumSoFar = registers[body.argument(inputs)];
  int64_t rows = nest.count(nest.parallel, loops - 1);
  bool isDouble = result.type.isF64();
  for (int64_t element = begin; element < end; ++element) {
    setPosition(0, nest.parallel, element);
    std::fill(position.begin() + nest.parallel, position.end(), 0);
    char *place = result.at(offset(result));
    load(result.type, sumSoFar, place, 1, 1);
    double sum = 0;
    if (body.summand())
      sum = isDouble ? sumSoFar.f64[0] : sumSoFar.f32[0];
    for (int64_t row = 0; row < rows; ++row) {
      setPosition(nest.parallel, loops - 1, row);
      for (int64_t start = 0; start < nest.extents.back(); start += kLanes) {
        int64_t count = std::min(kLanes, nest.extents.back() - start);
        compute(start, count, inputs);
        if (std::optional<unsigned> summand = body.summand()) {
          for (int64_t i = 0; i < count; ++i)
            sum += isDouble ? registers[*summand].f64[i]
                            : registers[*summand].f32[i];
        } else if (isDouble) {
          combine<double>(count);
        } else if (isa<FloatType>(result.type)) {
          combine<float>(count);
        } else {
          combine<int64_t>(count);
        }
      }
    }
    if (body.summand()) {
      sums[result.base + offset(result)] = sum;
      if (isDouble)
        sumSoFar.f64[0] = sum;
      else
        sumSoFar.f32[0] = float(roundTo(result.type, sum));
    }
    store(result.type, place, 1, sumSoFar, 1);
  }
}

LogicalResult evaluator::run(linalg::LinalgOp op, const Body &body,
                             ArrayRef<const char *> inputs, char *result,
                             std::vector<double> &sums) {
  Nest nest;
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto kind :
       {utils::IteratorType::parallel, utils::IteratorType::reduction}) {
    for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
      if (iterator != kind)
        continue;
      nest.dims.push_back(dim);
      nest.extents.push_back(ranges[dim]);
    }
    if (kind == utils::IteratorType::parallel)
      nest.parallel = nest.dims.size();
  }
  if (llvm::is_contained(nest.extents, 0))
    return success();
  // One loop of one element, where there is none.
  bool isReduction = nest.parallel < nest.dims.size();
  if (nest.extents.empty()) {
    nest.extents.push_back(1);
    nest.dims.push_back(0);
    nest.parallel = 1;
  }
  for (auto [operand, map] :
       llvm::zip_equal(op->getOpOperands(), op.getIndexingMapsArray())) {
    unsigned number = operand.getOperandNumber();
    char *data =
        number < inputs.size() ? const_cast<char *>(inputs[number]) : result;
    // The loop that was put in stands in no map.
    AffineMap extended = AffineMap::get(std::max<unsigned>(map.getNumDims(), 1),
                                        0, map.getResults(), op.getContext());
    FailureOr<Access> access =
        getAccess(operand.get().getType(), extended, data, nest.dims);
    if (failed(access))
      return failure();
    nest.accesses.push_back(std::move(*access));
  }
  if (!body.readsIndices())
    collapse(nest);

  int64_t units = isReduction
                      ? nest.count(0, nest.parallel)
                      : nest.count(0, nest.extents.size() - 1) *
                            llvm::divideCeil(nest.extents.back(), kLanes);
  int64_t work = nest.count(0, nest.extents.size());
  // Enough parts to keep threads busy, few enough to be worth their start.
  int64_t parts = std::min<int64_t>(units, llvm::divideCeil(work, 1 << 18));
  if (isReduction && body.summand())
    sums.resize(
        cast<RankedTensorType>(op->getResult(0).getType()).getNumElements());
  parallelFor(op.getContext(), 0, parts, [&](size_t part) {
    Walker walker(nest, body, sums);
    int64_t begin = units * int64_t(part) / parts;
    int64_t end = units * int64_t(part + 1) / parts;
    if (isReduction)
      walker.reduceElements(begin, end);
    else
      walker.mapRows(begin, end);
  });
  return success(!body.hasFailed());
}
