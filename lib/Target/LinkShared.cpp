//===- LinkShared.cpp - Objects become shared objects ---------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Target/Emit.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bitnet;

/// Where the linker is: with the LLVM that this program was built with, or on
/// the path.
static FailureOr<std::string> findLinker(Location loc) {
  for (StringRef name : {"ld.lld", "ld.lld-22"}) {
    auto path = llvm::sys::findProgramByName(name, {BITNET_LLVM_TOOLS_DIR});
    if (!path)
      path = llvm::sys::findProgramByName(name);
    if (path)
      return *path;
  }
  return emitError(loc, "no linker found: expected ld.lld (package lld-22)");
}

/// The symbols that the linker names as undefined, separated by commas.
static std::string undefinedSymbols(StringRef messages) {
  llvm::SetVector<StringRef> symbols;
  SmallVector<StringRef> lines;
  messages.split(lines, '\n');
  for (StringRef line : lines)
    if (size_t at = line.find("undefined symbol: "); at != StringRef::npos)
      symbols.insert(line.substr(at).split(": ").second);
  return llvm::join(symbols, ", ");
}

LogicalResult bitnet::linkSharedObject(Location loc, StringRef object,
                                       ArrayRef<std::string> libraries,
                                       bool usesThreads, StringRef output) {
  FailureOr<std::string> linker = findLinker(loc);
  if (failed(linker))
    return failure();
  SmallVector<StringRef> arguments = {
      *linker, "-shared",         "-o",          output,
      object,  "-soname",         "bitnet",      "-z",
      "now",   "--build-id=none", "--as-needed", "--no-undefined"};
  // libomp lies outside of the loader's path: the object says where.
  std::string runPath = std::string("-rpath=") + BITNET_LLVM_LIBRARY_DIR;
  if (usesThreads)
    arguments.push_back(runPath);
  llvm::append_range(arguments, libraries);
  std::string why;
  SmallString<128> log;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("bitnet-link", "log", log))
    return emitError(loc) << "no temporary file: " << error.message();
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove(log); });
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(log),
                                          StringRef(log)};
  int status = llvm::sys::ExecuteAndWait(*linker, arguments, std::nullopt,
                                         redirects, 0, 0, &why);
  if (status == 0)
    return success();
  if (auto text = llvm::MemoryBuffer::getFile(log))
    why += (*text)->getBuffer().rtrim();
  std::string missing = undefinedSymbols(why);
  if (missing.empty())
    return emitError(loc) << *linker << ": " << why;
  InFlightDiagnostic error = emitError(loc) << "the code calls " << missing
                                            << ", which no library of the "
                                               "target has";
  // Conversions of 16-bit floats.
  if (missing.find("__trunc") != std::string::npos ||
      missing.find("__extend") != std::string::npos)
    error << ": install package libclang-rt-22-dev";
  return error;
}

WeightsFile WeightsFile::beside(StringRef output) {
  if (output.empty() || output == "-")
    return {};
  SmallString<128> path(output);
  llvm::sys::path::replace_extension(path, "weights");
  return {std::string(path)};
}

/// Writes the whole file or none.
static LogicalResult writeWeights(ModuleOp module, ArrayRef<char> bytes,
                                  StringRef path) {
  std::error_code error;
  llvm::ToolOutputFile file(path, error, llvm::sys::fs::OF_None);
  if (error)
    return module.emitError() << path << ": " << error.message();
  file.os().write(bytes.data(), bytes.size());
  file.os().flush();
  if (file.os().has_error()) {
    error = file.os().error();
    file.os().clear_error();
    return module.emitError() << path << ": " << error.message();
  }
  file.keep();
  return success();
}

LogicalResult bitnet::emitSharedObject(ModuleOp module, llvm::raw_ostream &os,
                                       const SharedObjectOptions &options) {
  auto target = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!target)
    return module.emitError("expected a target: run bitnet-set-target first");
  bool usesThreads =
      module->walk([](omp::ParallelOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  // Code takes a while to be made: what is missing is said before.
  FailureOr<SmallVector<std::string>> libraries =
      findLibraries(module.getLoc(), target.getTriple().getValue(), usesThreads,
                    options.sysroot);
  if (failed(libraries))
    return failure();
  const WeightsFile &weights = options.weights;
  SmallVector<char, 0> sideBytes;
  if (!weights.path.empty())
    sideBytes = takeWeights(module, weights.limit);
  SmallString<128> object, shared;
  llvm::scope_exit cleanUp([&] {
    for (const auto &path : {object, shared})
      if (!path.empty())
        llvm::sys::fs::remove(path);
  });
  int descriptor;
  std::error_code error =
      llvm::sys::fs::createTemporaryFile("bitnet", "o", descriptor, object);
  if (!error)
    error = llvm::sys::fs::createTemporaryFile("bitnet", "so", shared);
  if (error)
    return module.emitError() << "no temporary file: " << error.message();
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    if (failed(emitCode(module, CodeFormat::Object, stream)))
      return failure();
    stream.flush();
    if (stream.has_error())
      return module.emitError() << object << ": " << stream.error().message();
  }
  if (failed(linkSharedObject(module.getLoc(), object, *libraries, usesThreads,
                              shared)))
    return failure();
  auto linked = llvm::MemoryBuffer::getFile(shared);
  if (!linked)
    return module.emitError() << shared << ": " << linked.getError().message();
  if (!sideBytes.empty() &&
      failed(writeWeights(module, sideBytes, weights.path)))
    return failure();
  os << (*linked)->getBuffer();
  return success();
}
