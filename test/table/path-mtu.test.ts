import assert from 'node:assert/strict';
import {
  createSadMemory,
  egressMtu,
  KIND_ESP,
  KIND_UDP,
  MTU_UNKNOWN,
  R_KIND,
  type SadMemory,
  setEgressMtu,
  straightLimit,
} from '../../src/table/layout.js';
import { LEARNED_MTU_SECONDS, PathMtus } from '../../src/table/path-mtu.js';
import { NOT_FOUND, SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { parseAddress } from '../../src/wire/address.js';
import { type DefinitionWords, define, plain } from '../model/definition.js';
import { lookupAll } from '../model/sad.js';

describe('table/path-mtu', () => {
  it('knows nothing at first: any length', () => {
    const mtus = new PathMtus(4);
    for (let slot = 1; slot <= 4; slot++) {
      assert.equal(mtus.route(slot), MTU_UNKNOWN);
      assert.equal(mtus.isLearned(slot, MTU_UNKNOWN), false);
      assert.equal(mtus.isLearned(slot, 1500), true);
    }
  });

  it('takes for learnt what is below the route’s alone', () => {
    const mtus = new PathMtus(1);
    mtus.setRoute(1, 1500);
    assert.deepEqual(
      [1499, 1500, 1501].map((recorded) => mtus.isLearned(1, recorded)),
      [true, false, false],
    );
  });

  it('holds what was learnt for ten minutes from when it was first seen, and then says the route’s', () => {
    const mtus = new PathMtus(1);
    mtus.setRoute(1, 1500);
    assert.equal(mtus.age(1, 1400, 100), 1400);
    assert.equal(mtus.age(1, 1400, 100 + LEARNED_MTU_SECONDS - 1), 1400);
    assert.equal(mtus.age(1, 1400, 100 + LEARNED_MTU_SECONDS), 1500);
    // It may be learnt again, for as long.
    assert.equal(mtus.age(1, 1400, 1000), 1400);
    assert.equal(mtus.age(1, 1400, 1000 + LEARNED_MTU_SECONDS - 1), 1400);
    assert.equal(mtus.age(1, 1400, 1000 + LEARNED_MTU_SECONDS), 1500);
  });

  it('does not count the time before something was forgotten or no longer learnt', () => {
    const mtus = new PathMtus(2);
    for (const slot of [1, 2]) mtus.setRoute(slot, 1500);
    for (const slot of [1, 2]) assert.equal(mtus.age(slot, 1400, 0), 1400);
    assert.equal(mtus.age(1, 1500, 500), 1500);
    mtus.forget(2);
    mtus.setRoute(2, 1500);
    for (const slot of [1, 2]) assert.equal(mtus.age(slot, 1400, LEARNED_MTU_SECONDS), 1400);
  });

  it('raises what the record says to the route’s when that was raised', () => {
    const mtus = new PathMtus(1);
    mtus.setRoute(1, 1400);
    assert.equal(mtus.age(1, 1500, 0), 1400);
  });
});

/** A writer, and a worker that learns. */
class World {
  readonly memory: SadMemory = createSadMemory(64, 1, 1);
  readonly writer = new SadWriter(this.memory);
  readonly reader = new SadReader(this.memory, 0, 1);

  /** First word of the record that a packet finds now. */
  record(words: DefinitionWords = {}): number {
    const { match } = define(words);
    const query = { ...match, source: parseAddress('198.18.1.1'), sourcePort: 4500 };
    const [record] = lookupAll(this.reader, [query]);
    assert.notEqual(record, NOT_FOUND);
    return record!;
  }

  learn(bytes: number, words: DefinitionWords = {}): void {
    setEgressMtu(this.memory.records, this.record(words), bytes);
  }

  /** As a worker sees it. */
  seen(words: DefinitionWords = {}): number {
    return egressMtu(this.memory.records, this.record(words));
  }
}

describe('table/writer: egress MTUs', () => {
  it('tells the workers the route’s, and what is known to all others stays', () => {
    const world = new World();
    const slot = world.writer.insert(define());
    const other = world.writer.insert(define({ spi: 1000 }));
    assert.equal(world.writer.egressMtu(slot), MTU_UNKNOWN);
    for (const bytes of [1500, 576, 68, MTU_UNKNOWN, 9000]) {
      world.writer.setEgressMtu(slot, bytes);
      assert.equal(world.writer.egressMtu(slot), bytes);
      assert.equal(world.seen(), bytes);
    }
    assert.equal(world.writer.egressMtu(other), MTU_UNKNOWN);
  });

  it('changes nothing else in the record', () => {
    for (const words of [
      {},
      { kind: KIND_UDP, srcPort: 65_535, toPorts: [65_535, 1] },
      { kind: KIND_UDP, srcPort: 0x8000, to: '2001:db8:2::2', toSrc: '2001:db8:9::9', hairpin: true },
    ] satisfies DefinitionWords[]) {
      const world = new World();
      const slot = world.writer.insert(define(words));
      for (const bytes of [1500, MTU_UNKNOWN, 1280]) {
        world.writer.setEgressMtu(slot, bytes);
        assert.deepEqual(plain(world.writer.definition(slot)), plain(define(words)));
      }
    }
  });

  it('lets the straight way take packets up to there, and none of an SA that changes the encapsulation', () => {
    const world = new World();
    const slot = world.writer.insert(define());
    const udp = world.writer.insert(define({ kind: KIND_UDP, toKind: KIND_ESP }));
    const limit = (words: DefinitionWords) =>
      straightLimit(world.memory.records[world.record(words) + R_KIND]!);
    assert.equal(limit({}), MTU_UNKNOWN);
    for (const bytes of [1500, MTU_UNKNOWN, 1280, 0x8000]) {
      world.writer.setEgressMtu(slot, bytes);
      world.writer.setEgressMtu(udp, bytes);
      assert.equal(limit({}), bytes);
      assert.equal(limit({ kind: KIND_UDP, toKind: KIND_ESP }), 0);
    }
  });

  it('keeps what was learnt while the route’s stays above, and takes the route’s when that is less', () => {
    const world = new World();
    const slot = world.writer.insert(define());
    world.writer.setEgressMtu(slot, 1500);
    world.learn(1400);
    world.writer.setEgressMtu(slot, 1500);
    assert.equal(world.seen(), 1400);
    world.writer.setEgressMtu(slot, 9000);
    assert.equal(world.seen(), 1400);
    world.writer.setEgressMtu(slot, 1300);
    assert.equal(world.seen(), 1300);
    // Less than the learnt MTU, so nothing is learnt any more.
    world.writer.setEgressMtu(slot, 1500);
    assert.equal(world.seen(), 1500);
  });

  it('forgets what was learnt after ten minutes, of each SA by itself', () => {
    const world = new World();
    const early = world.writer.insert(define());
    const late = world.writer.insert(define({ spi: 1000 }));
    for (const slot of [early, late]) world.writer.setEgressMtu(slot, 1500);
    world.learn(1400);
    world.writer.ageLearnedMtus(1000);
    world.learn(1300, { spi: 1000 });
    world.writer.ageLearnedMtus(1300);
    world.writer.ageLearnedMtus(1000 + LEARNED_MTU_SECONDS);
    assert.deepEqual([world.seen(), world.seen({ spi: 1000 })], [1500, 1300]);
    world.writer.ageLearnedMtus(1300 + LEARNED_MTU_SECONDS);
    assert.deepEqual([world.seen(), world.seen({ spi: 1000 })], [1500, 1500]);
  });

  it('gives a replaced SA the route’s, and a new one in its place nothing of the old', () => {
    const world = new World();
    const slot = world.writer.insert(define());
    world.writer.setEgressMtu(slot, 1500);
    world.learn(1400);
    world.writer.ageLearnedMtus(0);
    world.writer.replace(slot, define({ to: '198.18.2.3' }));
    assert.equal(world.seen(), 1500);
    // An MTU that the replaced one learns counts from then on.
    world.learn(1300);
    world.writer.ageLearnedMtus(LEARNED_MTU_SECONDS - 1);
    world.writer.remove(slot);
    const next = world.writer.insert(define());
    assert.equal(world.writer.egressMtu(next), MTU_UNKNOWN);
  });

  it('ages nothing that is no more', () => {
    const world = new World();
    const slot = world.writer.insert(define());
    world.writer.setEgressMtu(slot, 1500);
    world.learn(1400);
    world.writer.ageLearnedMtus(0);
    world.writer.remove(slot);
    assert.doesNotThrow(() => world.writer.ageLearnedMtus(LEARNED_MTU_SECONDS));
  });
});
