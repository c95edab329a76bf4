import assert from 'node:assert/strict';
import { createSadMemory, R_SLOT, R_SPI, RECORD_SHIFT } from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { define } from '../model/definition.js';
import { lookupAll } from '../model/sad.js';

describe('table/reader', () => {
  it('fetches the very lines that the lookups read, and none outside the table', () => {
    const memory = createSadMemory(4, 1, 1);
    const writer = new SadWriter(memory);
    const sas = [0x1001, 0x1002, 0x1003, 0x1004].map((spi) => define({ spi }));
    for (const sa of sas) writer.insert(sa);
    const reads: number[] = [];
    const records = new Proxy(memory.records, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads.push(Number(key));
        return Reflect.get(target, key, target);
      },
    });
    const reader = new SadReader({ ...memory, records }, 0, 5);
    const unknown = define({ spi: 0x1005 });
    const queries = [...sas, unknown].map(({ match }) => ({
      ...match,
      source: match.destination,
      sourcePort: 0,
    }));
    const found = lookupAll(reader, queries);
    assert.deepEqual(
      reads.slice(0, 4).map((at) => at >>> RECORD_SHIFT),
      found.slice(0, 4).map((record) => record >>> RECORD_SHIFT),
    );
    // The number of the SA, by which the line of its counters is found.
    assert.ok(reads.slice(0, 4).every((at) => (at & ((1 << RECORD_SHIFT) - 1)) === R_SLOT));
    assert.ok(reads.every((at) => at >= 0 && at < memory.records.length));
    assert.deepEqual(
      found.slice(0, 4).map((record) => memory.records[record + R_SPI]),
      [0x1001, 0x1002, 0x1003, 0x1004],
    );
  });
});
