"""The two ways of an operator: folded, and at run time.

    folding.py write DOCS DIR   DIR/folded.mlir and DIR/run.mlir, one graph of all
                                cases with constants and with inputs, and the
                                inputs as DIR/in/*.npy
    folding.py compare DIR      DIR/folded/*.npy with DIR/run/*.npy, bit for bit

Every operator of DOCS (docs/operators.md) has a case, or a reason below. Values
are what a type has to offer: NaN, infinities, zeros of both signs, subnormal
numbers, the limits of integers. Not in it is what processors differ in: the bits
of a NaN, bf16 below its normal numbers (AVX512-BF16 takes them for 0) and floats
that an unsigned integer does not hold. Sums are folded in f64, so their operands
are numbers whose sum f32 holds.
"""

import math
import pathlib
import re
import struct
import sys

NOT_FOLDED = {
    "Softmax": "linalg.softmax has no body that could be evaluated",
}
FLOATS = {"f16": "<e", "bf16": "<f", "f32": "<f", "f64": "<d"}
SIGNED = {"i8": 8, "i16": 16, "i32": 32, "i64": 64}
UNSIGNED = {"u" + name: bits for name, bits in SIGNED.items()}
INTEGERS = {**SIGNED, **UNSIGNED}
CODES = {"f32": 1, "ui8": 2, "i8": 3, "ui16": 4, "i16": 5, "i32": 6, "i64": 7, "i1": 9,
         "f16": 10, "f64": 11, "ui32": 12, "ui64": 13, "bf16": 16}
inf, nan = math.inf, math.nan


def limits(kind):
    """The smallest and the largest number of an integer type."""
    bits = INTEGERS[kind]
    return (0, 2**bits - 1) if kind in UNSIGNED else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def values(kind):
    if kind == "i1":
        return [False, True]
    if kind in INTEGERS:
        low, high = limits(kind)
        return sorted({low, high, high - 1, 0, 1, 2, 3, 7, 100, max(low, -1), max(low, -2), max(low, -7)})
    tiny = {"f16": 2.0**-24, "bf16": 2.0**-63, "f32": 2.0**-149, "f64": 2.0**-1074}[kind]
    huge = {"f16": 65504.0, "bf16": 2.0**63, "f32": 2.0**127, "f64": 2.0**1023}[kind]
    return [nan, inf, -inf, 0.0, -0.0, 0.5, -0.5, 1.0, -1.5, 2.5, -3.5, 7.25, 100.0, 300.0, -300.0,
            3.0e4, huge, -huge, tiny, -tiny, 2.0**-14]


def to_bytes(kind, value):
    if kind == "i1":
        return bytes([value])
    if kind in INTEGERS:
        return (value % 2 ** INTEGERS[kind]).to_bytes(INTEGERS[kind] // 8, "little")
    if kind == "bf16":  # of values that it holds
        return struct.pack("<f", value)[2:]
    return struct.pack(FLOATS[kind], value)


class Tensor:
    def __init__(self, kind, shape, numbers):
        self.kind, self.shape = kind, list(shape)
        self.data = b"".join(to_bytes(kind, number) for number in numbers)

    @property
    def type(self):
        return "tensor<" + "".join(f"{size}x" for size in self.shape) + self.kind + ">"

    @property
    def dense(self):
        if not self.data:
            return "dense<>"
        size = len(self.data) // max(1, math.prod(self.shape))
        if self.kind == "i1":
            flat = ["true" if byte else "false" for byte in self.data]
        elif self.kind in INTEGERS:
            flat = [str(int.from_bytes(self.data[i:i + size], "little", signed=self.kind in SIGNED))
                    for i in range(0, len(self.data), size)]
        else:
            flat = ["0x" + self.data[i:i + size][::-1].hex().upper() for i in range(0, len(self.data), size)]
        for length in reversed(self.shape):
            flat = ["[" + ", ".join(flat[i:i + length]) + "]" for i in range(0, len(flat), length)]
        return f"dense<{flat[0]}>"


class Const(Tensor):
    """An input that has to be a constant at run time, too: axes, shapes."""


def vector(kind, numbers=None):
    numbers = values(kind) if numbers is None else numbers
    return Tensor(kind, [len(numbers)], numbers)


def column(kind, numbers=None):
    numbers = values(kind) if numbers is None else numbers
    return Tensor(kind, [len(numbers), 1], numbers)


def consts(*numbers):
    return Const("i64", [len(numbers)], numbers)


def scalar(kind, number):
    return Tensor(kind, [], [number])


CASES = []  # operator, attributes, inputs, types and shapes of outputs


def case(op, inputs, *outputs, attrs="", opset=21):
    CASES.append((op, attrs, inputs, [Tensor(kind, shape, []) for kind, shape in outputs], opset))


def like(tensor, kind=None):
    return kind or tensor.kind, tensor.shape


def add_elementwise():
    for kind in FLOATS:
        x, y = vector(kind), column(kind)
        for op in ("Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Round",
                   "Sigmoid", "Sign", "Sin", "Sqrt", "Tanh", "Identity"):
            case(op, [x], like(x))
        table = [len(y.data) // len(x.data) * x.shape[0], x.shape[0]]
        for op in ("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow"):
            case(op, [y, x], (kind, table))
        case("Mod", [y, x], (kind, table), attrs="fmod = 1 : i64")
        for op in ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"):
            case(op, [y, x], ("i1", table))
        case("Clip", [x, scalar(kind, -1.5), scalar(kind, 7.25)], like(x))
        case("Where", [vector("i1", [True, False] * 10 + [True]), x, scalar(kind, -0.0)], like(x))
    for kind in INTEGERS:
        x, y = vector(kind), column(kind)
        table = [y.shape[0], x.shape[0]]
        for op in ("Abs", "Neg", "Relu", "Sign", "Identity", "BitwiseNot"):
            if kind in SIGNED or op in ("Sign", "Identity", "BitwiseNot", "Abs"):
                case(op, [x], like(x))
        for op in ("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "BitwiseAnd", "BitwiseOr", "BitwiseXor"):
            case(op, [y, x], (kind, table))
        case("Mod", [y, x], (kind, table), attrs="fmod = 1 : i64")
        case("Pow", [y, vector(kind, [0, 1, 2, 3, 7])], (kind, [y.shape[0], 5]))
        for op in ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"):
            case(op, [y, x], ("i1", table))
        case("Clip", [x, scalar(kind, 1), scalar(kind, 7)], like(x))
        if kind in UNSIGNED:
            for direction in ("LEFT", "RIGHT"):
                case("BitShift", [y, x], (kind, table), attrs=f'direction = "{direction}"')
    truth, other = vector("i1"), column("i1")
    case("Not", [truth], like(truth))
    for op in ("And", "Or", "Xor", "Equal"):
        case(op, [other, truth], ("i1", [2, 2]))
    case("Pow", [vector("f32"), vector("i32", [3] * 21)], ("f32", [21]))
    case("Pow", [vector("i32"), vector("f32", [1.5])], ("i32", [len(values("i32"))]))


def add_casts():
    for source in [*FLOATS, *INTEGERS, "i1"]:
        for target in CODES:
            numbers = values(source)
            if source in FLOATS and target in ("ui32", "ui64"):
                numbers = [number for number in numbers if abs(number) < 2**31]
            x = vector(source, numbers)
            case("Cast", [x], like(x, target), attrs=f"to = {CODES[target]} : i64")
    numbers = [16842753, 2**31 - 1, 2**53 + 1, 2**62 + 1, 33554433, 65521, 2049]
    for target in FLOATS:
        case("Cast", [vector("i64", numbers)], (target, [7]), attrs=f"to = {CODES[target]} : i64")
    case("Cast", [vector("f64", [1 + 2.0**-8 + 2.0**-40, 1 + 2.0**-11 + 2.0**-40, 2.0**-25 + 2.0**-60])],
         ("bf16", [3]), attrs="to = 16 : i64")
    case("Cast", [vector("f64", [1 + 2.0**-8 + 2.0**-40, 1 + 2.0**-11 + 2.0**-40, 2.0**-25 + 2.0**-60])],
         ("f16", [3]), attrs="to = 10 : i64")
    case("CastLike", [vector("f32"), vector("i8")], ("i8", [len(values("f32"))]))


def add_moves():
    for kind in ("f32", "ui8", "i1", "f16"):
        numbers = [bool(i % 3) if kind == "i1" else i for i in range(24)]
        x = Tensor(kind, [2, 3, 4], numbers)
        row = Tensor(kind, [1, 3, 1], numbers[:3])
        case("Concat", [x, x], (kind, [2, 6, 4]), attrs="axis = 1 : i64")
        case("Concat", [x, Tensor(kind, [2, 3, 0], [])], (kind, [2, 3, 4]), attrs="axis = -1 : i64")
        case("Gather", [x, Tensor("i64", [2, 2], [0, -1, 2, 1])], (kind, [2, 2, 2, 4]), attrs="axis = 1 : i64")
        case("Expand", [row, consts(2, 1, 4)], (kind, [2, 3, 4]))
        case("Flatten", [x], (kind, [2, 12]))
        case("Reshape", [x, consts(0, -1)], (kind, [2, 12]))
        case("Squeeze", [row], (kind, [3]))
        case("Unsqueeze", [x, consts(0, -1)], (kind, [1, 2, 3, 4, 1]))
        case("Transpose", [x], (kind, [4, 2, 3]), attrs="perm = [2, 0, 1]")
        case("Slice", [x, consts(1), consts(4), consts(2), consts(2)], (kind, [2, 3, 2]))
        case("Slice", [x, consts(-1, 3), consts(-9, 0), consts(1, 2), consts(-1, -2)], (kind, [2, 3, 2]))
        case("Slice", [x, consts(3), consts(9), consts(1)], (kind, [2, 0, 4]))
        case("Split", [x, consts(1, 0, 2)], (kind, [2, 1, 4]), (kind, [2, 0, 4]), (kind, [2, 2, 4]), attrs="axis = 1 : i64")
        case("Trilu", [Tensor(kind, [4, 6], numbers), consts(1)], (kind, [4, 6]), attrs="upper = 0 : i64")
        case("Size", [x], ("i64", []))
        case("Shape", [x], ("i64", [3]))
    case("ConstantOfShape", [consts(2, 40)], ("i32", [2, 40]), attrs="value = dense<7> : tensor<1xi32>")
    case("Range", [Const("i64", [], [100]), Const("i64", [], [0]), Const("i64", [], [-1])], ("i64", [100]))
    case("Range", [Const("f32", [], [0.0]), Const("f32", [], [10.0]), Const("f32", [], [0.1])], ("f32", [100]))
    case("Constant", [], ("f32", [2]), attrs="value = dense<[1.0, -0.0]> : tensor<2xf32>")


def add_reductions():
    for kind in ("f32", "f64", "f16", "bf16", "i32", "i64", "ui32"):
        numbers = [(i * 7) % 5 - (0 if kind == "ui32" else 2) for i in range(24)]
        x = Tensor(kind, [2, 3, 4], numbers)
        for name in ("Max", "Mean", "Min", "Prod", "Sum", "SumSquare"):
            case(f"Reduce{name}", [x, consts(-1)], (kind, [2, 3, 1]))
            case(f"Reduce{name}", [x, consts(0, 2)], (kind, [3]), attrs="keepdims = 0 : i64")
            case(f"Reduce{name}", [x], (kind, []), attrs="keepdims = 0 : i64")
            if name != "Mean":
                case(f"Reduce{name}", [Tensor(kind, [2, 0], []), consts(1)], (kind, [2, 1]))
        if kind in FLOATS:
            special = Tensor(kind, [4, 3], [nan, 1, 2, inf, -inf, 1, -0.0, 0.0, -0.0, 5, inf, 3])
            for name in ("Max", "Mean", "Min", "Prod", "Sum", "SumSquare"):
                case(f"Reduce{name}", [special, consts(1)], (kind, [4, 1]))


def add_products():
    def matrix(kind, rows, columns, step=3):
        return Tensor(kind, [rows, columns], [(i * step) % 7 - 3 if kind[0] != "u" else (i * step) % 7
                                              for i in range(rows * columns)])
    for kind in ("f32", "f64", "i32"):
        case("MatMul", [matrix(kind, 3, 5), matrix(kind, 5, 4)], (kind, [3, 4]))
        case("MatMul", [Tensor(kind, [2, 1, 2, 2], range(8)), Tensor(kind, [3, 2, 2], range(12))], (kind, [2, 3, 2, 2]))
    case("Gemm", [matrix("f32", 5, 3), matrix("f32", 4, 5), vector("f32", [1, 2, 3, 4])], ("f32", [3, 4]),
         attrs="alpha = 0.5 : f32, transA = 1 : i64, transB = 1 : i64")
    for kind in ("i8", "ui8"):
        case("MatMulInteger", [matrix(kind, 3, 5), matrix("i8", 5, 4), scalar(kind, 2), vector("i8", [0, 1, -1, 2])],
             ("i32", [3, 4]))
        case("QLinearMatMul", [matrix(kind, 3, 5), scalar("f32", 0.5), scalar(kind, 1), matrix("i8", 5, 4),
                               scalar("f32", 0.25), scalar("i8", -1), scalar("f32", 0.75), scalar(kind, 3)],
             (kind, [3, 4]))


def add_quantisation():
    x = vector("f32")
    for kind in ("i8", "ui8", "i16", "ui16"):
        case("QuantizeLinear", [x, scalar("f32", 0.5), scalar(kind, 3)], like(x, kind))
        codes = vector(kind)
        case("DequantizeLinear", [codes, scalar("f32", 0.3), scalar(kind, 3)], like(codes, "f32"))
        case("DequantizeLinear", [codes, scalar("f16", 0.5), scalar(kind, 3)], like(codes, "f16"))
    case("QuantizeLinear", [x, scalar("f32", 0.0)], like(x, "ui8"))
    codes = Tensor("i8", [2, 5], range(-5, 5))
    case("DequantizeLinear", [codes, Tensor("f32", [2, 3], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])], ("f32", [2, 5]),
         attrs="axis = 1 : i64, block_size = 2 : i64")
    case("DequantizeLinear", [codes, vector("f32", [0.1, 0.2])], ("f32", [2, 5]), attrs="axis = 0 : i64")
    for numbers in ([-1.0, 0.3, 2.5], [0.0, 0.0], [1.0, 2.0], [-3.0, -1.0]):
        case("DynamicQuantizeLinear", [vector("f32", numbers)], ("ui8", [len(numbers)]), ("f32", []), ("ui8", []))


def add_norms():
    x = Tensor("f32", [3, 4], [1, 2, 3, 6, -1, -1, 1, 1, 0, 0, 0, 0])
    scale, bias = vector("f32", [0.1, 1, -2, 0.3]), vector("f32", [0, 0.7, -0.0, 1])
    case("LayerNormalization", [x, scale, bias], ("f32", [3, 4]), ("f32", [3, 1]), ("f32", [3, 1]))
    case("SimplifiedLayerNormalization", [x, scale], ("f32", [3, 4]))
    case("RMSNormalization", [x, scale], ("f32", [3, 4]), opset=23)


def write(docs, folder):
    known = re.findall(r"^\| (\w+)", pathlib.Path(docs).read_text(), re.M)[1:]
    for add in (add_elementwise, add_casts, add_moves, add_reductions, add_products, add_quantisation, add_norms):
        add()
    tested = {op for op, *_ in CASES}
    missing = [op for op in known if (op in tested) == (op in NOT_FOLDED)] + sorted(tested - set(known))
    if missing or len(known) < 70:
        sys.exit(f"operators without a case: {missing}")
    folder = pathlib.Path(folder)
    (folder / "in").mkdir(parents=True, exist_ok=True)
    for name in ("folded", "run"):
        arguments, lines, results = [], [], []
        for number, (op, attrs, inputs, outputs, opset) in enumerate(CASES):
            operands = []
            for index, tensor in enumerate(inputs):
                value = f"%x{number}_{index}"
                if name == "run" and not isinstance(tensor, Const):
                    stem = f"x{number}_{index}"
                    shape = ", ".join(map(str, tensor.shape))
                    arguments.append(f'{value}: {tensor.type} {{model.input = #model.value<"{stem}", {tensor.kind}, '
                                     f"() -> ({shape})>}}")
                    write_npy(folder / "in" / f"{stem}.npy", tensor)
                else:
                    lines.append(f"{value} = arith.constant {tensor.dense} : {tensor.type}")
                operands.append((value, tensor.type))
            names = [f"%y{number}_{index}" for index in range(len(outputs))]
            lines.append(f'{", ".join(names)} = onnx.node "{op}"({", ".join(v for v, _ in operands)}) '
                         f'{{{attrs}}} : ({", ".join(t for _, t in operands)}) -> '
                         f'({", ".join("!onnx.value" for _ in outputs)})')
            results += [(value, tensor, f"{number:04}_{index}_{op}_{tensor.kind}")
                        for index, (value, tensor) in enumerate(zip(names, outputs))]
        declared = ", ".join(
            f'{tensor.type} {{model.output = #model.value<"{stem}", {tensor.kind}, () -> '
            f'({", ".join(map(str, tensor.shape))})>}}' for _, tensor, stem in results)
        text = (f"func.func @main({', '.join(arguments)}) -> ({declared}) attributes {{model.symbols = []}} {{\n  "
                + "\n  ".join(lines) + "\n  onnx.return " + ", ".join(value for value, _, _ in results) + " : "
                + ", ".join("!onnx.value" for _ in results) + "\n}\n")
        (folder / f"{name}.mlir").write_text(
            'module attributes {onnx.opset_imports = {"ai.onnx" = 23 : i64}} {\n' + text + "}\n")


def write_npy(path, tensor):
    code = {"f16": "<f2", "bf16": "<u2", "f32": "<f4", "f64": "<f8", "i1": "|b1"}.get(tensor.kind)
    if not code:
        size = INTEGERS[tensor.kind] // 8
        code = ("|" if size == 1 else "<") + ("u" if tensor.kind in UNSIGNED else "i") + str(size)
    shape = "".join(f"{size}, " for size in tensor.shape)
    header = f"{{'descr': '{code}', 'fortran_order': False, 'shape': ({shape}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + tensor.data)


def read_npy(path):
    data = path.read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    return data[10:start].decode(), data[start:]


def without_nans(kind, data):
    """The elements, all NaNs the same."""
    if kind not in FLOATS:
        return data
    size = struct.calcsize(FLOATS[kind]) if kind != "bf16" else 2
    elements = [data[i:i + size] for i in range(0, len(data), size)]
    def number(element):
        return struct.unpack(FLOATS[kind], (b"\0\0" if kind == "bf16" else b"") + element)[0]
    return [b"NaN" if math.isnan(number(element)) else element for element in elements]


def compare(folder):
    folder = pathlib.Path(folder)
    folded, run = (sorted(path.name for path in (folder / name).glob("*.npy")) for name in ("folded", "run"))
    different = sorted(set(folded) ^ set(run))
    for name in set(folded) & set(run):
        (header, a), (other, b) = read_npy(folder / "folded" / name), read_npy(folder / "run" / name)
        kind = name.removesuffix(".npy").rsplit("_", 1)[1]
        if header != other or without_nans(kind, a) != without_nans(kind, b):
            different.append(name)
    for name in sorted(different):
        print(name)
    print(f"{len(folded)} results, {len(different)} differ")


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3])
else:
    compare(sys.argv[2])
