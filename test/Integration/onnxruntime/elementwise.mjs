// The operators that compute each element on its own.

import { Harness, random, randomInteger } from './harness.mjs';

const test = new Harness();
const sizes = [{ m: 5 }, { m: 1 }, { m: 0 }, { m: 33 }];

for (const opset of [17, 21]) {
  await test.checkParts(`floats-${opset}`, { opset }, (g) => {
    const x = g.input('f32', ['m', 7]), row = g.input('f32', [7]), column = g.input('f32', ['m', 1]);
    const positive = g.input('f32', ['m', 7], () => random() * 4 + 0.1);
    const halves = g.input('f32', ['m', 7], () => randomInteger(-9, 9) / 2);
    const special = g.input('f32', [6], [NaN, Infinity, -Infinity, -0, 0, 1]);
    for (const op of ['Abs', 'Neg', 'Cos', 'Sin', 'Exp', 'Floor', 'Ceil', 'Reciprocal', 'Relu',
                      'Sign', 'Tanh', 'Erf'])
      g.node(op, [x], 'f32:2');
    // ONNX Runtime's is a rational function that is off by this much.
    g.node('Sigmoid', [x], 'f32:2', {}, { tolerance: 5e-6 });
    g.node('Round', [halves], 'f32:2');
    for (const op of ['Log', 'Sqrt']) g.node(op, [positive], 'f32:2');
    for (const op of ['Abs', 'Neg', 'Floor', 'Round', 'Relu', 'Exp', 'Tanh', 'Sigmoid'])
      g.node(op, [special], 'f32:1');
    for (const op of ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']) {
      g.node(op, [x, row], 'f32:2');
      g.node(op, [row, column], 'f32:2');
      g.node(op, [g.scalar('f32', 1.5), x], 'f32:2');
    }
    g.node('Max', [x, row, column], 'f32:2');
    g.node('Pow', [positive, x], 'f32:2', {}, { tolerance: 4e-6 });
    for (const exponent of [2, 3, 1.5, -2]) g.node('Pow', [positive, g.scalar('f32', exponent)], 'f32:2');
    g.node('Pow', [x, g.scalar('i64', 2)], 'f32:2');
    g.node('Mod', [x, positive], 'f32:2', { fmod: 1 });
    g.node('Clip', [x, g.scalar('f32', -1), g.scalar('f32', 1.5)], 'f32:2');
    g.node('Clip', [x, '', g.scalar('f32', 1.5)], 'f32:2');
    g.node('Clip', [x, g.scalar('f32', -1)], 'f32:2');
    for (const op of ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']) {
      g.node(op, [halves, g.scalar('f32', 0.5)], 'i1:2');
      g.node(op, [special, g.scalar('f32', 0)], 'i1:1');
    }
    g.node('Where', [g.inner('Less', [x, row]), x, column], 'f32:2');
  }, sizes);
}

{
  await test.checkParts('integers', { opset: 18 }, (g) => {
    const i = g.input('i32', ['m', 12], () => randomInteger(-20, 20));
    const j = g.input('i32', [12], (k) => (k % 2 ? 3 : -4));
    const u = g.input('u8', ['m', 12]), v = g.input('u8', ['m', 12], () => randomInteger(1, 255));
    const s = g.input('i8', ['m', 12]), l = g.input('i64', ['m', 12]);
    const b = g.input('i1', ['m', 12]), c = g.input('i1', [12]);
    for (const op of ['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min']) g.node(op, [i, j], 'i32:2');
    for (const op of ['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min']) g.node(op, [u, v], 'u8:2');
    for (const op of ['Max', 'Min']) g.node(op, [s, g.scalar('i8', -3)], 'i8:2');
    for (const op of ['Add', 'Mul', 'Max']) g.node(op, [l, g.scalar('i64', -7)], 'i64:2');
    g.node('Mod', [i, j], 'i32:2', { fmod: 1 });
    for (const op of ['Abs', 'Neg']) g.node(op, [i], 'i32:2');
    for (const op of ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']) {
      g.node(op, [i, j], 'i1:2');
      if (op !== 'Equal') g.node(op, [u, v], 'i1:2');
    }
    for (const op of ['And', 'Or', 'Xor']) g.node(op, [b, c], 'i1:2');
    g.node('Not', [b], 'i1:2');
    g.node('Where', [b, i, j], 'i32:2');
    for (const direction of ['LEFT', 'RIGHT']) g.node('BitShift', [u, g.scalar('u8', 3)], 'u8:2', { direction });
    for (const op of ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor']) g.node(op, [u, v], 'u8:2');
    g.node('BitwiseNot', [u], 'u8:2');
    // Exponents that only run time knows, of each type.
    const few = g.input('i32', ['m', 12], () => randomInteger(0, 5));
    g.node('Pow', [i, few], 'i32:2');
    g.node('Pow', [l, g.inner('Cast', [few], { to: 7 })], 'i64:2');
    g.node('Pow', [g.inner('Abs', [i]), g.input('f32', ['m', 12], () => randomInteger(0, 9) / 2)], 'i32:2');
    g.node('Pow', [g.input('f32', ['m', 12], () => random() + 0.5), few], 'f32:2', {}, { tolerance: 4e-6 });
    g.node('Clip', [i, g.scalar('i32', -2), g.scalar('i32', 5)], 'i32:2');
  }, sizes);
}

{
  // Through 16-bit floats, which not every processor converts: ties, overflow and
  // what has no normal number.
  const graph = test.model('halves', { opset: 19 });
  for (const from of ['f32', 'f64']) {
    const x = graph.input(from, ['m', 9], () => random() * 8 - 4), wide = graph.input(from, [10],
      [1 + 2 ** -11, 1 + 2 ** -8, 65519, 65520, -(2 ** -25), 3 * 2 ** -25, Infinity, NaN, -0, 3e38]);
    for (const to of [10, 16])
      for (const value of [x, wide])
        graph.node('Cast', [graph.inner('Cast', [value], { to })], value === x ? 'f32:2' : 'f32:1', { to: 1 });
  }
  await test.check(graph, sizes, { cpus: ['x86-64-v2', 'x86-64-v3', 'host'] });

  await test.checkParts('casts', { opset: 19 }, (g) => {
    const codes = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, i1: 9 };
    for (const from of Object.keys(codes)) {
      for (const to of Object.keys(codes)) {
        // aliases.mjs has the casts that change nothing.
        if (from === to || (/8/.test(from) && /8/.test(to))) continue;
        // What a float outside of an integer's range becomes is nobody's promise.
        const float = to === 'u8' ? () => random() * 255 : () => random() * 254 - 127;
        const x = g.input(from, ['m', 9], from === 'f32' ? float : undefined);
        g.node('Cast', [x], `${to}:2`, { to: codes[to] });
      }
    }
    g.node('CastLike', [g.input('i32', ['m']), g.input('f32', [1])], 'f32:1');
  }, sizes);
}

test.finish();
