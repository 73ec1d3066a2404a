#!/bin/bash
# Installs what this machine lacks of what the build needs; with --test also
# what the tests need. Does nothing where nothing is missing.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

fail() {
  echo "setup.sh: $*" >&2
  exit 1
}

packages=(
  cmake ninja-build g++ clang-22 lld-22
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools libomp-22-dev
  libclang-rt-22-dev
  libonnx-dev libprotobuf-dev protobuf-compiler libdlpack-dev libgtest-dev
  libc6-dev-arm64-cross libgcc-12-dev-arm64-cross libstdc++-12-dev-arm64-cross
)
case "${1-}" in
'') ;;
--test)
  packages+=(clang-format-22 ca-certificates qemu-user)
  # Other distributions of Node.js than Debian's bring npm along.
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
  ;;
*) fail "expected no argument or --test, got '$1'" ;;
esac

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

has_candidate() {
  [[ $(LC_ALL=C apt-cache policy "$1") =~ Candidate:\ [^\(] ]]
}

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done

if [[ ${#missing[@]} -gt 0 ]]; then
  root=(env DEBIAN_FRONTEND=noninteractive)
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null ||
      fail "expected to run as root or with sudo, to install ${missing[*]}"
    root=(sudo "${root[@]}")
  fi
  # A source that has nothing to do with us may fail; what counts is below.
  "${root[@]}" apt-get update -q || true
  for package in "${missing[@]}"; do
    has_candidate "$package" ||
      fail "apt has no package $package: expected Debian 12 with its main and" \
        "bookworm-security suites (LLVM 22 is in the latter)"
  done
  "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

# A mirror may not have that architecture, which few need.
scripts/setup-aarch64.sh ||
  echo "setup.sh: going on without it: objects for AArch64 need --threads=1" >&2

# The tests compare with ONNX Runtime, whose CPU library is in its npm package;
# its install script would only add libraries for graphics cards.
if [[ ${1-} == --test &&
  ! test/node_modules/.package-lock.json -nt test/package-lock.json ]]; then
  ONNXRUNTIME_NODE_INSTALL=skip npm --prefix test ci --ignore-scripts
fi
