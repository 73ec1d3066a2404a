#!/bin/bash
# Runs bitnet-run for AArch64 with the given arguments, under qemu unless this
# is such a machine. QEMU_CPU chooses the processor, e.g. neoverse-n1, or
# max,sve256=on for vectors of 256 bits; BITNET_BUILD_DIR the build, if not
# build/ beside this folder.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BITNET_BUILD_DIR-$root/build}

fail() {
  echo "run-aarch64.sh: $*" >&2
  exit 1
}

[[ $(uname -m) == aarch64 ]] && exec "$build/bin/bitnet-run" "$@"

program=$build/aarch64/bin/bitnet-run
[[ -x $program ]] || fail "expected $program: build the target" \
  "bitnet-run-aarch64 after scripts/setup.sh"
command -v qemu-aarch64 >/dev/null ||
  fail "expected qemu-aarch64 (package qemu-user) on the path"
# Only the program under qemu may see these libraries.
exec qemu-aarch64 -L /usr/aarch64-linux-gnu \
  -E "LD_LIBRARY_PATH=$root/sysroot/usr/lib/aarch64-linux-gnu" \
  "$program" "$@"
