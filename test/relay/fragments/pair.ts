/** The table of virtual reassembly with the model beside it: whatever is done to both must look the same. */
import assert from 'node:assert/strict';
import {
  createFragmentMemory,
  type FragmentMemory,
  type FragmentMemoryOptions,
} from '../../../src/relay/fragments/memory.js';
import {
  COLLECT,
  DEATH_LIMIT,
  DEATH_OVERLAP,
  DEATH_TIMEOUT,
  DEATHS,
  DUPLICATE,
  FOLLOW,
  FragmentTable,
  OVERLAP,
  REFUSED,
  TOO_MANY,
  UNDECIDED,
} from '../../../src/relay/fragments/table.js';
import { type Cause, type Datagram, FragmentModel, type Piece } from '../../model/fragments.js';

const ANSWERS = { duplicate: DUPLICATE, overlap: OVERLAP, limit: TOO_MANY };
const STATES = { undecided: UNDECIDED, follow: FOLLOW, refused: REFUSED, collect: COLLECT };
const CAUSES: readonly [Cause, number][] = [
  ['overlap', DEATH_OVERLAP],
  ['limit', DEATH_LIMIT],
  ['timeout', DEATH_TIMEOUT],
];
/** Words that differ from key to key in one place each, so that every word is seen to count. */
const KEY_PLACES = 10;

export type KeyWords = [number, number, number, number, number, number, number, number, number, number];

export function keyWords(key: number): KeyWords {
  const words: KeyWords = [17, 0x1234, 0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002];
  words[key % KEY_PLACES]! ^= (1 + Math.floor(key / KEY_PLACES)) << 4;
  return words;
}

export class FragmentPair {
  readonly memory: FragmentMemory;
  readonly table: FragmentTable;
  readonly model: FragmentModel;
  readonly entryOf = new Map<Datagram, number>();
  held = 0;
  taken = 0;
  nowMs: number;
  #serial = 0;

  constructor(options: FragmentMemoryOptions, nowMs = 0) {
    this.memory = createFragmentMemory(options);
    this.table = new FragmentTable(this.memory);
    this.model = new FragmentModel(options);
    this.nowMs = nowMs;
  }

  /** @returns the datagram, where there is no other answer */
  arrive(key: number, piece: Piece): Datagram | undefined {
    const { offset, length, more } = piece;
    const expected = this.model.arrive(key, piece, this.nowMs);
    const entry = this.table.arrive(...keyWords(key), offset, length, more, this.nowMs);
    if (typeof expected === 'string') {
      assert.equal(entry, ANSWERS[expected]);
      return undefined;
    }
    assert.ok(entry >= 0, `answer ${entry}`);
    const known = this.entryOf.get(expected);
    if (known === undefined) {
      const at = this.table.decisionAt(entry);
      assert.deepEqual([...this.table.decision.subarray(at, at + 8)], [0, 0, 0, 0, 0, 0, 0, 0]);
      this.table.decision.fill(key, at, at + 8);
      this.entryOf.set(expected, entry);
    } else {
      assert.equal(entry, known);
    }
    return expected;
  }

  /** @param alignment where the packet starts, modulo 4 */
  hold(datagram: Datagram, length: number, alignment: number): boolean {
    const packet = numberedPacket(++this.#serial, length);
    const from = new Uint8Array(length + 8);
    from.set(packet, 4 + alignment);
    const isHeld = this.table.hold(this.entryOf.get(datagram)!, from, 4 + alignment, length);
    assert.equal(isHeld, this.model.hold(datagram, packet));
    if (isHeld) this.held++;
    return isHeld;
  }

  take(datagram: Datagram, alignment: number): boolean {
    const expected = this.model.take(datagram);
    const into = new Uint8Array((expected?.length ?? 0) + 12).fill(0xee);
    const length = this.table.take(this.entryOf.get(datagram)!, into, 4 + alignment);
    assert.equal(length, expected?.length ?? 0);
    if (expected === undefined) return false;
    const taken = into.subarray(4 + alignment, 4 + alignment + length);
    assert.ok(Buffer.from(taken).equals(expected), 'another packet');
    into.fill(0xee, 4 + alignment, 4 + alignment + length);
    assert.ok(
      into.every((byte) => byte === 0xee),
      'wrote beside the packet',
    );
    this.taken++;
    return true;
  }

  decide(datagram: Datagram, state: 'follow' | 'refused' | 'collect'): void {
    datagram.state = state;
    this.table.decide(this.entryOf.get(datagram)!, STATES[state]);
  }

  forget(datagram: Datagram): void {
    this.model.forget(datagram);
    this.table.forget(this.entryOf.get(datagram)!);
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  expire(): void {
    const mayHaveDue = [...this.model.datagrams.values()].length;
    this.model.expire(this.nowMs);
    const isDue = this.model.datagrams.size < mayHaveDue;
    assert.equal(this.table.isDue(this.nowMs), isDue);
    this.table.expire(this.nowMs);
  }

  /** Compares all that can be seen. */
  check(): void {
    const { table, model } = this;
    assert.equal(table.datagrams, model.datagrams.size);
    assert.equal(table.heldBytes, model.heldBytes);
    assert.deepEqual(deathsIn(table), model.deaths);
    let waiting = 0;
    const entries = new Set<number>();
    for (const datagram of model.datagrams.values()) {
      const entry = this.entryOf.get(datagram)!;
      entries.add(entry);
      waiting += datagram.waiting.length;
      assert.equal(table.state(entry), STATES[datagram.state]);
      assert.equal(table.decision[table.decisionAt(entry) + 7], datagram.key);
      if (datagram.refused !== undefined) continue;
      assert.equal(table.totalLength(entry), model.totalLength(datagram) ?? -1);
      assert.equal(table.isComplete(entry), model.isComplete(datagram));
    }
    assert.equal(entries.size, model.datagrams.size, 'two datagrams share an entry');
    const dead = Object.values(model.deaths).reduce((sum, { packets }) => sum + packets, 0);
    assert.equal(this.held, this.taken + dead + waiting);
  }
}

/** The table's counters, in the model's words. */
export function deathsIn(table: FragmentTable): FragmentModel['deaths'] {
  const deaths = CAUSES.map(([cause, place]) => {
    return [cause, { packets: table.deaths[place]!, bytes: table.deaths[DEATHS + place]! }];
  });
  return Object.fromEntries(deaths) as FragmentModel['deaths'];
}

function numberedPacket(serial: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => Math.imul(serial, 0x9e3779b1) >>> ((at & 3) * 8)).map(
    (byte, at) => byte ^ (at >> 2),
  );
}
