//===- KernelServer.c - Calls kernels in a process of their own -----------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: kernel-server KERNELS.so
//
// Reads calls from stdin and writes what they leave in their buffers to stdout,
// so that kernels of another architecture run in an emulator. A call is
//
//   u32 length of the name, name, u32 number of buffers, and for each of them
//   u32 rank, u32 bytes of an element, i64 sizes[rank], elements
//
// and the answer u32 status (1: no such function, 2: written past the end of a
// buffer), then the elements of all buffers. Everything is little-endian.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { maxBuffers = 5, maxRank = 3, guardBytes = 64 };

/// MLIR's descriptor of a memref of any rank up to `maxRank`.
struct Memref {
  void *allocated, *aligned;
  int64_t offset, sizesAndStrides[2 * maxRank];
};

struct Buffer {
  struct Memref memref;
  size_t bytes;
};

static void fail(const char *why) {
  fprintf(stderr, "kernel-server: %s\n", why);
  exit(1);
}

static void readAll(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes)
    fail("a call ends too early");
}

static uint32_t readNumber(void) {
  uint32_t number;
  readAll(&number, sizeof number);
  return number;
}

/// As compiled models have it, at the boundary of a cache line; with a line
/// behind it that nobody may write.
static void readBuffer(struct Buffer *buffer) {
  uint32_t rank = readNumber(), elementBytes = readNumber();
  if (rank > maxRank)
    fail("a buffer of too many dimensions");
  int64_t *sizes = buffer->memref.sizesAndStrides, stride = 1;
  readAll(sizes, rank * sizeof *sizes);
  for (uint32_t i = rank; i-- > 0; stride *= sizes[i])
    sizes[rank + i] = stride;
  buffer->bytes = (size_t)stride * elementBytes;
  size_t lines = (buffer->bytes + 63) / 64;
  char *data = aligned_alloc(64, lines * 64 + guardBytes);
  if (!data)
    fail("out of memory");
  memset(data + buffer->bytes, 0x5a, guardBytes);
  readAll(data, buffer->bytes);
  buffer->memref.allocated = buffer->memref.aligned = data;
  buffer->memref.offset = 0;
}

static int isWhole(const struct Buffer *buffer) {
  const char *guard = (const char *)buffer->memref.aligned + buffer->bytes;
  for (int i = 0; i < guardBytes; ++i)
    if (guard[i] != 0x5a)
      return 0;
  return 1;
}

int main(int argc, char **argv) {
  void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!library)
    fail(argc == 2 ? dlerror() : "expected the shared object");
  uint32_t length;
  while (fread(&length, 1, sizeof length, stdin) == sizeof length) {
    char name[256] = {0};
    if (length >= sizeof name)
      fail("a name is too long");
    readAll(name, length);
    struct Buffer buffers[maxBuffers];
    uint32_t count = readNumber();
    if (count < 3 || count > maxBuffers)
      fail("expected three to five buffers");
    for (uint32_t i = 0; i < count; ++i)
      readBuffer(&buffers[i]);
    void *function = dlsym(library, name);
    struct Memref *a = &buffers[0].memref, *b = &buffers[1].memref,
                  *c = &buffers[2].memref;
    if (function && count == 3)
      ((void (*)(void *, void *, void *))function)(a, b, c);
    else if (function && count == 4)
      ((void (*)(void *, void *, void *, void *))function)(a, b, c,
                                                           &buffers[3].memref);
    else if (function)
      ((void (*)(void *, void *, void *, void *, void *))function)(
          a, b, c, &buffers[3].memref, &buffers[4].memref);
    uint32_t status = function ? 0 : 1;
    for (uint32_t i = 0; i < count; ++i)
      if (!isWhole(&buffers[i]))
        status = 2;
    fwrite(&status, sizeof status, 1, stdout);
    for (uint32_t i = 0; i < count; ++i) {
      fwrite(buffers[i].memref.aligned, 1, buffers[i].bytes, stdout);
      free(buffers[i].memref.allocated);
    }
    if (fflush(stdout))
      fail("cannot write the answer");
  }
  return 0;
}
