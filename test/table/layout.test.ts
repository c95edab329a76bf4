import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { createSadMemory, sadBytes } from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { define } from '../model/definition.js';

describe('table/layout', () => {
  it('puts every array on cache lines of its own', () => {
    const { records, index, addresses, control, counters } = createSadMemory(1000, 3, 1);
    const arrays = [records, index, addresses, control, ...counters].sort(
      (a, b) => a.byteOffset - b.byteOffset,
    );
    let end = 0;
    for (const array of arrays) {
      assert.equal(array.byteOffset % 64, 0);
      assert.ok(array.byteOffset >= end);
      end = array.byteOffset + array.byteLength;
    }
    assert.equal(arrays.length, 7);
  });

  it('takes less than 165 MB for a million SAs', () => {
    assert.ok(sadBytes(createSadMemory(1_000_000, 1, 1)) < 165e6);
  });

  it('has room for two addresses of its own in each of as many SAs as it may hold', () => {
    const writer = new SadWriter(createSadMemory(5000, 1, 1));
    for (let i = 0; i < 5000; i++) {
      const last = `${i >> 8}.${i & 255}`;
      writer.insert(define({ spi: 256 + i, src: `198.51.${last}`, toSrc: `203.0.${last}` }));
    }
    assert.equal(writer.size, 5000);
  });

  it('falls back to plain shared memory where addresses are limited', async () => {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       globalThis.WebAssembly = { Memory: class { constructor() { throw new RangeError('no addresses left'); } } };
       import(workerData).then(({ createSadMemory }) => {
         const memory = createSadMemory(1000, 1, 1);
         parentPort.postMessage(memory.records.buffer instanceof SharedArrayBuffer && memory.records.length);
       });`,
      { eval: true, workerData: new URL('../../src/table/layout.js', import.meta.url).href },
    );
    const words = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    assert.equal(words, (1000 + 1024 + 1) * 16);
  });

  it('refuses sizes that it cannot hold', () => {
    assert.throws(() => createSadMemory(0, 1, 1), /^RangeError: max-sas 0 is not within 1-1048576$/);
    assert.throws(() => createSadMemory(1_048_577, 1, 1), RangeError);
    assert.throws(() => createSadMemory(1, 0, 1), /^RangeError: workers 0 is not within 1-256$/);
  });
});
