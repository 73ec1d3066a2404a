#!/usr/bin/env python3
"""What llvm-mca makes of the hot loops that the compiler emits.

usage: scripts/mca.py MODEL.onnx [CPU...]

Compiles the model for each processor, takes the innermost loop with the most
lookups of every kind of kernel out of the shared object, and prints products
(MAC) per cycle as a table. Caches and memory are not in the model: it tells
what binds inside of the core.
"""

import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ["PATH"] = os.pathsep.join(
    [os.path.join(ROOT, "build", "bin"), "/usr/lib/llvm-22/bin", os.environ["PATH"]])

CPUS = ["icelake-server", "sapphirerapids", "znver4", "znver5", "haswell", "nehalem"]
OPTIONS = {"": [], "slow memory": ["--bytes-per-cycle=2"], "dot": ["--algorithm=dot"]}

# Kernel, functions, the instruction that stands for some products, and how many
# for each byte of its registers: bytes or words of entries, times trits, over
# planes or tokens' share.
KERNELS = [
    ("one token, 9 in 16", "lut_registers_9in16", r"vpermw\t", 96 / 64),
    ("four tokens, 9 in 16", "lut_registers_9in16", r"vperm[it]2d\t", 96 / 64),
    ("one token, 5 in 8", "lut_registers_5in8", r"vperm[it]2b\t", 160 / 64),
    ("one token, 4 in 8", "lut_registers_4in8", r"v?pshufb\t", 1),
    ("many tokens, 9 in 16", "lut_memory_9in16", r"vpaddw\t.*\[", 96 / 64),
    ("many tokens, 5 in 8", "lut_memory_5in8", r"vpaddw\t.*\[", 160 / 64),
    ("many tokens, 4 in 8", "lut_memory_4in8", r"v?paddw\t.*\[", 128 / 64),
    ("dot products", "_dot_", r"vpdpbusd\t", 1),
    ("dot products", "_dot_", r"vpmaddubsw\t", 1),
]
WIDTHS = {"z": 64, "y": 32, "x": 16}


def run(*command, **kwargs):
    return subprocess.run(command, check=True, text=True, capture_output=True, **kwargs).stdout


def functions(listing):
    """Name and instructions, (address, text), of each function."""
    name, body = None, []
    for line in listing.splitlines():
        if head := re.match(r"[0-9a-f]+ <(.+)>:", line):
            if name:
                yield name, body
            name, body = head[1], []
        elif instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)", line):
            body.append((int(instruction[1], 16), re.sub(r"\s*[#<].*", "", instruction[2])))
    if name:
        yield name, body


def loops(body):
    """The instructions of each innermost loop, without its jump."""
    index = {address: i for i, (address, _) in enumerate(body)}
    found = []
    for end, (address, text) in enumerate(body):
        jump = re.match(r"j\w+\s+0x([0-9a-f]+)", text)
        if jump and int(jump[1], 16) in index and int(jump[1], 16) < address:
            found.append((index[int(jump[1], 16)], end))
    for begin, end in found:
        if not any(begin <= b and e <= end and (b, e) != (begin, end) for b, e in found):
            yield [text for _, text in body[begin:end] if not text.startswith("j")]


def products(loop, pattern, per_byte):
    total = 0
    for text in loop:
        if re.match(pattern, text) and (register := re.search(r"\b([xyz])mm", text)):
            total += WIDTHS[register[1]] * per_byte
    return total


def cycles(loop, cpu):
    """Cycles of one iteration, of many."""
    text = ".intel_syntax noprefix\n" + "\n".join(loop) + "\n"
    report = run("llvm-mca", "-mtriple=x86_64", f"-mcpu={cpu}", "-iterations=200", input=text)
    return int(re.search(r"Total Cycles:\s+(\d+)", report)[1]) / 200


def measure(model, cpu, options, seen):
    with tempfile.TemporaryDirectory() as directory:
        shared = os.path.join(directory, "model.so")
        run("bitnet-compile", model, "-o", shared, f"--cpu={cpu}", *options)
        listing = run("llvm-objdump", "-d", "--no-show-raw-insn", "--x86-asm-syntax=intel", shared)
    hot = [(name, loop) for name, body in functions(listing)
           if name.startswith("ternary_matmul_") for loop in loops(body)]
    for title, part, pattern, per_byte in KERNELS:
        fitting = [(products(loop, pattern, per_byte), loop) for name, loop in hot if part in name]
        macs, loop = max(fitting, key=lambda pair: pair[0], default=(0, None))
        if macs and (cpu, title) not in seen:
            seen.add((cpu, title))
            spent = cycles(loop, cpu)
            print(f"| {cpu} | {title} | {macs:.0f} | {spent:.1f} | {macs / spent:.0f} |", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print("| processor | kernel | MAC in a step | cycles | MAC per cycle |\n|---|---|---|---|---|")
    for cpu in sys.argv[2:] or CPUS:
        seen = set()
        for options in OPTIONS.values():
            try:
                measure(sys.argv[1], cpu, options, seen)
            except subprocess.CalledProcessError as error:
                # A processor may have no dot products.
                if options != OPTIONS["dot"]:
                    sys.exit(f"{' '.join(error.cmd)}: {error.stderr}")


if __name__ == "__main__":
    main()
