//===- Modes.h - What bitnet-run can do -------------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BITNET_TOOLS_BITNET_RUN_MODES_H
#define BITNET_TOOLS_BITNET_RUN_MODES_H

#include "Options.h"
#include "bitnet/Runtime/bitnet.h"

#include <memory>

namespace bitnet::run {

struct SessionDeleter {
  void operator()(bitnet_session *session) const {
    bitnet_session_destroy(session);
  }
};
using Session = std::unique_ptr<bitnet_session, SessionDeleter>;

/// Reports the runtime's error and gives the exit status 1.
inline int runtimeError() { return error("%s", bitnet_last_error()); }

// One function for each mode; each gives the exit status.
int describeModel(const bitnet_model *model);
int runTensors(bitnet_model *model, const Options &options);
int generateText(bitnet_model *model, const Options &options);
int scoreIds(bitnet_model *model, const Options &options);

/// Creates the directory and its parents; reports why it cannot.
bool makeDirectory(const std::string &path);

} // namespace bitnet::run

#endif // BITNET_TOOLS_BITNET_RUN_MODES_H
