"""Counts how often each packed constant of a module stands in a file.

    occurrences.py MODULE.mlir FILE

The module is text, with its resources; those named packed_… count.
"""

import pathlib
import re
import sys

module = pathlib.Path(sys.argv[1]).read_text()
data = pathlib.Path(sys.argv[2]).read_bytes()
# The first four bytes of a resource are its alignment.
packed = re.findall(r'\b(packed_?\d*): "0x[0-9A-Fa-f]{8}([0-9A-Fa-f]+)"', module)
for name, text in packed:
    blob = bytes.fromhex(text)
    print(f"{name}: {len(blob)} bytes, {data.count(blob)} in the object")
print(f"{len(packed)} packed constants")
