#!/bin/bash
# Sets up, builds, compiles the demo model for this CPU and lets it continue a
# prompt: the first argument, or its own.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

scripts/setup.sh
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset release
cmake --build build --target bitnet-compile bitnet-run

set -x
build/bin/bitnet-compile test/Integration/Inputs/kjv/kjv.onnx -o build/kjv.so --cpu=host
build/bin/bitnet-run build/kjv.so --prompt "${1-In the beginning}" -n 200
