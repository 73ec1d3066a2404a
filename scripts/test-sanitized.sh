#!/bin/bash
# Builds with assertions, AddressSanitizer and UBSan, and runs what reads files
# and rewrites IR: the importer, all passes and dialects, and the unit tests that
# need no other machine. LLVM's own libraries are not instrumented, and have no
# assertions: a statistic of a pass, which differs in that, is read before it is
# written (hence no check of booleans).
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

scripts/setup.sh --test
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset sanitized
cmake --build build-sanitized --target bitnet-opt bitnet-run bitnet-translate onnx-text \
  ModelBuilderTests OnlineWeightsTests PackingTests RuntimeTests

# Memory that libMLIR.so hands out has no marks for the sanitizer, and what its
# options and registries hold lives until the end.
export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0
/usr/lib/llvm-22/bin/lit build-sanitized/test --filter \
  '^bitnet-mlir :: (dialects|Import|ONNX|Model|Ternary|Linalg)/|(ModelBuilder|OnlineWeights|Packing|Runtime)Tests'
