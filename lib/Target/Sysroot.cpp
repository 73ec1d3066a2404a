//===- Sysroot.cpp - The target's libraries -------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bitnet/Target/Emit.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace bitnet;

/// Where Debian has libraries: of this machine, of another one's root, and, for
/// another architecture, in cross packages and where scripts/setup.sh unpacks
/// LLVM's OpenMP, of which there is no cross package.
static SmallVector<std::string> searchFolders(StringRef triple, bool isForeign,
                                              StringRef sysroot) {
  std::string llvmFolder = BITNET_LLVM_LIBRARY_DIR;
  SmallVector<std::string> folders;
  if (isForeign && sysroot.empty())
    folders = {"/usr/" + triple.str() + "/lib",
               BITNET_SYSROOT "/usr/lib/" + triple.str()};
  for (StringRef folder : {"/lib/", "/usr/lib/"})
    folders.push_back((sysroot + folder + triple).str());
  if (!sysroot.empty())
    llvm::append_range(
        folders, std::initializer_list<std::string>{
                     (sysroot + "/lib").str(), (sysroot + "/usr/lib").str()});
  if (!isForeign || !sysroot.empty())
    folders.push_back(sysroot.str() + llvmFolder);
  return folders;
}

/// What brings a library that is missing.
static StringRef remedy(StringRef library, llvm::Triple::ArchType target,
                        bool isForeign) {
  bool isOmp = library.starts_with("libomp");
  if (!isForeign)
    return isOmp ? "install package libomp-22-dev, or use threads=1, which "
                   "needs none"
                 : "install package libc6-dev";
  if (target != llvm::Triple::aarch64)
    return "name a root of such a machine, --sysroot=<folder>";
  return isOmp ? "scripts/setup.sh fetches it from package libomp5-19, or use "
                 "threads=1, which needs none"
               : "install package libc6-dev-arm64-cross";
}

/// compiler-rt's functions for what processors cannot do, such as rounding to
/// 16-bit floats. Few models need them, so they may be missing.
static std::string findBuiltins(StringRef architecture, StringRef sysroot) {
  std::string file = (sysroot + BITNET_LLVM_LIBRARY_DIR + "/clang/" +
                      Twine(LLVM_VERSION_MAJOR) +
                      "/lib/linux/libclang_rt.builtins-" + architecture + ".a")
                         .str();
  return llvm::sys::fs::exists(file) ? file : "";
}

FailureOr<SmallVector<std::string>> bitnet::findLibraries(Location loc,
                                                          StringRef triple,
                                                          bool usesThreads,
                                                          StringRef sysroot) {
  llvm::Triple::ArchType target = llvm::Triple(triple).getArch();
  llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  bool isForeign = target != host.getArch();
  StringRef architecture = llvm::Triple::getArchTypeName(target);
  std::string multiarch = (architecture + "-linux-gnu").str();
  SmallVector<std::string> folders =
      searchFolders(multiarch, isForeign, sysroot);
  SmallVector<StringRef> names = {"libm.so.6", "libc.so.6"};
  if (usesThreads)
    names.insert(names.begin(), "libomp.so.5");
  SmallVector<std::string> files;
  for (StringRef name : names) {
    auto found = llvm::find_if(folders, [&](const std::string &folder) {
      return llvm::sys::fs::exists(folder + "/" + name);
    });
    if (found != folders.end()) {
      files.push_back(*found + "/" + name.str());
      continue;
    }
    InFlightDiagnostic error = emitError(loc);
    error << "no " << name << " for " << architecture;
    if (sysroot.empty())
      return error << ": " << remedy(name, target, isForeign);
    return error << " below '" << sysroot
                 << "': expected a root that has the target's libraries in "
                 << StringRef(folders.front()).substr(sysroot.size());
  }
  if (std::string builtins = findBuiltins(architecture, sysroot);
      !builtins.empty())
    files.push_back(builtins);
  return files;
}
