"""token-inputs.py DIR COUNT: writes .npy inputs for the first tokens of a text."""

import os
import struct
import sys

TEXT = b"In the beginning God created the heaven and the earth."


def write(path, values):
    header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': (1, {len(values)}), }}"
    header = header.ljust(117) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{len(values)}q", *values))


directory, count = sys.argv[1], int(sys.argv[2])
os.makedirs(directory, exist_ok=True)
write(os.path.join(directory, "input_ids.npy"), TEXT[:count])
write(os.path.join(directory, "attention_mask.npy"), [1] * count)
write(os.path.join(directory, "position_ids.npy"), range(count))
