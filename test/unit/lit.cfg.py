import os

import lit.formats

config.name = "bitnet-mlir-unit"
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.suffixes = []
config.test_source_root = os.path.join(config.bitnet_binary_dir, "test", "unit")
config.test_exec_root = config.test_source_root
