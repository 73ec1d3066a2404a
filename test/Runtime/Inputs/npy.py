"""Writes or prints .npy files, for machines without NumPy.

npy.py write FILE DESCR SHAPE [VALUE…]     SHAPE is 2,3 or () for a scalar
npy.py print FILE
"""

import ast
import struct
import sys

CODES = {"<f4": "f", "<f8": "d", "<i8": "q", "<i4": "i", "|i1": "b", "|u1": "B",
         "|b1": "?", ">f4": "f", "<f2": "e", "<i2": "h", "<u2": "H", "<u4": "I", "<u8": "Q"}


def write(path, descr, shape, values):
    dims = () if shape == "()" else tuple(int(size) for size in shape.split(","))
    order = descr.endswith("F")
    descr = descr.rstrip("F")
    header = repr({"descr": descr, "fortran_order": order, "shape": dims})
    header += " " * (63 - (len(header) + 10) % 64) + "\n"
    code = CODES[descr]
    kind = float if code in "fde" else int
    data = struct.pack(f"<{len(values)}{code}", *(kind(value) for value in values))
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode() + data)


def show(path):
    with open(path, "rb") as file:
        assert file.read(8) == b"\x93NUMPY\x01\x00"
        (length,) = struct.unpack("<H", file.read(2))
        assert (length + 10) % 64 == 0
        header = ast.literal_eval(file.read(length).decode())
        code = CODES[header["descr"]]
        data = file.read()
    count = len(data) // struct.calcsize(code)
    values = struct.unpack(f"<{count}{code}", data)
    print(header["descr"], header["shape"], *(f"{value:g}" for value in values))


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
else:
    show(sys.argv[2])
