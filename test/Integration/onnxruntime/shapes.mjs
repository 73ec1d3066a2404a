// The operators that move elements, and those that reduce rows.

import { Float, Harness, random } from './harness.mjs';

const test = new Harness();
const sizes = [{ m: 5, p: 2 }, { m: 1, p: 1 }, { m: 19, p: 3 }];
const end = 2n ** 63n - 1n;

for (const opset of [17, 21]) {
  await test.checkParts(`shapes-${opset}`, { opset }, (g) => {
    const x = g.input('f32', ['m', 8]), y = g.input('f32', ['m', 8]);
    const a = g.input('f32', ['p', 1, 'm', 8]), w = g.input('f32', [8, 3]);
    g.node('Transpose', [a], 'f32:4', { perm: [0, 3, 1, 2] });
    g.node('Transpose', [x], 'f32:2');
    g.node('Reshape', [a, g.list(0, -1, 4)], 'f32:3');
    g.node('Flatten', [a], 'f32:2', { axis: 2 });
    g.node('Expand', [a, g.list(1, 4, 1, 1)], 'f32:4');
    g.node('Slice', [a, g.list(1), g.list(7), g.list(3), g.list(2)], 'f32:4');
    g.node('Slice', [x, g.list(-2), g.list(2n ** 63n - 1n), g.list(1)], 'f32:2');
    g.node('Concat', [x, y, x], 'f32:2', { axis: 1 });
    g.node('Concat', [x, y], 'f32:2', { axis: 0 });
    const none = g.inner('Slice', [y, g.list(8), g.list(end), g.list(1)]);
    g.node('Concat', [none, x, none], 'f32:2', { axis: 1 });
    g.node('Concat', [none, none], 'f32:2', { axis: 1 });
    g.node('Split', [x, g.list(6, 2)], 'f32:2 f32:2', { axis: 1 });
    const indices = g.input('i64', [2, 3], [0, 7, -1, -8, 3, 2]);
    g.node('Gather', [x, indices], 'f32:3', { axis: 1 });
    g.node('Gather', [w, indices], 'f32:3', { axis: 0 });
    g.node('Gather', [x, g.scalar('i64', -1)], 'f32:1', { axis: 1 });
    g.node('Trilu', [x], 'f32:2', { upper: 0 });
    g.node('Trilu', [x, g.scalar('i64', 1)], 'f32:2');
    g.node('Unsqueeze', [x, g.list(0, -1)], 'f32:4');
    g.node('Squeeze', [a, g.list(1)], 'f32:3');
    g.node('Shape', [a], 'i64:1');
    g.node('Size', [a], 'i64:0');
    // Nothing, from the end of an axis on.
    g.node('Slice', [x, g.list(8), g.list(end), g.list(1)], 'f32:2');
    g.node('Slice', [a, g.list(3, 6), g.list(3, 2), g.list(0, 3)], 'f32:4');
    g.node('Split', [x, g.list(8, 0)], 'f32:2 f32:2', { axis: 1 });
    g.node('Split', [x, g.list(0, 3, 5)], 'f32:2 f32:2 f32:2', { axis: 1 });
    // Bounds that an axis of the call may not reach.
    for (const [from, to] of [[0, 4], [2, 4], [0, -2], [-3, end], [-4, -1], [3, -3], [-1, 0],
                           [end, -end], [-end, end]])
      g.node('Slice', [x, g.list(from), g.list(to), g.list(0)], 'f32:2');
    g.node('Slice', [a, g.list(1, -2), g.list(9, end), g.list(0, 2), g.list(2, 1)], 'f32:4');
    g.node('Slice', [g.inner('Shape', [a]), g.inner('Shape', [g.input('f32', ['p'])]), g.list(4)], 'i64:1');
    // One element that is there.
    g.node('Slice', [x, g.list(-1), g.list(end), g.list(0)], 'f32:2');
    g.node('Slice', [x, g.list(0), g.list(1), g.list(0)], 'f32:2');
    // What shapes say, combined: the rows are as many as themselves.
    const rows = g.inner('Shape', [x]), limit = g.list(0, 0);
    const yes = g.inner('And', [g.inner('Equal', [rows, rows]), g.inner('GreaterOrEqual', [rows, limit])]);
    const no = g.inner('Not', [g.inner('Or', [yes, g.inner('Equal', [rows, g.list(-1, 9)])])]);
    const either = g.inner('Xor', [no, yes]);
    g.node('Reshape', [y, g.inner('Where', [either, rows, limit])], 'f32:2');
    g.node('Expand', [g.input('f32', ['m', 1]), g.inner('Where', [no, limit, rows])], 'f32:2');
    if (opset >= 18) g.node('Split', [x], 'f32:2 f32:2 f32:2', { axis: 1, num_outputs: 3 });
  }, sizes);

  await test.checkParts(`reductions-${opset}`, { opset }, (g) => {
    const x = g.input('f32', ['m', 8], () => random() + 0.5), a = g.input('f32', ['p', 3, 'm', 8]);
    const i = g.input('i32', ['m', 8]), sums = { sums: true };
    for (const op of ['ReduceMax', 'ReduceMin', 'ReduceMean', 'ReduceProd', 'ReduceSumSquare', 'ReduceSum']) {
      for (const [axis, keepdims] of [[-1, 1], [0, 0]]) {
        const isInput = opset >= 18 || op === 'ReduceSum';
        g.node(op, isInput ? [x, g.list(axis)] : [x], `f32:${1 + keepdims}`,
               isInput ? { keepdims } : { axes: [axis], keepdims }, sums);
      }
    }
    g.node('ReduceMax', [i], 'i32:2');
    g.node('ReduceSum', [a, g.list(1, 3)], 'f32:2', { keepdims: 0 }, sums);
    g.node('Softmax', [x], 'f32:2');
    g.node('Softmax', [a], 'f32:4', { axis: 2 });
    const scale = g.input('f32', [8]), bias = g.input('f32', [8]);
    g.node('LayerNormalization', [a, scale, bias], 'f32:4', {}, sums);
    g.node('LayerNormalization', [a, scale, bias], 'f32:4 f32:4 f32:4', {}, sums);
    g.node('LayerNormalization', [x, scale], 'f32:2 f32:2 f32:2', { epsilon: new Float(0.25) }, sums);
    g.node('SimplifiedLayerNormalization', [a, scale], 'f32:4',
           { axis: -1, epsilon: new Float(1e-5), stash_type: 1 }, sums);
  }, sizes);
}

// Shapes whose factors only run time knows.
await test.checkParts('unknown-factors', { opset: 17 }, (g) => {
  const x = g.input('f32', ['m', 8]), y = g.input('f32', ['p', 'q']), z = g.input('f32', ['r']);
  const one = g.input('f32', ['s', 't', 2]), all = g.input('f32', [4, 6]);
  for (const [value, like] of [[x, y], [y, x], [x, z], [z, y], [one, y], [y, all], [all, y]])
    g.node('Reshape', [value, g.inner('Shape', [like])], `f32:${{ [x]: 2, [y]: 2, [z]: 1, [all]: 2 }[like]}`);
}, [{ m: 3, p: 2, q: 12, r: 24, s: 4, t: 3 }, { m: 3, p: 24, q: 1, r: 24, s: 1, t: 12 }]);

// Operators that were other ones once.
for (const opset of [7, 9, 10]) {
  await test.checkParts(`old-${opset}`, { opset }, (g) => {
    const x = g.input('f32', ['m', 8]);
    if (opset < 10) {
      g.node('Slice', [x], 'f32:2', { starts: [1, -3], ends: [4, 8], axes: [0, 1] });
      g.node('Slice', [x], 'f32:2', { starts: [0], ends: [2] });
    }
    g.node('Clip', [x], 'f32:2', { min: new Float(-1), max: new Float(1.5) });
    g.node('Clip', [x], 'f32:2', { min: new Float(0) });
    g.node('Clip', [x], 'f32:2');
    g.node('Softmax', [x], 'f32:2', { axis: 1 });
    g.node('MatMul', [x, g.input('f32', [8, 3])], 'f32:2', {}, { sums: true });
  }, sizes);
}

test.finish();
