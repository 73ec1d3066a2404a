#!/usr/bin/env python3
"""What llvm-mca makes of the hot loops that the compiler emits.

usage: scripts/mca.py MODEL.onnx [CPU...]

Compiles the model for each processor, x86 or AArch64, takes the innermost loop with the most
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
ARM_CPUS = ["cortex-a72", "cortex-a76", "neoverse-n1", "neoverse-v1", "neoverse-v2", "apple-m1"]
# Bits of a scalable register, where they are not 128.
SCALABLE_BITS = {"neoverse-v1": 256, "a64fx": 512}
# Options that a processor may not offer kernels for.
DOT = ["--algorithm=dot"]
OPTIONS = [[], ["--bytes-per-cycle=2"], DOT]
ARM_OPTIONS = [["--isa=arm-neon"], ["--isa=arm-sve"]] + [
    DOT + [f"--isa=arm-{name}"] for name in ("smlal", "sdot", "smmla")]

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
ARM_KERNELS = [
    ("one token, NEON", "lut_registers_9in16", r"tbl\tv", 96 / 64),
    ("many tokens, NEON", "lut_memory_9in16", r"add\tv\d+\.8h", 96 / 64),
    ("one token, SVE", "lut_registers_4in8", r"tbl\tz", 1),
    ("many tokens, SVE", "lut_memory_4in8", r"add\tz\d+\.h", 128 / 64),
    ("one token, smlal", "_dot_", r"sm(?:ul|la)l2?\tv", 1 / 2),
    ("four tokens, smlal", "_dot_", r"sm(?:ul|la)l2?\tv", 1 / 2),
    ("one token, sdot", "_dot_", r"sdot\tv", 1),
    ("four tokens, sdot", "_dot_", r"sdot\tv", 1),
    ("four tokens, smmla", "_dot_", r"smmla\tv", 2),
]
WIDTHS = {"zmm": 64, "ymm": 32, "xmm": 16, "v": 16}
# In front of a jump's address, which is its last operand.
JUMP = r"(?:j|b\.|cbn?z|tbn?z)\w*\s(?:.*\s)?0x([0-9a-f]+)$"


def run(*command, **kwargs):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                          **{"stderr": subprocess.PIPE, **kwargs}).stdout


def is_arm(cpu):
    """Whether LLVM knows the processor as one of AArch64."""
    names = run("llc", "-mtriple=aarch64", "-mcpu=help", "/dev/null", stderr=subprocess.STDOUT)
    return re.search(rf"^\s*{re.escape(cpu)}\s+- ", names, re.MULTILINE) is not None


def functions(listing):
    """Name and instructions, (address, text), of each function."""
    name, body = None, []
    for line in listing.splitlines():
        if head := re.match(r"[0-9a-f]+ <(.+)>:", line):
            if name:
                yield name, body
            name, body = head[1], []
        elif instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)", line):
            text = re.sub(r"\s*(# |//|<).*", "", instruction[2]).strip()
            body.append((int(instruction[1], 16), text))
    if name:
        yield name, body


def loops(body):
    """The instructions of each innermost loop, without its jump."""
    index = {address: i for i, (address, _) in enumerate(body)}
    found = []
    for end, (address, text) in enumerate(body):
        jump = re.match(JUMP, text)
        if jump and int(jump[1], 16) in index and int(jump[1], 16) < address:
            found.append((index[int(jump[1], 16)], end))
    for begin, end in found:
        if not any(begin <= b and e <= end and (b, e) != (begin, end) for b, e in found):
            yield [text for _, text in body[begin:end] if not re.match(JUMP, text)]


def products(loop, pattern, per_byte, scalable_bytes):
    # Loops that build tables store more than they load.
    if sum(text.startswith("st") for text in loop) > len(loop) / 4:
        return 0
    total = 0
    for text in loop:
        if re.match(pattern, text) and (register := re.search(r"\b([xyz]mm|[vz](?=\d))", text)):
            total += WIDTHS.get(register[1], scalable_bytes) * per_byte
    return total


def cycles(loop, cpu, arm):
    """Cycles of one iteration, of many."""
    syntax = "" if arm else ".intel_syntax noprefix\n"
    triple = "aarch64" if arm else "x86_64"
    report = run("llvm-mca", f"-mtriple={triple}", f"-mcpu={cpu}", "-iterations=200",
                 input=syntax + "\n".join(loop) + "\n")
    return int(re.search(r"Total Cycles:\s+(\d+)", report)[1]) / 200


def measure(model, cpu, options, seen):
    arm = is_arm(cpu)
    target = ["--triple=aarch64-linux-gnu", "--threads=1"] if arm else []
    with tempfile.TemporaryDirectory() as directory:
        shared = os.path.join(directory, "model.so")
        run("bitnet-compile", model, "-o", shared, f"--cpu={cpu}", *target, *options)
        listing = run("llvm-objdump", "-d", "--no-show-raw-insn", "--x86-asm-syntax=intel", shared)
    hot = [(name, loop) for name, body in functions(listing)
           if name.startswith("ternary_matmul_") for loop in loops(body)]
    for title, part, pattern, per_byte in ARM_KERNELS if arm else KERNELS:
        scalable_bytes = SCALABLE_BITS.get(cpu, 128) // 8
        fitting = [(products(loop, pattern, per_byte, scalable_bytes), loop)
                   for name, loop in hot if part in name]
        macs, loop = max(fitting, key=lambda pair: pair[0], default=(0, None))
        if title.startswith("one token") and part == "_dot_":
            # 16 rows of 16 trits; less is the sum of the activations.
            macs, loop = min((pair for pair in fitting if pair[0] >= 256),
                             key=lambda pair: pair[0], default=(0, None))
        if macs and (cpu, title) not in seen:
            seen.add((cpu, title))
            spent = cycles(loop, cpu, arm)
            print(f"| {cpu} | {title} | {macs:.0f} | {spent:.1f} | {macs / spent:.1f} |", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print("| processor | kernel | MAC in a step | cycles | MAC per cycle |\n|---|---|---|---|---|")
    for cpu in sys.argv[2:] or CPUS + ARM_CPUS:
        seen = set()
        for options in ARM_OPTIONS if is_arm(cpu) else OPTIONS:
            try:
                measure(sys.argv[1], cpu, options, seen)
            except subprocess.CalledProcessError as error:
                # A processor may not have that instruction set, or no dot products.
                if "was asked for" not in error.stderr:
                    sys.exit(f"{' '.join(error.cmd)}: {error.stderr}")


if __name__ == "__main__":
    main()
