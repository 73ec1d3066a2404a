#!/usr/bin/env python3
"""How many instructions the kernels of a compiled AArch64 model execute.

usage: scripts/count-instructions.py MODEL.so TOKENS

Feeds a language model that many tokens at once, under qemu one instruction at a
time, and prints for each kernel function the instructions executed and the
products (MAC) for each of them: tables, index arithmetic and loops included,
which llvm-mca does not see. QEMU_CPU chooses the processor.
"""

import collections
import os
import platform
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = os.path.join(ROOT, "scripts", "run-aarch64.sh")


def run(*command, **environment):
    return subprocess.run(command, check=True, text=True, capture_output=True,
                          env={**os.environ, **environment})


def kernels(model):
    """Address range and name of each kernel function."""
    table = run("/usr/lib/llvm-22/bin/llvm-nm", "-S", model).stdout
    for line in table.splitlines():
        if match := re.match(r"(\w+) (\w+) t (ternary_\w+)", line):
            begin = int(match[1], 16)
            yield begin, begin + int(match[2], 16), match[3]


def products(model):
    """Weights of each shape, over all layers."""
    weights = collections.Counter()
    for line in run(RUN, model, "--describe").stdout.splitlines():
        if match := re.search(r": (\d+) x (\d+), arm", line):
            weights[f"{match[1]}x{match[2]}"] += int(match[1]) * int(match[2])
    return weights


def trace(model, tokens, ranges):
    """How often each address of the object's kernels was executed."""
    with tempfile.TemporaryDirectory() as directory:
        feed = [RUN, model, "--score-ids", ",".join(["32"] * tokens), "--outputs", directory,
                "--threads", "1"]
        # The emulator gives the second run the same addresses.
        loader = run(*feed, LD_DEBUG="files").stderr
        base = int(re.search(rf"{re.escape(model)} \[0\];.*?base: 0x(\w+)", loader, re.DOTALL)[1], 16)
        begin = min(first for first, _, _ in ranges)
        size = max(last for _, last, _ in ranges) - begin
        # The log goes to the emulator's stderr: a file would be large.
        environment = {**os.environ, "QEMU_SINGLESTEP": "1", "QEMU_LOG": "exec,nochain",
                       "QEMU_DFILTER": f"{base + begin:#x}+{size:#x}"}
        with subprocess.Popen(feed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              env=environment) as process:
            counts = collections.Counter()
            for line in process.stderr:
                if line.startswith("Trace"):
                    counts[line.split("/", 2)[1]] += 1
            if process.wait() != 0:
                sys.exit(f"{RUN} failed")
    return {int(address, 16) - base: count for address, count in counts.items()}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if platform.machine() == "aarch64":
        sys.exit("count-instructions.py: expected another machine, where bitnet-run is emulated")
    model, tokens = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    ranges = list(kernels(model))
    weights = products(model)
    counts = trace(model, tokens, ranges)
    print("| function | instructions | MAC | MAC per instruction |\n|---|---|---|---|")
    for begin, end, name in sorted(ranges, key=lambda row: row[2]):
        executed = sum(count for address, count in counts.items() if begin <= address < end)
        shape = re.match(r"ternary_matmul_(\d+x\d+)_", name)
        if not executed or not shape:
            continue
        macs = weights[shape[1]] * tokens
        print(f"| {name} | {executed} | {macs} | {macs / executed:.1f} |")


if __name__ == "__main__":
    main()
