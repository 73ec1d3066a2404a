#!/bin/bash
# Unpacks LLVM's OpenMP library for AArch64 into sysroot/. Debian's -cross
# packages do not have it, and its arm64 package cannot be installed without
# adding an architecture to this machine, so apt gets it with a state of its
# own, for which no root is needed. Does nothing where the library is there.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

# What libomp-22-dev depends on.
package=libomp5-19
library=sysroot/usr/lib/aarch64-linux-gnu/libomp.so.5
[[ -e $library ]] && exit

fail() {
  echo "setup-aarch64.sh: $*" >&2
  exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/state" "$work/cache" "$work/package"
touch "$work/status"
# As root, apt downloads as this user.
if [[ $(id -u) -eq 0 ]] && id _apt >/dev/null 2>&1; then
  chown -R _apt "$work"
fi
options=(
  -q
  -o APT::Architecture=arm64 -o APT::Architectures=arm64
  -o "Dir::State=$work/state" -o "Dir::State::status=$work/status"
  -o "Dir::Cache=$work/cache" -o Acquire::Languages=none
)
# A source that has nothing to do with us may fail; what counts is below.
apt-get "${options[@]}" update || true
(cd "$work/package" && apt-get "${options[@]}" download "$package") ||
  fail "expected to download $package for arm64 from the apt sources of this" \
    "machine, which have to offer Debian 12 for arm64"
mkdir -p sysroot
dpkg-deb -x "$work"/package/*.deb sysroot
[[ -e $library ]] || fail "expected $package to have $library"
