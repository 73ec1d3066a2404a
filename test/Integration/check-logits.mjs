// Scores every prompt of a reference with a compiled model and compares the
// logits of every position with the reference's.
//
//   node check-logits.mjs BITNET_RUN MODEL.so REFERENCE.json WORK_DIR [MEDIAN]
//
// Each position may differ by 4 % of the prompt's greatest logit, the median
// position by MEDIAN (0.005, which is 0.5 %), and the most likely token must be
// the same wherever the reference is sure of it by more than 8 %. Fed at once
// and token by token, with one thread and two, which must give the same bits.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [bitnetRun, model, reference, work, median = 0.005] = process.argv.slice(2);
const limits = { position: 0.04, median: +median, margin: 0.08 };

/** The data of a little-endian f32 .npy file, and its shape. */
function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!header.includes("'<f4'")) throw new Error(`${file}: not f32: ${header}`);
  const shape = header.match(/\(([^)]*)\)/)[1].split(',').filter((s) => s.trim()).map(Number);
  const copy = Uint8Array.from(bytes.subarray(start));
  return { shape, data: new Float32Array(copy.buffer) };
}

function argmax(row) {
  let best = 0;
  for (let i = 1; i < row.length; ++i) if (row[i] > row[best]) best = i;
  return best;
}

function score(ids, threads, oneByOne) {
  fs.mkdirSync(work, { recursive: true });
  const args = [model, '--score-ids', ids.join(','), '--outputs', work, '--threads', `${threads}`];
  if (oneByOne) args.push('--one-by-one');
  execFileSync(bitnetRun, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return readNpy(path.join(work, 'logits.npy'));
}

const cases = JSON.parse(fs.readFileSync(reference)).cases;
let failures = 0;
const fail = (text) => {
  ++failures;
  console.log(`FAIL ${text}`);
};

for (const [number, test] of cases.entries()) {
  const ids = [...test.prompt_ids, ...test.greedy_ids];
  const expected = readNpy(path.join(path.dirname(reference), test.logits));
  const vocabulary = expected.shape[1];
  for (const oneByOne of [false, true]) {
    const [one, two] = [1, 2].map((threads) => score(ids, threads, oneByOne));
    const name = `prompt ${number}${oneByOne ? ', one by one' : ''}`;
    if (one.data.length !== expected.data.length)
      fail(`${name}: ${one.data.length} logits, expected ${expected.data.length}`);
    if (Buffer.compare(Buffer.from(one.data.buffer), Buffer.from(two.data.buffer)) !== 0)
      fail(`${name}: two threads give other bits than one`);
    const differences = [];
    for (let p = 0; p < ids.length; ++p) {
      const rows = [one, expected].map((x) =>
        x.data.subarray(p * vocabulary, (p + 1) * vocabulary));
      let greatest = 0;
      for (let i = 0; i < vocabulary; ++i) {
        const difference = Math.abs(rows[0][i] - rows[1][i]);
        // Written so that a NaN counts.
        if (!(difference <= greatest)) greatest = Number.isNaN(difference) ? Infinity : difference;
      }
      differences.push(greatest / test.max_abs_logit);
      const sure = test.margin[p] > limits.margin * test.max_abs_logit;
      if (sure && argmax(rows[0]) !== argmax(rows[1]))
        fail(`${name}: position ${p}: another token is the most likely`);
      if (!(differences[p] <= limits.position))
        fail(`${name}: position ${p} differs by ${(100 * differences[p]).toFixed(2)} %`);
    }
    const sorted = [...differences].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    if (!(median <= limits.median)) fail(`${name}: the median is ${(100 * median).toFixed(3)} %`);
    console.log(`${name}: greatest ${(100 * sorted.at(-1)).toFixed(2)} %, ` +
                `median ${(100 * median).toFixed(3)} %`);
  }
}
console.log(failures ? `${failures} failures` : 'all positions agree');
process.exit(failures ? 1 : 0);
