//===- Probes.cpp - What this machine can do at most ----------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Probes.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <sched.h>
#include <thread>
#include <vector>

using namespace bitnet::bench;

using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void ComputeProbe::merge(const ComputeProbe &other) {
  dot = std::max(dot, other.dot);
  add = std::max(add, other.add);
  clock = std::max(clock, other.clock);
}

/// The best of some runs of `loop`, which does `work` in units of 1e9.
template <typename Loop>
static double rate(double work, Loop loop) {
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    Clock::time_point begin = Clock::now();
    loop();
    best = std::max(best, work / secondsSince(begin));
  }
  return best;
}

// Twelve registers, so that neither latency nor memory binds.
#define TWELVE(instruction)                                                    \
  instruction(0) instruction(1) instruction(2) instruction(3) instruction(4)   \
      instruction(5) instruction(6) instruction(7) instruction(8)              \
          instruction(9) instruction(10) instruction(11)
#define REGISTERS(name)                                                        \
  name "0", name "1", name "2", name "3", name "4", name "5", name "6",        \
      name "7", name "8", name "9", name "10", name "11"

static constexpr int64_t kRounds = 1 << 18;

#define LOOP(body, name)                                                       \
  for (int64_t i = 0; i < kRounds; ++i)                                        \
  asm volatile(TWELVE(body)::: REGISTERS(name))

#if defined(__x86_64__)

#define CHAIN(n) "add %0, %0\n\t"
#define DOT512(n) "vpdpbusd %%zmm12, %%zmm13, %%zmm" #n "\n\t"
#define DOT256(n) "%{vex%} vpdpbusd %%ymm12, %%ymm13, %%ymm" #n "\n\t"
#define ADD512(n) "vpaddw %%zmm12, %%zmm" #n ", %%zmm" #n "\n\t"
#define ADD256(n) "vpaddw %%ymm12, %%ymm" #n ", %%ymm" #n "\n\t"
#define ADD128(n) "paddw %%xmm12, %%xmm" #n "\n\t"

static double probeDot() {
  if (__builtin_cpu_supports("avx512vnni"))
    return rate(kRounds * 12 * 64 / 1e9, [] { LOOP(DOT512, "xmm"); });
  if (__builtin_cpu_supports("avxvnni"))
    return rate(kRounds * 12 * 32 / 1e9, [] { LOOP(DOT256, "xmm"); });
  return 0;
}

static double probeAdd() {
  if (__builtin_cpu_supports("avx512bw"))
    return rate(kRounds * 12 * 32 / 1e9, [] { LOOP(ADD512, "xmm"); });
  if (__builtin_cpu_supports("avx2"))
    return rate(kRounds * 12 * 16 / 1e9, [] { LOOP(ADD256, "xmm"); });
  return rate(kRounds * 12 * 8 / 1e9, [] { LOOP(ADD128, "xmm"); });
}

/// Reads a line into a register that nobody uses.
struct Line512 {
  static void read(const uint8_t *line) {
    asm volatile("vmovdqu64 %0, %%zmm0" ::"m"(*line) : "xmm0");
  }
};
struct Line256 {
  static void read(const uint8_t *line) {
    asm volatile("vmovdqu %0, %%ymm0\n\tvmovdqu %1, %%ymm0" ::"m"(*line),
                 "m"(line[32])
                 : "xmm0");
  }
};
struct Line128 {
  static void read(const uint8_t *line) {
    asm volatile("movdqu %0, %%xmm0\n\tmovdqu %1, %%xmm0\n\t"
                 "movdqu %2, %%xmm0\n\tmovdqu %3, %%xmm0" ::"m"(*line),
                 "m"(line[16]), "m"(line[32]), "m"(line[48])
                 : "xmm0");
  }
};

#elif defined(__aarch64__)

#define CHAIN(n) "add %0, %0, %0\n\t"
#define ADD128(n) "add v" #n ".8h, v" #n ".8h, v12.8h\n\t"

static double probeDot() { return 0; }
static double probeAdd() {
  return rate(kRounds * 12 * 8 / 1e9, [] { LOOP(ADD128, "v"); });
}

struct Line128 {
  static void read(const uint8_t *line) {
    asm volatile("ldp q0, q1, [%0]\n\tldp q0, q1, [%0, #32]" ::"r"(line)
                 : "v0", "v1", "memory");
  }
};

#else
#error "expected x86-64 or AArch64"
#endif

static double probeClock() {
  return rate(kRounds * 12 / 1e9, [] {
    int64_t x = 0;
    for (int64_t i = 0; i < kRounds; ++i)
      asm volatile(TWELVE(CHAIN) : "+r"(x));
  });
}

ComputeProbe bitnet::bench::probeCompute() {
  ComputeProbe probe;
  probe.clock = probeClock();
  probe.dot = probeDot();
  probe.add = probeAdd();
  return probe;
}

template <typename Line>
static void readStreams(const uint8_t *memory, size_t size) {
  constexpr size_t streams = 4, ahead = 2048;
  size_t step = size / streams / 64 * 64;
  for (size_t at = 0; at < step; at += 64)
    for (size_t s = 0; s < streams; ++s) {
      const uint8_t *line = memory + s * step + at;
      __builtin_prefetch(line + ahead);
      Line::read(line);
    }
}

static void readPart(const uint8_t *memory, size_t size) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return readStreams<Line512>(memory, size);
  if (__builtin_cpu_supports("avx"))
    return readStreams<Line256>(memory, size);
#endif
  readStreams<Line128>(memory, size);
}

/// The processors that the program may use, before any of its threads is bound
/// to one of them.
static const std::vector<int> processors = [] {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof(set), &set);
  std::vector<int> list;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set))
      list.push_back(cpu);
  return list;
}();

/// Binds the calling thread, the t-th of `threads`.
static void bind(int t, int threads) {
  if (processors.empty())
    return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processors[size_t(t) * processors.size() / threads], &set);
  sched_setaffinity(0, sizeof(set), &set);
}

double bitnet::bench::probeRead(const uint8_t *memory, size_t size,
                                int threads) {
  size_t part = size / threads / 64 * 64;
  double best = 0;
  for (int run = 0; run < 2; ++run) {
    std::atomic<int> waiting = threads;
    std::vector<double> seconds(threads);
    std::vector<std::thread> readers;
    for (int t = 0; t < threads; ++t)
      readers.emplace_back([&, t] {
        bind(t, threads);
        for (--waiting; waiting > 0;)
          std::this_thread::yield();
        Clock::time_point begin = Clock::now();
        readPart(memory + t * part, part);
        seconds[t] = secondsSince(begin);
      });
    for (std::thread &reader : readers)
      reader.join();
    double longest = *std::max_element(seconds.begin(), seconds.end());
    best = std::max(best, double(part) * threads / 1e9 / longest);
  }
  return best;
}

std::string bitnet::bench::processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0)
      return line.substr(std::min(line.find(':') + 2, line.size()));
  return "";
}
