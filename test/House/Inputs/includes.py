"""Which room may include which: includes.py SOURCE_DIR

A room is a folder of lib (with its headers in include/bitnet) or of dialects.
Prints what breaks the table, and what the table allows though nobody uses it.
"""

import pathlib
import re
import sys

# From the bottom up.
TABLE = {
    "Packing": "",
    "Passes": "",
    "Runtime": "",
    "Support": "",
    "dialects/Model": "Runtime Support",
    "dialects/ONNX": "",
    "dialects/Ternary": "Packing Support",
    "Evaluator": "Support",
    "Kernels": "Packing Support dialects/Model dialects/Ternary",
    "Model": "Passes dialects/Model",
    "Import": "Model Support dialects/ONNX",
    "ONNX": "Evaluator Passes Runtime Support dialects/Model dialects/ONNX",
    "Ternary": "Kernels Passes Support dialects/Model dialects/Ternary",
    "Linalg": "Passes Support dialects/Ternary",
    "Target": "Passes Runtime Support dialects/Model",
    "Pipelines": "Passes Support",
}
INCLUDE = re.compile(r'\s*#?include "(bitnet/|dialects/)(\w+)/')


def room_of(parts):
    if parts[0] == "dialects":
        return "/".join(parts[:2])
    return parts[2] if parts[0] == "include" else parts[1]


root = pathlib.Path(sys.argv[1])
used = set()
wrong = []
for folder in ("lib", "dialects", "include/bitnet"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".h", ".cpp", ".td", ".def"):
            continue
        parts = path.relative_to(root).parts
        # InitAll registers everything there is.
        if "InitAll" in path.name:
            continue
        room = room_of(parts)
        for line in path.read_text().splitlines():
            match = INCLUDE.match(line)
            if not match:
                continue
            to = match[2] if match[1] == "bitnet/" else "dialects/" + match[2]
            used.add((room, to))
            if to != room and to not in TABLE.get(room, "").split():
                wrong.append(f"{path.relative_to(root)}: {room} may not include {to}")
for room, allowed in TABLE.items():
    wrong += [f"{room} does not include {to}" for to in allowed.split() if (room, to) not in used]
print("\n".join(wrong), end="")
sys.exit(bool(wrong) or len(used) < 20)
