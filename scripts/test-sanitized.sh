#!/bin/bash
# Builds with assertions, AddressSanitizer and UBSan, and runs what reads files,
# rewrites IR and emits code: all passes and dialects, the importer, and the unit
# tests but KernelTests, which take minutes. A compiler cache would not keep what
# was built with precompiled headers. LLVM's own libraries are not instrumented,
# and have no assertions: a statistic of a pass, which differs in that, is read
# before it is written (hence no check of booleans).
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

scripts/setup.sh --test
cmake --preset sanitized
cmake --build build-sanitized --target bitnet-opt bitnet-compile bitnet-reduce bitnet-run \
  bitnet-translate onnx-text AttentionTests ModelBuilderTests OnlineWeightsTests \
  PackingTests RuntimeTests ScaledProductTests TiledProductTests

# Memory that libMLIR.so hands out has no marks for the sanitizer, and what its
# options and registries hold lives until the end.
export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0
/usr/lib/llvm-22/bin/lit build-sanitized/test --filter \
  '^bitnet-mlir :: (dialects|Import|ONNX|Model|Ternary|Linalg|Kernels|Pipelines|Target|Reduce)/|(Attention|ModelBuilder|OnlineWeights|Packing|Runtime|ScaledProduct)Tests'
