// Outputs that are an input, a constant, another output, or a view of one: the
// caller's buffers must all be filled.

import { Harness } from './harness.mjs';

const test = new Harness();
const sizes = [{ m: 5 }, { m: 1 }, { m: 0 }];

for (const op of ['Identity', 'Relu']) {
  const g = test.model(`same-${op}`);
  const x = g.input('f32', ['m', 6]);
  g.node(op, [x], 'f32:2');
  g.node(op, [x], 'f32:2');
  const inner = g.inner(op, [x]);
  g.node('Reshape', [inner, g.list(0, 2, 3)], 'f32:3');
  g.node('Reshape', [inner, g.list(-1)], 'f32:1');
  g.node('Unsqueeze', [inner, g.list(1)], 'f32:3');
  await test.check(g, sizes);
}

{
  const g = test.model('inputs');
  const x = g.input('f32', ['m', 6]), c = g.constant('f32', [3], [1, 2, 3]);
  g.node('Identity', [c], 'f32:1');
  g.node('Identity', [c], 'f32:1');
  g.node('Cast', [x], 'f32:2', { to: 1 });
  g.node('Clip', [x], 'f32:2');
  g.node('Max', [x], 'f32:2');
  g.node('Slice', [x, g.list(0), g.list(2n ** 63n - 1n)], 'f32:2');
  g.node('Slice', [x, g.list(2), g.list(5), g.list(1)], 'f32:2');
  g.node('Neg', [x], 'f32:2');
  g.node('Concat', [x], 'f32:2', { axis: 0 });
  for (const type of ['u8', 'i64', 'i1'])
    g.node('Identity', [g.input(type, ['m'])], `${type}:1`);
  await test.check(g, sizes);
}

test.finish();
