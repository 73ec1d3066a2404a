// The demo model with caches that are inputs and outputs, as in its file: any
// batch, number of new tokens and length of the past in one object.

import fs from 'node:fs';
import { Harness, normal, randomInteger } from './harness.mjs';

const test = new Harness();
const [model] = process.argv.slice(4);
test.only = undefined;

const integers = (name, length, values) =>
  ({ name, type: 'i64', shape: ['batch', length], values });
const caches = [0, 1, 2, 3].flatMap((layer) => ['key', 'value'].map((part) => `${layer}.${part}`));
// One code of 8 bits that rounds the other way moves a value by a few per mille.
const close = { type: 'f32', sums: true, tolerance: 0.04 };
const graph = {
  name: 'stateless',
  serialize: () => fs.readFileSync(model),
  inputs: [
    integers('input_ids', 'sequence', () => randomInteger(0, 255)),
    integers('attention_mask', 'total', () => 1),
    // Positions go on where the past ends.
    integers('position_ids', 'sequence', (i, { past, sequence }) => past + i % sequence),
    ...caches.map((cache) => ({ name: `past_key_values.${cache}`, type: 'f32',
                                shape: ['batch', 2, 'past', 64], values: normal })),
  ],
  outputs: [{ name: 'logits', ...close },
            ...caches.map((cache) => ({ name: `present.${cache}`, ...close }))],
};

const sizes = [[1, 0, 9], [2, 5, 3], [3, 20, 1], [1, 7, 40]].map(
  ([batch, past, sequence]) => ({ batch, past, sequence, total: past + sequence }));
await test.check(graph, sizes, { cpus: ['host'], flags: ['--stateful=false'], layers: 28 });
test.finish();
