//===- Session.cpp - The state of one user of a model ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "Error.h"
#include "Tensor.h"
#include "bitnet/Runtime/DimExpression.h"

#include <cinttypes>
#include <sched.h>

using namespace bitnet::runtime;

static constexpr int32_t kMaxThreads = 1024;

/// The processors that this process may use.
static int32_t processorCount() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0)
    return 1;
  return CPU_COUNT(&set);
}

bitnet_status Session::create(std::shared_ptr<Model> model,
                              const bitnet_session_options &options,
                              std::unique_ptr<Session> &result) {
  const char *path = model->path();
  if (options.batch < 0)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected a batch of at least 1, got %" PRId64, path,
                options.batch);
  if (options.threads < 0 || options.threads > kMaxThreads)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected 1 to %d threads, or 0 for all, got %d", path,
                kMaxThreads, options.threads);
  auto session = std::make_unique<Session>();
  session->batch = options.batch ? options.batch : 1;
  session->threads = options.threads ? options.threads : processorCount();
  if (!model->caches.empty() && model->batchSymbol() < 0) {
    const bitnet_value &cache = model->caches.front();
    int64_t fixed = cache.rank > 0 ? cache.dimensions[0].size : 1;
    if (options.batch && options.batch != fixed)
      return fail(BITNET_ERROR_ARGUMENT,
                  "%s: expected a batch of %" PRId64
                  ", for which the model is compiled, got %" PRId64,
                  path, fixed, options.batch);
    session->batch = fixed;
  }
  if (bitnet_status status = session->caches.allocate(*model, session->batch))
    return status;
  session->model = std::move(model);
  result = std::move(session);
  return BITNET_OK;
}

bitnet_status Session::bindSymbols(const std::string &name,
                                   const DLTensor &tensor,
                                   const bitnet_descriptor_value &value) {
  for (int32_t d = 0; d < value.rank; ++d) {
    int32_t symbol = bareSymbol(value.dims[d]);
    if (symbol < 0)
      continue;
    int64_t &bound = symbols[size_t(symbol)];
    if (bound == kUnbound)
      bound = tensor.shape[d];
  }
  return checkShape(name, tensor, value);
}

bitnet_status Session::checkShape(const std::string &name,
                                  const DLTensor &tensor,
                                  const bitnet_descriptor_value &value) const {
  for (int32_t d = 0; d < value.rank; ++d) {
    bool known = true;
    forEachSymbol(value.dims[d], [&](int32_t symbol) {
      known &= symbols[size_t(symbol)] != kUnbound;
    });
    if (!known)
      continue; // checked again when all inputs are bound
    std::string text = model->print(value.dims[d]);
    std::optional<int64_t> size = evaluate(value.dims[d], symbols);
    if (!size)
      return fail(BITNET_ERROR_TENSOR,
                  "%s: expected dimension %d to be %s, which has no value for "
                  "these inputs",
                  name.c_str(), d, text.c_str());
    if (*size == tensor.shape[d])
      continue;
    std::string number = std::to_string(*size);
    return fail(BITNET_ERROR_TENSOR,
                "%s: expected dimension %d to be %s%s, got %" PRId64,
                name.c_str(), d, number.c_str(),
                text == number ? "" : (" (" + text + ")").c_str(),
                tensor.shape[d]);
  }
  return BITNET_OK;
}

bitnet_status Session::bind(const DLTensor *const *inputs, int32_t count) {
  const bitnet_descriptor &descriptor = model->get();
  if (count != descriptor.input_count || (count > 0 && !inputs))
    return fail(BITNET_ERROR_ARGUMENT, "%s: expected %d inputs, got %d",
                model->path(), descriptor.input_count, inputs ? count : 0);
  symbols.assign(size_t(descriptor.symbol_count), kUnbound);
  if (model->isStateful())
    symbols[size_t(descriptor.position_symbol)] = position;
  if (model->batchSymbol() >= 0)
    symbols[size_t(model->batchSymbol())] = batch;

  for (int32_t i = 0; i < count; ++i) {
    const bitnet_descriptor_value &value = descriptor.inputs[i];
    std::string name = tensorName(model->path(), "input", value.name);
    if (bitnet_status status =
            checkType(name, model->inputs[size_t(i)], inputs[i]))
      return status;
    if (bitnet_status status = bindSymbols(name, *inputs[i], value))
      return status;
  }
  // Expressions may name symbols that a later input binds.
  for (int32_t i = 0; i < count; ++i) {
    const bitnet_descriptor_value &value = descriptor.inputs[i];
    std::string name = tensorName(model->path(), "input", value.name);
    if (bitnet_status status = checkShape(name, *inputs[i], value))
      return status;
  }
  return checkCall();
}

int64_t Session::sequence() const {
  int32_t symbol = model->get().sequence_symbol;
  return symbol < 0 ? 1 : symbols[size_t(symbol)];
}

bitnet_status Session::checkCall() const {
  const bitnet_descriptor &descriptor = model->get();
  if (model->isStateful()) {
    if (sequence() < 1)
      return fail(BITNET_ERROR_TENSOR, "%s: expected at least one token",
                  model->path());
    if (sequence() > descriptor.max_context - position)
      return fail(BITNET_ERROR_CONTEXT,
                  "%s: expected at most %" PRId64 " tokens (max-context), got "
                  "%" PRId64 " after %" PRId64,
                  model->path(), descriptor.max_context, sequence(), position);
  }
  for (int32_t i = 0; i < descriptor.constraint_count; ++i) {
    const bitnet_descriptor_constraint &constraint = descriptor.constraints[i];
    std::optional<int64_t> value = evaluate(constraint.expression, symbols);
    bool isZero = constraint.kind == BITNET_CONSTRAINT_ZERO;
    if (value && (isZero ? *value == 0 : *value >= 0))
      continue;
    std::string values;
    std::vector<bool> named(symbols.size());
    forEachSymbol(constraint.expression, [&](int32_t symbol) {
      if (named[size_t(symbol)])
        return;
      named[size_t(symbol)] = true;
      values += std::string(values.empty() ? "" : ", ") +
                descriptor.symbols[symbol] + " = " +
                std::to_string(symbols[size_t(symbol)]);
    });
    return fail(BITNET_ERROR_TENSOR,
                "%s: %s: expected %s to be %s0, got shapes with %s",
                model->path(), constraint.node,
                model->print(constraint.expression).c_str(),
                isZero ? "" : "at least ", values.c_str());
  }
  return BITNET_OK;
}

bitnet_status Session::checkOutputs(DLTensor *const *outputs,
                                    int32_t count) const {
  const bitnet_descriptor &descriptor = model->get();
  if (count != descriptor.output_count || (count > 0 && !outputs))
    return fail(BITNET_ERROR_ARGUMENT, "%s: expected %d outputs, got %d",
                model->path(), descriptor.output_count, outputs ? count : 0);
  for (int32_t i = 0; i < count; ++i) {
    const bitnet_descriptor_value &value = descriptor.outputs[i];
    std::string name = tensorName(model->path(), "output", value.name);
    if (bitnet_status status =
            checkType(name, model->outputs[size_t(i)], outputs[i]))
      return status;
    if (bitnet_status status = checkShape(name, *outputs[i], value))
      return status;
    if (bitnet_status status = checkData(name, *outputs[i]))
      return status;
  }
  return BITNET_OK;
}

bitnet_status Session::outputShape(const DLTensor *const *inputs, int32_t count,
                                   int32_t output, int64_t *shape) {
  const bitnet_descriptor &descriptor = model->get();
  if (output < 0 || output >= descriptor.output_count || !shape)
    return fail(BITNET_ERROR_ARGUMENT,
                "%s: expected an output from 0 to %d and room for its shape, "
                "got output %d",
                model->path(), descriptor.output_count - 1, output);
  if (bitnet_status status = bind(inputs, count))
    return status;
  const bitnet_descriptor_value &value = descriptor.outputs[output];
  for (int32_t d = 0; d < value.rank; ++d) {
    std::optional<int64_t> size = evaluate(value.dims[d], symbols);
    if (!size || *size < 0)
      return fail(BITNET_ERROR_TENSOR,
                  "%s: output '%s': dimension %d, %s, has no value for these "
                  "inputs",
                  model->path(), value.name, d,
                  model->print(value.dims[d]).c_str());
    shape[d] = *size;
  }
  return BITNET_OK;
}

bitnet_status Session::run(const DLTensor *const *inputs, int32_t inputCount,
                           DLTensor *const *outputs, int32_t outputCount) {
  if (bitnet_status status = bind(inputs, inputCount))
    return status;
  for (int32_t i = 0; i < inputCount; ++i)
    if (bitnet_status status = checkData(
            tensorName(model->path(), "input", model->inputs[size_t(i)].name),
            *inputs[i]))
      return status;
  if (bitnet_status status = checkOutputs(outputs, outputCount))
    return status;

  const bitnet_descriptor &descriptor = model->get();
  int64_t failed = call(inputs, outputs);
  if (failed == 0) {
    if (model->isStateful())
      position += sequence();
    return BITNET_OK;
  }
  if (failed > 0 && failed <= descriptor.check_count)
    return fail(BITNET_ERROR_CHECK, "%s: %s", model->path(),
                descriptor.checks[failed - 1]);
  return fail(BITNET_ERROR_CHECK, "%s: check number %" PRId64 " failed",
              model->path(), failed);
}
