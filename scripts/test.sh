#!/bin/bash
# Sets up, builds and runs all tests. Ends with lit's totals and their sum, and
# exits with 0 only if there were tests and none failed.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

scripts/setup.sh --test
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset release
cmake --build build --target all mlir-doc

# Every bitnet-opt of the tests also prints and parses its IR again.
export BITNET_OPT_CHECK_IR_ROUNDTRIP=1
results=build/test/results.json
rm -f "$results"
status=0
LIT_OPTS="${LIT_OPTS-} --show-unsupported --output $PWD/$results" \
  cmake --build build --target check || status=1

python3 - "$results" <<'END' || status=1
import json
import sys
from collections import Counter

with open(sys.argv[1]) as results:
    codes = Counter(test["code"] for test in json.load(results)["tests"])
passed = codes["PASS"] + codes["FLAKYPASS"] + codes["XFAIL"]
failed = sum(codes[code] for code in ("FAIL", "XPASS", "UNRESOLVED", "TIMEOUT"))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
END
exit $status
