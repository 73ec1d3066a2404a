//===- KernelProcess.cpp - Compiled kernels on their machine --------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelProcess.h"

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Target/Emit.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <numeric>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace bitnet::test;

void bitnet::test::PrintTo(const Level &level, std::ostream *stream) {
  *stream << level.isa << " on " << level.cpu;
}

void bitnet::test::initializeTargets() {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
}

std::optional<std::string> bitnet::test::findMachine(const Level &level,
                                                     Machine &machine) {
  machine.cpu = level.cpu;
  if (level.emulated) {
    machine.triple = "aarch64-linux-gnu";
    machine.server = KERNEL_SERVER_AARCH64;
    machine.emulator = {"qemu-aarch64", "-L", AARCH64_ROOT, "-cpu",
                        level.emulated};
    if (machine.server.empty())
      return "built without the libraries of aarch64";
    if (!llvm::sys::findProgramByName("qemu-aarch64"))
      return "no qemu-aarch64 (package qemu-user)";
    return std::nullopt;
  }
  machine.triple = llvm::sys::getDefaultTargetTriple();
  machine.server = KERNEL_SERVER;
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (llvm::StringRef feature : kernels::requiredFeatures(level.isa))
    if (!host.lookup(feature))
      return "this CPU has no " + feature.str();
  return std::nullopt;
}

mlir::LLVM::TargetFeaturesAttr
bitnet::test::targetFeatures(mlir::MLIRContext &context, llvm::StringRef isa) {
  llvm::SmallVector<std::string> names;
  for (llvm::StringRef feature : bitnet::kernels::requiredFeatures(isa))
    names.push_back(("+" + feature).str());
  return mlir::LLVM::TargetFeaturesAttr::get(
      &context, llvm::SmallVector<llvm::StringRef>(names.begin(), names.end()));
}

size_t Array::bytes() const {
  return std::accumulate(sizes.begin(), sizes.end(), size_t(elementBytes),
                         std::multiplies<size_t>());
}

static llvm::Error fail(const llvm::Twine &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

/// The module as a relocatable object.
static llvm::Error emitObject(mlir::ModuleOp module, const Machine &machine,
                              llvm::StringRef path) {
  llvm::Triple triple(machine.triple);
  std::string why;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, why);
  if (!target)
    return fail(why);
  std::unique_ptr<llvm::TargetMachine> backend(target->createTargetMachine(
      triple, machine.cpu, /*Features=*/"", llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!backend)
    return fail("no code can be made for " + machine.triple);
  llvm::LLVMContext context;
  auto translated = mlir::translateModuleToLLVMIR(module, context);
  if (!translated)
    return fail("the module cannot be translated");
  translated->setDataLayout(backend->createDataLayout());
  translated->setTargetTriple(triple);
  for (llvm::Function &function : *translated)
    function.addFnAttr("target-cpu", machine.cpu);
  if (llvm::Error error = mlir::makeOptimizingTransformer(3, 0, backend.get())(
          translated.get()))
    return error;
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  llvm::legacy::PassManager passes;
  if (code || backend->addPassesToEmitFile(passes, stream, nullptr,
                                           llvm::CodeGenFileType::ObjectFile))
    return fail("cannot write " + path);
  passes.run(*translated);
  stream.close();
  if (!stream.has_error())
    return llvm::Error::success();
  code = stream.error();
  stream.clear_error();
  return fail(path + ": " + code.message());
}

llvm::Expected<std::unique_ptr<KernelProcess>>
KernelProcess::start(mlir::ModuleOp module, const Machine &machine) {
  llvm::SmallString<128> relocatable, shared;
  if (llvm::sys::fs::createTemporaryFile("kernels", "o", relocatable))
    return fail("no temporary file");
  llvm::FileRemover removeObject(relocatable);
  if (llvm::sys::fs::createTemporaryFile("kernels", "so", shared))
    return fail("no temporary file");
  auto result = std::make_unique<KernelProcess>();
  result->object = shared.str();
  if (llvm::Error error = emitObject(module, machine, relocatable))
    return error;
  auto libraries = findLibraries(module.getLoc(), machine.triple,
                                 machine.usesThreads, /*sysroot=*/"");
  if (failed(libraries) ||
      failed(linkSharedObject(module.getLoc(), relocatable, *libraries,
                              machine.usesThreads, shared)))
    return fail("cannot link the kernels");

  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC))
    return fail("no pipe");
  result->toServer = in[1];
  if (pipe2(out, O_CLOEXEC)) {
    close(in[0]);
    return fail("no pipe");
  }
  result->fromServer = out[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::vector<std::string> words = machine.emulator;
  words.push_back(machine.server);
  words.push_back(result->object);
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process;
  int status = posix_spawnp(&process, arguments[0], &actions, nullptr,
                            arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  if (status != 0)
    return fail("cannot run " + words[0]);
  result->process = process;
  // A server that has died is an error of the next write.
  signal(SIGPIPE, SIG_IGN);
  return result;
}

KernelProcess::~KernelProcess() {
  for (int descriptor : {toServer, fromServer})
    if (descriptor >= 0)
      close(descriptor);
  if (process > 0)
    waitpid(process, nullptr, 0);
  llvm::sys::fs::remove(object);
}

/// Calls `step`, which is `read` or `write`, until all bytes are through.
template <typename Step, typename Byte>
static bool transfer(Step step, int descriptor, Byte *at, size_t bytes) {
  while (bytes > 0) {
    ssize_t count = step(descriptor, at, bytes);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    at += count;
    bytes -= count;
  }
  return true;
}

static bool writeAll(int to, const void *data, size_t bytes) {
  return transfer(write, to, static_cast<const char *>(data), bytes);
}

static bool readAll(int from, void *data, size_t bytes) {
  return transfer(read, from, static_cast<char *>(data), bytes);
}

llvm::Error KernelProcess::call(llvm::StringRef name,
                                llvm::ArrayRef<Array> arguments) {
  std::string function = ("_mlir_ciface_" + name).str();
  auto writeNumber = [&](uint32_t number) {
    return writeAll(toServer, &number, sizeof number);
  };
  bool sent = writeNumber(function.size()) &&
              writeAll(toServer, function.data(), function.size()) &&
              writeNumber(arguments.size());
  for (const Array &array : arguments)
    sent = sent && writeNumber(array.sizes.size()) &&
           writeNumber(array.elementBytes) &&
           writeAll(toServer, array.sizes.data(),
                    array.sizes.size() * sizeof(int64_t)) &&
           writeAll(toServer, array.data, array.bytes());
  uint32_t status = 0;
  bool answered = sent && readAll(fromServer, &status, sizeof status);
  for (const Array &array : arguments)
    answered = answered && readAll(fromServer, array.data, array.bytes());
  if (!answered)
    return fail("the process of " + function + " has died");
  if (status == 1)
    return fail("no function " + function);
  if (status == 2)
    return fail(function + " has written past the end of a buffer");
  return llvm::Error::success();
}
