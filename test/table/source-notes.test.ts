import assert from 'node:assert/strict';
import { LatestSources } from '../../src/table/latest-source.js';
import {
  createSadMemory,
  latestSourceCapacity,
  type SadMemory,
  SOURCE_ADDRESS,
  SOURCE_PORT,
  SOURCE_STRIDE,
  sourceWords,
} from '../../src/table/layout.js';
import { SourceNotes } from '../../src/table/source-notes.js';

type Words = [s0: number, s1: number, s2: number, s3: number, port: number];

const HERE: Words = [0x20010db8, 0x10000, 0, 1, 4500];
const THERE: Words = [0x20010db8, 0x20000, 0, 1, 4500];

function readAll(memory: SadMemory, sa: number): number[] | undefined {
  const latest = new LatestSources(memory);
  return latest.read(sa) ? [...latest.address, latest.port] : undefined;
}

describe('table/source-notes', () => {
  it('notes an IPv4 source beside the counters of the worker', () => {
    const memory = createSadMemory(64, 2, 1);
    new SourceNotes(memory, 1).noteIpv4(3, 0x0a000001, 4501);
    const words = sourceWords(memory.counters[1]!);
    const at = 2 * SOURCE_STRIDE;
    assert.deepEqual([words[at + SOURCE_ADDRESS], words[at + SOURCE_PORT]], [0x0a000001, 4501]);
    assert.ok(sourceWords(memory.counters[0]!).every((word) => word === 0));
  });

  it('follows a change of any word of an IPv6 source, and of the port alone', () => {
    const memory = createSadMemory(64, 1, 1);
    const notes = new SourceNotes(memory, 0);
    const words: Words = [...HERE];
    for (let i = 0; i < words.length; i++) {
      words[i] = words[i]! ^ 0x101;
      notes.noteIpv6(1, ...words);
      assert.deepEqual(readAll(memory, 1), words);
    }
  });

  it('says what came last, though a source comes back to a worker that has noted it before', () => {
    const memory = createSadMemory(64, 2, 1);
    const [one, other] = [new SourceNotes(memory, 0), new SourceNotes(memory, 1)];
    one.noteIpv6(5, ...HERE);
    other.noteIpv6(5, ...THERE);
    assert.deepEqual(readAll(memory, 5), THERE);
    one.noteIpv6(5, ...HERE);
    assert.deepEqual(readAll(memory, 5), HERE);
  });

  it('notes again what another SA has displaced from a place that both share', () => {
    const maxSas = 100_000;
    const memory = createSadMemory(maxSas, 2, 1);
    const [one, other] = [new SourceNotes(memory, 0), new SourceNotes(memory, 1)];
    const sharing = 7 + latestSourceCapacity(maxSas);
    one.noteIpv6(7, ...HERE);
    other.noteIpv6(sharing, ...THERE);
    assert.deepEqual([readAll(memory, 7), readAll(memory, sharing)], [undefined, THERE]);
    one.noteIpv6(7, ...HERE);
    assert.deepEqual([readAll(memory, 7), readAll(memory, sharing)], [HERE, undefined]);
  });

  it('notes the same source again when somebody else was just writing there', () => {
    const memory = createSadMemory(64, 1, 1);
    const notes = new SourceNotes(memory, 0);
    memory.latestSources.fill(1);
    notes.noteIpv6(1, ...HERE);
    memory.latestSources.fill(0);
    notes.noteIpv6(1, ...HERE);
    assert.deepEqual(readAll(memory, 1), HERE);
  });
});
