//===- Elf.cpp - Look at an object before loading it ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elf.h"
#include "Error.h"

#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace bitnet::runtime;

#ifdef __x86_64__
static constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
static constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "expected x86-64 or AArch64"
#endif

namespace {
struct File {
  int descriptor;
  explicit File(const char *path)
      : descriptor(open(path, O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (descriptor >= 0)
      close(descriptor);
  }
  bool read(void *bytes, size_t count, uint64_t offset) const {
    return pread(descriptor, bytes, count, off_t(offset)) == ssize_t(count);
  }
};
} // namespace

static std::string machineName(unsigned machine) {
  if (machine == EM_X86_64)
    return "x86-64";
  if (machine == EM_AARCH64)
    return "aarch64";
  return "machine " + std::to_string(machine);
}

bitnet_status bitnet::runtime::checkElf(const char *path) {
  File file(path);
  struct stat info;
  if (file.descriptor < 0 || fstat(file.descriptor, &info) != 0)
    return fail(BITNET_ERROR_FILE, "%s: expected a readable file: %s", path,
                strerror(errno));
  if (!S_ISREG(info.st_mode))
    return fail(BITNET_ERROR_FILE, "%s: expected a file", path);

  Elf64_Ehdr header;
  if (!file.read(&header, sizeof(header), 0) ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN)
    return fail(BITNET_ERROR_FORMAT,
                "%s: expected a compiled model, which is a 64-bit ELF shared "
                "object",
                path);
  if (header.e_machine != kMachine)
    return fail(BITNET_ERROR_CPU, "%s: compiled for %s, but this machine is %s",
                path, machineName(header.e_machine).c_str(),
                machineName(kMachine).c_str());

  uint64_t size = uint64_t(info.st_size);
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  bool whole = header.e_phentsize == sizeof(Elf64_Phdr) &&
               file.read(segments.data(), segments.size() * sizeof(Elf64_Phdr),
                         header.e_phoff);
  for (const Elf64_Phdr &segment : segments)
    whole = whole && segment.p_filesz <= size &&
            segment.p_offset <= size - segment.p_filesz;
  if (!whole)
    return fail(BITNET_ERROR_FORMAT,
                "%s: expected a whole ELF shared object, got one that is cut "
                "off",
                path);
  return BITNET_OK;
}
