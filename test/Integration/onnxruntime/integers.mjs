// The operators of the standard integer form.

import { Float, Harness, random, randomInteger, trit } from './harness.mjs';

const test = new Harness();
const sizes = [{ m: 5 }, { m: 1 }, { m: 18 }];
const scales = () => random() * 0.1 + 0.01;

{
  const g = test.model('matmulinteger', { opset: 21 });
  const k = 37, n = 11;
  const a = { i8: g.input('i8', ['m', k]), u8: g.input('u8', ['m', k]) };
  const b = { i8: g.input('i8', [k, n]), u8: g.input('u8', [k, n]) };
  for (const left of ['i8', 'u8']) {
    for (const right of ['i8', 'u8']) {
      const x = a[left], y = b[right];
      const zero = g.input(left, []), other = g.input(right, []), columns = g.input(right, [n]);
      g.node('MatMulInteger', [x, y], 'i32:2');
      g.node('MatMulInteger', [x, y, zero], 'i32:2');
      g.node('MatMulInteger', [x, y, zero, other], 'i32:2');
      g.node('MatMulInteger', [x, y, '', columns], 'i32:2');
      g.node('MatMulInteger', [x, y, zero, columns], 'i32:2');
    }
  }
  g.node('MatMulInteger', [g.input('u8', ['m', 3, k]), b.i8, g.input('u8', [])], 'i32:3');
  g.node('MatMulInteger', [g.input('u8', ['m', 3, k]), g.input('i8', ['m', k, 2])], 'i32:3');
  await test.check(g, sizes);
}

// Ternary weights become ternary products where the activations are signed.
for (const [k, n] of [[64, 32], [77, 13], [1, 1], [300, 5]]) {
  const g = test.model(`ternary-${k}x${n}`, { opset: 17 });
  const w = () => g.constant('i8', [k, n], trit);
  g.node('MatMulInteger', [g.input('i8', ['m', k]), w()], 'i32:2');
  g.node('MatMulInteger', [g.input('i8', ['m', 3, k], () => -128), w()], 'i32:3');
  await test.check(g, sizes, { layers: 2 });
}
{
  const g = test.model('ternary-zeros', { opset: 17 });
  const codes = g.constant('u8', [20, 6], () => randomInteger(0, 2));
  g.node('MatMulInteger', [g.input('i8', ['m', 20]), codes, '', g.scalar('u8', 1)], 'i32:2');
  await test.check(g, sizes, { layers: undefined });
}
{
  const g = test.model('ternary-unsigned', { opset: 17 });
  const w = g.constant('i8', [20, 6], trit);
  g.node('MatMulInteger', [g.input('u8', ['m', 20]), w], 'i32:2');
  g.node('MatMulInteger', [g.input('u8', ['m', 20]), w, g.scalar('u8', 128)], 'i32:2');
  await test.check(g, sizes, { layers: undefined });
}

{
  await test.checkParts('quantize', { opset: 21 }, (g) => {
    const x = g.input('f32', ['m', 8]), scale = g.scalar('f32', 0.0371);
    const axis = g.constant('f32', [8], scales);
    g.node('DynamicQuantizeLinear', [x], 'u8:2 f32:0 u8:0');
    g.node('DynamicQuantizeLinear', [g.input('f32', ['m', 3], () => random() + 1)], 'u8:2 f32:0 u8:0');
    g.node('DynamicQuantizeLinear', [g.input('f32', [4], () => 0)], 'u8:1 f32:0 u8:0');
    for (const type of ['i8', 'u8']) {
      g.node('QuantizeLinear', [x, scale, g.input(type, [])], `${type}:2`);
      g.node('QuantizeLinear', [x, axis, g.input(type, [8])], `${type}:2`, { axis: 1 });
      g.node('QuantizeLinear', [x, axis, g.constant(type, [8])], `${type}:2`, { axis: -1 });
      const q = g.input(type, ['m', 8]);
      g.node('DequantizeLinear', [q, scale, g.input(type, [])], 'f32:2');
      g.node('DequantizeLinear', [q, scale], 'f32:2');
      g.node('DequantizeLinear', [q, axis, g.input(type, [8])], 'f32:2', { axis: 1 });
      g.node('DequantizeLinear', [g.input(type, [5, 'm']), g.input('f32', [5])], 'f32:2', { axis: 0 });
      g.node('DequantizeLinear', [q, g.input('f32', ['m', 2]), g.input(type, ['m', 2])], 'f32:2',
             { axis: 1, block_size: 4 });
    }
    g.node('QuantizeLinear', [x, scale], 'u8:2');
    g.node('QuantizeLinear', [g.input('f32', [9], (i) => i - 4.5), g.scalar('f32', 1),
                              g.scalar('i8', 0)], 'i8:1');
    g.node('QuantizeLinear', [g.input('f32', [8, 'm']), g.input('f32', [2, 'm'], scales)], 'i8:2',
           { axis: 0, block_size: 4, output_dtype: 3 });
    g.node('DequantizeLinear', [g.input('i32', ['m']), scale], 'f32:1');
  }, sizes);
}

{
  const g = test.model('qlinearmatmul', { opset: 21 });
  const k = 19, n = 3, scale = g.scalar('f32', 0.0371);
  for (const type of ['i8', 'u8']) {
    const a = g.input(type, ['m', k]), b = g.input(type, [k, n]);
    const zero = g.input(type, []), out = g.scalar('f32', 0.9);
    g.node('QLinearMatMul', [a, scale, zero, b, scale, g.input(type, []), out, zero], `${type}:2`);
    const columns = g.constant('f32', [n], scales);
    g.node('QLinearMatMul', [a, scale, zero, b, columns, g.constant(type, [n], () => 0), out,
                             g.input(type, [])], `${type}:2`);
  }
  await test.check(g, sizes);
}

for (const opset of [13, 21]) {
  const g = test.model(`gemm-${opset}`, { opset });
  const x = g.input('f32', ['m', 13]), t = g.input('f32', [13, 'm']);
  const w = g.input('f32', [13, 3]), v = g.input('f32', [3, 13]), b = g.input('f32', [3]);
  const sums = { sums: true };
  g.node('Gemm', [x, w], 'f32:2', {}, sums);
  g.node('Gemm', [x, v, b], 'f32:2', { transB: 1, alpha: new Float(0.5), beta: new Float(2) }, sums);
  g.node('Gemm', [t, w, g.input('f32', ['m', 1])], 'f32:2', { transA: 1 }, sums);
  g.node('Gemm', [t, v, g.input('f32', [])], 'f32:2', { transA: 1, transB: 1, beta: new Float(-1) }, sums);
  g.node('Gemm', [x, w, b], 'f32:2', { beta: new Float(0), alpha: new Float(3) }, sums);
  for (const shape of [['m', 13], [2, 'm', 13], ['m', 2, 1, 13]])
    g.node('MatMul', [g.input('f32', shape), w], `f32:${shape.length}`, {}, sums);
  g.node('MatMul', [g.input('f32', [2, 'm', 13]), g.input('f32', [2, 13, 4])], 'f32:3', {}, sums);
  g.node('MatMul', [g.input('f32', [2, 1, 'm', 13]), g.input('f32', [5, 13, 4])], 'f32:4', {}, sums);
  const vector = g.input('f32', [13]);
  g.node('MatMul', [vector, w], 'f32:1', {}, sums);
  g.node('MatMul', [x, vector], 'f32:1', {}, sums);
  g.node('MatMul', [vector, g.input('f32', [13])], 'f32:0', {}, sums);
  g.node('MatMul', [vector, g.input('f32', [5, 13, 4])], 'f32:2', {}, sums);
  await test.check(g, sizes);
}

test.finish();
