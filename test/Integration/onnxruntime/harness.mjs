// Builds small ONNX models, runs them with ONNX Runtime and compiled, and
// compares. Integers must be equal; floats may differ by 2e-6 of their size.
//
//   const test = new Harness();          // BIN_DIR WORK_DIR [MODEL] of the command line
//   const g = test.model('name', { opset: 21 });
//   const x = g.input('f32', ['m', 8]);
//   g.node('Abs', [x], 'f32:2');         // element type and rank of each output
//   await test.check(g, [{ m: 5 }, { m: 1 }]);
//   test.finish();
//
// Each model is compiled once per processor; every object serves all the sizes
// given to `check`. ONNX Runtime does not optimise the graph, since it would
// put less exact operators in place of some.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType as Attr, ModelProtoSchema } from 'onnx-buf';
import ort from 'onnxruntime-node';

const types = {
  f32: { code: 1, array: Float32Array, ort: 'float32', npy: '<f4' },
  u8: { code: 2, array: Uint8Array, ort: 'uint8', npy: '|u1' },
  i8: { code: 3, array: Int8Array, ort: 'int8', npy: '|i1' },
  i32: { code: 6, array: Int32Array, ort: 'int32', npy: '<i4' },
  i64: { code: 7, array: BigInt64Array, ort: 'int64', npy: '<i8' },
  i1: { code: 9, array: Uint8Array, ort: 'bool', npy: '|b1' },
  f64: { code: 11, array: Float64Array, ort: 'float64', npy: '<f8' },
};

let state = 12345;
/** The next of a fixed sequence of numbers from 0 to below 1. */
export function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** An integer from `low` to `high`. */
export const randomInteger = (low, high) => low + Math.floor(random() * (high - low + 1));
/** Ternary weights, about a third of them zero. */
export const trit = () => randomInteger(-1, 1);
/** A sample that is nearly normal. */
export const normal = () => 1.73 * (random() + random() + random() + random() - 2);

const defaults = {
  f32: () => random() * 8 - 4,
  u8: () => randomInteger(0, 255),
  i8: () => randomInteger(-128, 127),
  i32: () => randomInteger(-10, 10),
  i64: () => randomInteger(-10, 10),
  i1: () => randomInteger(0, 1),
};

const count = (shape) => shape.reduce((a, b) => a * b, 1);

export function makeData(type, shape, values = defaults[type]) {
  const convert = type === 'i64' ? (v) => BigInt(v) : Number;
  return types[type].array.from({ length: count(shape) }, (_, i) =>
    convert(typeof values === 'function' ? values(i) : values[i]));
}

function makeAttribute(name, value) {
  if (typeof value === 'string')
    return { name, type: Attr.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: Attr.INTS, ints: value.map(BigInt) };
  if (typeof value === 'object') {
    const [type, data] = value.tensor;
    return { name, type: Attr.TENSOR, t: makeTensor('', type, [data.length], data) };
  }
  if (typeof value === 'bigint') return { name, type: Attr.INT, i: value };
  // Integers are given as bigint or small number; what is a float says so.
  return { name, type: Attr.INT, i: BigInt(value) };
}

function makeTensor(name, type, shape, values) {
  const data = makeData(type, shape, values);
  return { name, dims: shape.map(BigInt), dataType: types[type].code,
           rawData: new Uint8Array(data.buffer) };
}

/** An attribute that is a float, whatever its value. */
export class Float {
  constructor(value) { this.value = value; }
}

export class Graph {
  constructor(name, { opset = 17, metadata = {}, first = 0, last = Infinity } = {}) {
    Object.assign(this, { name, opset, metadata, first, last, count: 0 });
    Object.assign(this, { nodes: [], inputs: [], outputs: [], constants: [], names: 0 });
  }

  /** Dimensions are numbers or names, which `check` gives a size; `values` are
      a function of the element's number and those sizes. */
  input(type, shape, values, name = `in${this.names++}`) {
    this.inputs.push({ name, type, shape, values });
    return name;
  }

  constant(type, shape, values) {
    const name = `c${this.names++}`;
    this.constants.push(makeTensor(name, type, shape, values));
    return name;
  }

  scalar(type, value) { return this.constant(type, [], [value]); }
  list(...values) { return this.constant('i64', [values.length], values); }

  /** A node whose results are outputs of the graph: 'f32:2' is type and rank. */
  node(op, inputs, results, attributes = {}, options = {}) {
    if (this.count++ < this.first || this.count > this.last) return undefined;
    const names = this.inner(op, inputs, attributes, results.split(' ').length);
    results.split(' ').forEach((result, i) =>
      this.output([names].flat()[i], result, { op, ...options }));
    return names;
  }

  /** A node inside the graph; its name, or names if it has several results. */
  inner(op, inputs, attributes = {}, results = 1) {
    const number = this.names++;
    const output = Array.from({ length: results }, (_, i) => `${op}_${number}${i ? `_${i}` : ''}`);
    const attribute = Object.entries(attributes).map(([key, value]) =>
      value instanceof Float ? { name: key, type: Attr.FLOAT, f: value.value }
                             : makeAttribute(key, value));
    this.nodes.push({ opType: op, name: `/${op}_${number}`, input: inputs, output, attribute });
    return results === 1 ? output[0] : output;
  }

  output(name, result, options = {}) {
    const [type, rank] = result.split(':');
    this.outputs.push({ name, type, ...options,
      shape: options.shape ?? Array.from({ length: +rank }, (_, i) => `${name}_${i}`) });
  }

  serialize() {
    const declare = ({ name, type, shape }) => ({ name, type: { value: { case: 'tensorType', value: {
      elemType: types[type].code,
      shape: { dim: shape.map((size) => ({ value: typeof size === 'number'
        ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: size } })) } } } } });
    return toBinary(ModelProtoSchema, create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: BigInt(this.opset) }],
      metadataProps: Object.entries(this.metadata).map(([key, value]) => ({ key, value })),
      graph: { name: 'g', node: this.nodes, initializer: this.constants,
               input: this.inputs.map(declare), output: this.outputs.map(declare) },
    }));
  }
}

export function writeNpy(file, type, shape, data) {
  let header = `{'descr': '${types[type].npy}', 'fortran_order': False, ` +
               `'shape': (${shape.map((size) => `${size},`).join('')}), }`;
  header = header.padEnd(63 - ((header.length + 10) % 64) + header.length) + '\n';
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  fs.writeFileSync(file, Buffer.concat(
    [start, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

export function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const descr = header.match(/'descr': '([^']*)'/)[1];
  const type = Object.keys(types).find((key) => types[key].npy === descr);
  const shape = header.match(/\(([^)]*)\)/)[1].split(',').filter((s) => s.trim()).map(Number);
  return { type, shape, data: new types[type].array(Uint8Array.from(bytes.subarray(start)).buffer) };
}

export class Harness {
  constructor() {
    [this.bin, this.work, this.only] = process.argv.slice(2);
    this.cpus = ['x86-64-v2', 'host'];
    this.compared = this.failures = 0;
    fs.rmSync(this.work, { recursive: true, force: true });
    fs.mkdirSync(this.work, { recursive: true });
  }

  model(name, options) { return new Graph(name, options); }

  fail(text) {
    ++this.failures;
    console.log(`FAIL ${text}`);
  }

  tool(name, ...args) {
    return execFileSync(path.join(this.bin, name), args, { encoding: 'utf8', stdio: 'pipe', timeout: 60000 });
  }

  /** Compiles for a processor; the object's path, or nothing. */
  compile(graph, cpu, ...options) {
    const model = path.join(this.work, `${graph.name}.onnx`);
    const object = path.join(this.work, `${graph.name}-${cpu}.so`);
    fs.writeFileSync(model, graph.serialize());
    try {
      this.tool('bitnet-compile', model, '-o', object, `--cpu=${cpu}`, ...options);
      return object;
    } catch (error) {
      this.fail(`${graph.name}, ${cpu}: bitnet-compile: ${error.stderr}`);
      return undefined;
    }
  }

  async reference(graph) {
    return ort.InferenceSession.create(graph.serialize(),
      { graphOptimizationLevel: 'disabled', logSeverityLevel: 3, intraOpNumThreads: 1 });
  }

  /** Checks the nodes that `build` adds to a graph, 16 to a model: the code
      generator's time grows faster than the number of loops in a function. */
  async checkParts(name, options, build, sizes) {
    for (let first = 0, count = 1; first < count; first += 16) {
      const graph = this.model(`${name}-${first}`, { ...options, first, last: first + 16 });
      build(graph);
      count = graph.count;
      await this.check(graph, sizes);
    }
  }

  /** Compares all outputs for all `sizes`; `layers` is what --describe shows,
      `flags` are options of bitnet-compile. */
  async check(graph, sizes = [{}], options = {}) {
    if (this.only && !graph.name.startsWith(this.only)) return;
    const { cpus = this.cpus, flags = [] } = options, layers = 'layers' in options ? options.layers : 0;
    const session = await this.reference(graph);
    const runs = [];
    for (const size of sizes) {
      const feeds = {}, directory = path.join(this.work, `${graph.name}-${runs.length}`);
      fs.mkdirSync(directory, { recursive: true });
      for (const { name, type, shape, values } of graph.inputs) {
        const dims = shape.map((dim) => (typeof dim === 'number' ? dim : size[dim]));
        const data = makeData(type, dims, typeof values === 'function' ? (i) => values(i, size) : values);
        feeds[name] = new ort.Tensor(types[type].ort, data, dims);
        writeNpy(path.join(directory, `${name}.npy`), type, dims, data);
      }
      runs.push({ directory, size: JSON.stringify(size), expected: await session.run(feeds) });
    }
    await session.release();
    for (const cpu of cpus) {
      const object = this.compile(graph, cpu, ...flags);
      if (!object) continue;
      const found = this.tool('bitnet-run', object, '--describe').match(/, kernels /g) ?? [];
      if (layers !== undefined && found.length !== layers)
        this.fail(`${graph.name}, ${cpu}: ${found.length} ternary products, expected ${layers}`);
      for (const run of runs) this.compareRun(graph, cpu, object, run);
    }
  }

  compareRun(graph, cpu, object, { directory, size, expected }) {
    const results = path.join(directory, cpu);
    try {
      this.tool('bitnet-run', object, '--inputs', directory, '--outputs', results);
    } catch (error) {
      this.fail(`${graph.name}, ${cpu}, ${size}: bitnet-run: ${error.stderr || error.signal}`);
      return;
    }
    for (const output of graph.outputs) {
      const text = `${graph.name}, ${cpu}, ${size}: ${output.name}`;
      const actual = readNpy(path.join(results, `${output.name}.npy`));
      const { dims, data } = expected[output.name];
      ++this.compared;
      if (actual.type !== output.type || `${actual.shape}` !== `${dims}`)
        this.fail(`${text}: ${actual.type}[${actual.shape}], expected ${output.type}[${dims}]`);
      else this.compareData(text, output, actual.data, data);
    }
  }

  compareData(text, { type, sums, tolerance = 2e-6 }, actual, expected) {
    // A sum is as exact as its terms are large, which is about one, not as it
    // is itself.
    let size = sums ? 1 : 1e-3;
    if (sums) for (const value of expected) size = Math.max(size, Math.abs(value));
    for (let i = 0; i < expected.length; ++i) {
      const a = Number(actual[i]), e = Number(expected[i]);
      if (Object.is(a, e) || (type !== 'f32' && actual[i] === expected[i]) || a === e) continue;
      // Written so that a NaN on one side counts.
      if (type !== 'f32' || !(Math.abs(a - e) <= tolerance * Math.max(size, Math.abs(e)))) {
        this.fail(`${text}[${i}] is ${actual[i]}, expected ${expected[i]}`);
        return;
      }
    }
  }

  finish() {
    console.log(this.failures || !this.compared
      ? `${this.failures} failures` : `${this.compared} outputs agree`);
    process.exitCode = this.failures || !this.compared ? 1 : 0;
  }
}
