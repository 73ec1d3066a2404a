# The tests of Runtime once more, with models and a bitnet-run for AArch64. Read
# after test/lit.cfg.py, whose settings it changes.
import os

config.name = "bitnet-mlir-aarch64"
config.test_source_root = os.path.join(config.bitnet_source_dir, "test", "Runtime")
config.test_exec_root = os.path.join(config.bitnet_binary_dir, "test", "AArch64")
config.unsupported = "aarch64-sysroot" not in config.available_features

config.target_cc = config.aarch64_cc
run = os.path.join(config.bitnet_source_dir, "scripts", "run-aarch64.sh")
config.substitutions.insert(0, (r"(?<![-/.\w])bitnet-run\b", run))
