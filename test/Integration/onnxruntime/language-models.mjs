// Writes small BitNet language models of unusual sizes with random weights,
// and what ONNX Runtime makes of them in double precision, in the form of the
// demo model's reference: NAME.onnx, NAME.json, NAME.npy.
//
//   node language-models.mjs WORK_DIR

import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { Graph, makeData, normal, random, randomInteger, trit, writeNpy } from './harness.mjs';

const networks = [
  // Nothing is even but what rotary embedding halves; one KV head for all, a
  // tied embedding, shapes computed as torch.onnx does.
  { name: 'odd', opset: 17, hidden: 99, layers: 2, heads: 3, kvHeads: 1, size: 26, ffn: 151,
    vocabulary: 301, context: 64, tied: true, subNorms: true, activation: 'relu2',
    computedShapes: true, tokens: 41 },
  // As many KV heads as heads, a head of its own, constant shapes, no sub-norms.
  { name: 'silu', opset: 21, hidden: 65, layers: 1, heads: 5, kvHeads: 5, size: 10, ffn: 37,
    vocabulary: 17, context: 33, tied: false, subNorms: false, activation: 'silu',
    computedShapes: false, tokens: 33 },
  // One head in all; more tokens in the vocabulary than a byte has values.
  { name: 'single', opset: 18, hidden: 130, layers: 3, heads: 1, kvHeads: 1, size: 62, ffn: 333,
    vocabulary: 1031, context: 80, tied: true, subNorms: true, activation: 'relu2',
    computedShapes: true, tokens: 70 },
  // Grouped queries, many small heads.
  { name: 'grouped', opset: 13, hidden: 51, layers: 2, heads: 6, kvHeads: 2, size: 14, ffn: 200,
    vocabulary: 77, context: 50, tied: false, subNorms: true, activation: 'silu',
    computedShapes: true, tokens: 29 },
];

/** All weights of a network, the same numbers for every element type. */
function makeWeights(n) {
  const values = (count, make) => Array.from({ length: count }, () => Math.fround(make()));
  const ternary = (rows, columns) => {
    const scale = Math.fround((0.5 + random()) / Math.sqrt(rows));
    return { shape: [rows, columns], values: values(rows * columns, () => scale * trit()) };
  };
  const norm = (size) => values(size, () => 0.5 + random());
  const inner = n.heads * n.size, kv = n.kvHeads * n.size;
  return {
    embedding: values(n.vocabulary * n.hidden, () => 0.5 * normal()),
    head: n.tied ? undefined : values(n.hidden * n.vocabulary, () => 0.3 * normal()),
    norm: norm(n.hidden),
    layers: Array.from({ length: n.layers }, () => ({
      norm: norm(n.hidden), ffnNorm: norm(n.hidden), subNorm: norm(inner), ffnSubNorm: norm(n.ffn),
      q: ternary(n.hidden, inner), k: ternary(n.hidden, kv), v: ternary(n.hidden, kv),
      o: ternary(inner, n.hidden), gate: ternary(n.hidden, n.ffn), up: ternary(n.hidden, n.ffn),
      down: ternary(n.ffn, n.hidden),
    })),
  };
}

/** A network's graph, computed in the element type `float`. */
class Network {
  constructor(n, weights, float) {
    const metadata = { 'bitnet.context_length': `${n.context}` };
    Object.assign(this, { n, float, g: new Graph(n.name, { opset: n.opset, metadata }) });
    const g = this.g;
    const ids = g.input('i64', ['batch', 'sequence'], undefined, 'input_ids');
    const mask = g.input('i64', ['batch', 'total'], undefined, 'attention_mask');
    this.positions = g.input('i64', ['batch', 'sequence'], undefined, 'position_ids');
    this.pasts = weights.layers.map((_, layer) => ['key', 'value'].map((part) =>
      g.input(float, ['batch', n.kvHeads, 'past', n.size], undefined, `past_key_values.${layer}.${part}`)));
    this.bias = this.maskBias(mask);
    [this.cos, this.sin] = this.rotations();

    const embedding = g.constant(float, [n.vocabulary, n.hidden], weights.embedding);
    let x = g.inner('Gather', [embedding, ids]);
    weights.layers.forEach((layer, number) => { x = this.layer(x, layer, number); });
    const head = n.tied ? g.inner('Transpose', [embedding], { perm: [1, 0] })
                        : g.constant(float, [n.hidden, n.vocabulary], weights.head);
    this.logits = this.result('MatMul', [this.norm(x, weights.norm), head], {}, 'logits',
                              ['batch', 'sequence', n.vocabulary]);
  }

  scalar(value) { return this.g.scalar(this.float, value); }

  /** A node whose one result is an output of the graph under a given name. */
  result(op, inputs, attributes, name, shape) {
    this.g.inner(op, inputs, attributes);
    this.g.nodes.at(-1).output = [name];
    this.g.output(name, `${this.float}:${shape.length}`, { shape });
    return name;
  }

  reduce(op, x) {
    const asInput = this.g.opset >= 18;
    return asInput ? this.g.inner(op, [x, this.g.list(-1)], { keepdims: 1 })
                   : this.g.inner(op, [x], { axes: [-1], keepdims: 1 });
  }

  unsqueeze(x, ...axes) { return this.g.inner('Unsqueeze', [x, this.g.list(...axes)]); }

  /** The size of a dimension, as a list of one. */
  dimension(x, axis) {
    const { g } = this;
    return this.unsqueeze(g.inner('Gather', [g.inner('Shape', [x]), g.scalar('i64', axis)]), 0);
  }

  /** Reshapes [batch, sequence, …], whose last dimensions become `last`. */
  reshape(x, ...last) {
    const { g } = this;
    if (!this.n.computedShapes) return g.inner('Reshape', [x, g.list(0, 0, ...last)]);
    const shape = [this.dimension(x, 0), this.dimension(x, 1), ...last.map((size) => g.list(size))];
    return g.inner('Reshape', [x, g.inner('Concat', shape, { axis: 0 })]);
  }

  /** What is added to scores: the lowest number where a query must not look. */
  maskBias(mask) {
    const { g } = this;
    const total = g.inner('Gather', [g.inner('Shape', [mask]), g.scalar('i64', 1)]);
    const keys = g.inner('Range', [g.scalar('i64', 0), total, g.scalar('i64', 1)]);
    const later = g.inner('Greater', [this.unsqueeze(keys, 0, 1, 2), this.unsqueeze(this.positions, 1, 3)]);
    const hidden = g.inner('Equal', [this.unsqueeze(mask, 1, 2), g.scalar('i64', 0)]);
    const lowest = this.scalar(-(2 - 2 ** -23) * 2 ** 127);
    return g.inner('Where', [g.inner('Or', [later, hidden]), lowest, this.scalar(0)]);
  }

  rotations() {
    const { g, n } = this;
    const frequencies = Array.from({ length: n.size / 2 }, (_, i) => 10000 ** (-2 * i / n.size));
    const positions = g.inner('Cast', [this.unsqueeze(this.positions, 2)], { to: 1 });
    const half = g.inner('Mul', [positions, g.constant('f32', [1, 1, n.size / 2], frequencies)]);
    const angles = g.inner('Concat', [half, half], { axis: -1 });
    return ['Cos', 'Sin'].map((op) => {
      const value = this.unsqueeze(g.inner(op, [angles]), 1);
      return this.float === 'f32' ? value : g.inner('Cast', [value], { to: 11 });
    });
  }

  rotate(x) {
    const { g, n } = this;
    const slice = (from, to) => g.inner('Slice', [x, g.list(from), g.list(to), g.list(3), g.list(1)]);
    const upper = g.inner('Neg', [slice(n.size / 2, 2 ** 31)]);
    const turned = g.inner('Concat', [upper, slice(0, n.size / 2)], { axis: -1 });
    return g.inner('Add', [g.inner('Mul', [x, this.cos]), g.inner('Mul', [turned, this.sin])]);
  }

  norm(x, weight) {
    const { g } = this;
    const square = this.reduce('ReduceMean', g.inner('Pow', [x, this.scalar(2)]));
    const root = g.inner('Sqrt', [g.inner('Add', [square, this.scalar(1e-5)])]);
    const normed = g.inner('Mul', [x, g.inner('Div', [this.scalar(1), root])]);
    return g.inner('Mul', [g.constant(this.float, [weight.length], weight), normed]);
  }

  /** Each row rounded to 127ths of its greatest magnitude. */
  quantize(x) {
    const { g } = this;
    const greatest = g.inner('Clip', [this.reduce('ReduceMax', g.inner('Abs', [x])), this.scalar(1e-5)]);
    const scale = g.inner('Mul', [g.inner('Reciprocal', [greatest]), this.scalar(127)]);
    const codes = g.inner('Round', [g.inner('Mul', [x, scale])]);
    return g.inner('Div', [g.inner('Clip', [codes, this.scalar(-128), this.scalar(127)]), scale]);
  }

  product(x, { shape, values }) {
    return this.g.inner('MatMul', [x, this.g.constant(this.float, shape, values)]);
  }

  heads(x, heads) {
    return this.g.inner('Transpose', [this.reshape(x, heads, this.n.size)], { perm: [0, 2, 1, 3] });
  }

  /** Repeats each KV head for the queries of its group. */
  repeat(x) {
    const { g, n } = this;
    const group = n.heads / n.kvHeads;
    // One KV head serves all by broadcasting in the product.
    if (group === 1 || n.kvHeads === 1) return x;
    const wide = g.inner('Expand', [this.unsqueeze(x, 2), g.list(1, 1, group, 1, 1)]);
    const shape = [this.dimension(x, 0), g.list(n.heads), this.dimension(x, 2), g.list(n.size)];
    return g.inner('Reshape', [wide, g.inner('Concat', shape, { axis: 0 })]);
  }

  attention(x, w, layer) {
    const { g, n } = this;
    const codes = this.quantize(x);
    const query = this.rotate(this.heads(this.product(codes, w.q), n.heads));
    const news = [this.rotate(this.heads(this.product(codes, w.k), n.kvHeads)),
                  this.heads(this.product(codes, w.v), n.kvHeads)];
    const [keys, values] = news.map((now, i) => this.repeat(
      this.result('Concat', [this.pasts[layer][i], now], { axis: 2 }, `present.${layer}.${['key', 'value'][i]}`,
                  ['batch', n.kvHeads, 'total', n.size])));
    const scores = g.inner('MatMul', [query, g.inner('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
    const scaled = g.inner('Mul', [scores, this.scalar(Math.fround(n.size ** -0.5))]);
    const weights = g.inner('Softmax', [g.inner('Add', [scaled, this.bias])], { axis: -1 });
    const mixed = g.inner('Transpose', [g.inner('MatMul', [weights, values])], { perm: [0, 2, 1, 3] });
    return this.reshape(mixed, n.heads * n.size);
  }

  activate(gate) {
    const { g } = this;
    if (this.n.activation === 'silu') return g.inner('Mul', [gate, g.inner('Sigmoid', [gate])]);
    return g.inner('Pow', [g.inner('Relu', [gate]), this.scalar(2)]);
  }

  layer(x, w, number) {
    const { g, n } = this;
    const subNorm = (value, weight) => (n.subNorms ? this.norm(value, weight) : value);
    const attended = subNorm(this.attention(this.norm(x, w.norm), w, number), w.subNorm);
    const middle = g.inner('Add', [x, this.product(this.quantize(attended), w.o)]);
    const codes = this.quantize(this.norm(middle, w.ffnNorm));
    const gated = g.inner('Mul', [this.activate(this.product(codes, w.gate)), this.product(codes, w.up)]);
    const down = this.product(this.quantize(subNorm(gated, w.ffnSubNorm)), w.down);
    return g.inner('Add', [middle, down]);
  }
}

/** The logits [tokens, vocabulary] of a whole prompt in double precision. */
async function evaluate(n, weights, ids) {
  const model = new Network(n, weights, 'f64').g.serialize();
  const session = await ort.InferenceSession.create(model,
    { graphOptimizationLevel: 'disabled', logSeverityLevel: 3, intraOpNumThreads: 1 });
  const integers = (values) => new ort.Tensor('int64', makeData('i64', [1, ids.length], values), [1, ids.length]);
  const feeds = { input_ids: integers(ids), attention_mask: integers(() => 1), position_ids: integers((i) => i) };
  for (let layer = 0; layer < n.layers; ++layer)
    for (const part of ['key', 'value'])
      feeds[`past_key_values.${layer}.${part}`] =
        new ort.Tensor('float64', new Float64Array(0), [1, n.kvHeads, 0, n.size]);
  const { logits } = await session.run(feeds);
  await session.release();
  return logits.data;
}

const [work] = process.argv.slice(2);
fs.mkdirSync(work, { recursive: true });
for (const n of networks) {
  const weights = makeWeights(n);
  const ids = Array.from({ length: n.tokens }, () => randomInteger(0, n.vocabulary - 1));
  const file = (extension) => path.join(work, `${n.name}.${extension}`);
  fs.writeFileSync(file('onnx'), new Network(n, weights, 'f32').g.serialize());
  const logits = await evaluate(n, weights, ids);
  writeNpy(file('npy'), 'f32', [n.tokens, n.vocabulary], Float32Array.from(logits));
  const rows = ids.map((_, p) => logits.subarray(p * n.vocabulary, (p + 1) * n.vocabulary));
  const margin = rows.map((row) => {
    const [first, second] = Float64Array.from(row).sort().reverse();
    return first - second;
  });
  const maxAbsLogit = logits.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  fs.writeFileSync(file('json'), JSON.stringify({ cases: [{
    prompt_ids: ids.slice(0, 8), greedy_ids: ids.slice(8), logits: `${n.name}.npy`, margin,
    max_abs_logit: maxAbsLogit }] }));
}
