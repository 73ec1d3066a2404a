// What exporters make of a BitLinear: the forms differ in how activations are
// quantised, how weights are stored, and what surrounds the product.

import { Harness, normal, random, trit } from './harness.mjs';

const test = new Harness();
const sizes = [{ b: 1, s: 1 }, { b: 2, s: 7 }, { b: 1, s: 33 }];

/** max |x| of each row, not below 1e-5. */
function magnitude(g, x) {
  const absolute = g.inner('Abs', [x]);
  const max = g.opset < 18 ? g.inner('ReduceMax', [absolute], { axes: [-1], keepdims: 1 })
                           : g.inner('ReduceMax', [absolute, g.list(-1)], { keepdims: 1 });
  return g.inner('Clip', [max, g.scalar('f32', 1e-5), '']);
}

function round(g, x) {
  return g.inner('Clip', [g.inner('Round', [x]), g.scalar('f32', -128), g.scalar('f32', 127)]);
}

/** The scale 127 / max, as a product with the reciprocal or as a quotient. */
function getScale(g, x, form) {
  const max = magnitude(g, x);
  if (form === 'quotient') return g.inner('Div', [g.scalar('f32', 127), max]);
  return g.inner('Mul', [g.inner('Reciprocal', [max]), g.scalar('f32', 127)]);
}

/** Quantised and scaled back; in training form as a difference to the input. */
function fakeQuantize(g, x, form) {
  const scale = getScale(g, x, form);
  const result = g.inner('Div', [round(g, g.inner('Mul', [x, scale])), scale]);
  if (form !== 'straight-through') return result;
  return g.inner('Add', [x, g.inner('Sub', [result, x])]);
}

const ternary = (size) => () => size * trit();

for (const opset of [13, 17, 21]) {
  for (const form of ['reciprocal', 'quotient', 'straight-through']) {
    // As many depths as forms; only the last is even.
    const [k, n] = { reciprocal: [77, 13], quotient: [45, 64], 'straight-through': [64, 30] }[form];
    const g = test.model(`${form}-${opset}`, { opset });
    const x = g.input('f32', ['b', 's', k], normal), flat = g.input('f32', ['b', k], normal);
    const codes = fakeQuantize(g, x, form), flatCodes = fakeQuantize(g, flat, form);
    const w = (rows, columns, size) => g.constant('f32', [rows, columns], ternary(size));
    const bias = g.constant('f32', [n], () => random() - 0.5);
    const sums = { sums: true };

    g.node('MatMul', [codes, w(k, n, 0.037)], 'f32:3', {}, sums);
    const product = g.inner('MatMul', [codes, w(k, n, 0.21)]);
    g.node('Add', [bias, product], 'f32:3', {}, sums);
    const transposed = g.inner('Transpose', [w(n, k, 1.3)], { perm: [1, 0] });
    g.node('MatMul', [codes, transposed], 'f32:3', {}, sums);
    const unscaled = g.inner('MatMul', [codes, w(k, n, 1)]);
    g.node('Mul', [unscaled, g.constant('f32', [1], [0.0173])], 'f32:3', {}, sums);
    g.node('MatMul', [flatCodes, w(k, 1, 0.5)], 'f32:2', {}, sums);
    await test.check(g, sizes, { layers: 5 });

    // Gemm transposes its weights: rows are outputs already.
    const gemm = test.model(`gemm-${form}-${opset}`, { opset });
    const rows = fakeQuantize(gemm, gemm.input('f32', ['b', k], normal), form);
    const weights = gemm.constant('f32', [n, k], ternary(0.5));
    const added = gemm.constant('f32', [n], () => random() - 0.5);
    gemm.node('Gemm', [rows, weights, added], 'f32:2', { transB: 1 }, sums);
    await test.check(gemm, sizes, { layers: 1 });
  }
}

// Weights of full precision whose quantiser is still in the graph.
for (const straightThrough of [false, true]) {
  const g = test.model(`online${straightThrough ? '-straight-through' : ''}`, { opset: 17 });
  const [k, n] = [51, 23];
  const x = g.input('f32', ['b', 's', k], normal), w = g.constant('f32', [n, k], normal);
  const mean = g.inner('ReduceMean', [g.inner('Abs', [w])], { keepdims: 0 });
  const clipped = g.inner('Clip', [mean, g.scalar('f32', 1e-5), '']);
  const scale = g.inner('Mul', [g.inner('Reciprocal', [clipped]), g.scalar('f32', 1)]);
  const rounded = g.inner('Round', [g.inner('Mul', [w, scale])]);
  const trits = g.inner('Clip', [rounded, g.scalar('f32', -1), g.scalar('f32', 1)]);
  let weights = g.inner('Div', [trits, scale]);
  if (straightThrough) weights = g.inner('Add', [w, g.inner('Sub', [weights, w])]);
  const transposed = g.inner('Transpose', [weights], { perm: [1, 0] });
  const codes = fakeQuantize(g, x, straightThrough ? 'straight-through' : 'reciprocal');
  g.node('MatMul', [codes, transposed], 'f32:3', {}, { sums: true });
  await test.check(g, sizes, { layers: 1 });
}

// The explicit integers: codes of 8 bits, MatMulInteger, and scales after it.
for (const opset of [17, 21]) {
  const g = test.model(`integers-${opset}`, { opset });
  const [k, n] = [83, 19];
  const x = g.input('f32', ['b', 's', k], normal);
  const scale = g.inner('Div', [magnitude(g, x), g.scalar('f32', 127)]);
  const codes = g.inner('Cast', [round(g, g.inner('Div', [x, scale]))], { to: 3 });
  const sum = g.inner('MatMulInteger', [codes, g.constant('i8', [k, n], trit)]);
  g.output(codes, 'i8:3');
  g.output(sum, 'i32:3');
  const factor = g.inner('Mul', [scale, g.constant('f32', [n], () => random() + 0.1)]);
  g.node('Mul', [g.inner('Cast', [sum], { to: 1 }), factor], 'f32:3');
  await test.check(g, sizes, { layers: 1 });
}

// More tokens and rows than a tile has, also where two threads share them: what
// follows the products is computed on each tile.
{
  const g = test.model('tiles', { opset: 17 });
  const [k, n] = [50, 4200];
  const x = g.input('f32', ['b', 's', k], normal), residual = g.input('f32', ['b', 's', n], normal);
  const codes = fakeQuantize(g, x, 'quotient');
  const product = () => g.inner('MatMul', [codes, g.constant('f32', [k, n], ternary(0.11))]);
  g.node('Mul', [g.inner('Relu', [product()]), product()], 'f32:3', {}, { sums: true });
  g.node('Add', [residual, product()], 'f32:3', {}, { sums: true });
  await test.check(g, [{ b: 2, s: 39 }, { b: 1, s: 3 }], { layers: 3 });
}

// Weights that are not ternary stay in float, and agree as well.
{
  const g = test.model('dense', { opset: 17 });
  const x = g.input('f32', ['b', 's', 40], normal);
  const codes = fakeQuantize(g, x, 'reciprocal');
  g.node('MatMul', [codes, g.constant('f32', [40, 9], normal)], 'f32:3', {}, { sums: true });
  g.node('MatMul', [x, g.constant('f32', [40, 9], trit)], 'f32:3', {}, { sums: true });
  await test.check(g, sizes);
}

test.finish();
