import os
import shutil
import sys

import lit.formats
import lit.util
from lit.llvm import llvm_config

config.name = "bitnet-mlir"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "node_modules"]
config.test_source_root = os.path.join(config.bitnet_source_dir, "test")
config.test_exec_root = os.path.join(config.bitnet_binary_dir, "test")

# A variable defined in one function's checks does not leak into the next one's.
config.environment["FILECHECK_OPTS"] = "--enable-var-scope"

config.substitutions.append(("%host_cc", config.host_cc))
config.target_cc = config.host_cc
config.aarch64_cc = "clang-22 --target=aarch64-linux-gnu -fuse-ld=lld-22"
config.substitutions.append(("%aarch64_cc", config.aarch64_cc))
config.substitutions.append(("%run_aarch64", os.path.join(config.bitnet_source_dir, "scripts", "run-aarch64.sh")))
config.environment["BITNET_BUILD_DIR"] = config.bitnet_binary_dir
# NumPy files without NumPy: %npy write x.npy "<f4" 2,8 1 2 …
config.substitutions.append(
    ("%npy", f"{sys.executable} {config.bitnet_source_dir}/test/Runtime/Inputs/npy.py")
)
config.substitutions.append(("%source_dir", config.bitnet_source_dir))
config.substitutions.append(("%binary_dir", config.bitnet_binary_dir))

tools_dir = os.path.join(config.bitnet_binary_dir, "bin")
tools = ["bitnet-opt", "bitnet-translate", "bitnet-compile", "bitnet-run", "onnx-text", "two-sessions", "bitnet-bench", "bitnet-lsp-server", "bitnet-reduce", "expose-products"]
llvm_tools = ["llvm-objdump", "llvm-nm", "llvm-readelf", "not", "split-file", "mlir-translate", "opt", "llc"]
llvm_config.use_default_substitutions()
llvm_config.add_tool_substitutions(
    [tool for tool in tools if os.path.exists(os.path.join(tools_dir, tool))],
    tools_dir,
)
llvm_config.add_tool_substitutions(llvm_tools, config.llvm_tools_dir)

# Every bitnet-opt of the suite also checks that its IR survives printing.
if "BITNET_OPT_CHECK_IR_ROUNDTRIP" in os.environ:
    config.substitutions.insert(
        0, (r"\bbitnet-opt\b", os.path.join(tools_dir, "bitnet-opt --verify-roundtrip"))
    )

# Features name what the host has and a test may REQUIRE.
if os.path.isdir(os.path.join(config.bitnet_source_dir, "test", "node_modules", "onnxruntime-node")):
    config.available_features.add("onnxruntime")
if os.path.exists("/proc/cpuinfo"):
    with open("/proc/cpuinfo") as info:
        flags = next((line.split() for line in info if line.startswith("flags")), [])
    for flag in ("avx2", "avx512bw", "avx512vbmi"):
        if flag in flags:
            config.available_features.add(flag)
# Everything to compile for AArch64 and to run that here.
aarch64_libraries = os.path.join(config.bitnet_source_dir, "sysroot", "usr", "lib", "aarch64-linux-gnu")
if (
    os.path.exists(os.path.join(config.bitnet_binary_dir, "aarch64", "bin", "bitnet-run"))
    and os.path.exists(os.path.join(aarch64_libraries, "libomp.so.5"))
    and shutil.which("qemu-aarch64")
):
    config.available_features.add("aarch64-sysroot")
for program in ("node", "qemu-aarch64", "clang-format-22"):
    if shutil.which(program):
        config.available_features.add(program)
