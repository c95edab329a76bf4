import assert from 'node:assert/strict';
import { createIdentificationCounters, Identifications } from '../../src/relay/identification.js';
import { randomFrom } from '../model/random.js';

const ADDRESSES = [0xc6120909 | 0, 0xc6120202 | 0] as const;

describe('relay/identification', () => {
  it('counts up for each (source, destination, protocol), whoever asks', () => {
    const counters = createIdentificationCounters();
    const [one, other] = [new Identifications(counters), new Identifications(counters)];
    const first = one.next(...ADDRESSES, 1);
    for (let more = 1; more < 100; more++) {
      const from = more % 2 === 0 ? one : other;
      assert.equal(from.next(...ADDRESSES, 1), (first + more) | 0);
    }
  });

  it('repeats no 16 bits before 65,536 packets', () => {
    const identifications = new Identifications(createIdentificationCounters());
    const seen = new Set<number>();
    for (let packet = 0; packet < 65_536; packet++) seen.add(identifications.next(...ADDRESSES, 1) & 0xffff);
    assert.equal(seen.size, 65_536);
  });

  it('goes on from the highest to the lowest of 32 bits', () => {
    const counters = createIdentificationCounters().fill(0x7fffffff);
    const identifications = new Identifications(counters);
    assert.deepEqual(
      [0, 1].map(() => identifications.next(...ADDRESSES, 1)),
      [0x7fffffff, -0x80000000],
    );
    counters.fill(-1);
    assert.deepEqual(
      [0, 1].map(() => identifications.next(...ADDRESSES, 1)),
      [-1, 0],
    );
  });

  it('tells source, destination and protocol apart, and spreads them over its counters', () => {
    const counters = createIdentificationCounters();
    const identifications = new Identifications(counters);
    /** Which counter it is. */
    const placeOf = (source: number, destination: number, protocol: number) => {
      counters.fill(0);
      identifications.next(source, destination, protocol);
      return counters.indexOf(1);
    };
    const [source, destination] = ADDRESSES;
    const places = [
      placeOf(source, destination, 1),
      placeOf(source, destination, 3),
      placeOf(source, destination + 1, 1),
      placeOf(source + 1, destination, 1),
      placeOf(destination, source, 1),
    ];
    assert.equal(new Set(places).size, places.length);
    // Of neighbours in one /20 that send to one destination, few share a counter.
    const random = randomFrom(3);
    const many = Array.from({ length: 1024 }, () => placeOf(source + (random() & 0xfff), destination, 1));
    assert.ok(new Set(many).size > 600, `${new Set(many).size} counters`);
    assert.ok(many.every((place) => place >= 0 && place < counters.length));
  });

  it('begins anywhere', () => {
    const [one, other] = [createIdentificationCounters(), createIdentificationCounters()];
    assert.equal(one.length, 2048);
    assert.ok(new Set(one).size > 2000);
    assert.ok(one.some((value) => value < 0) && one.some((value) => value > 0xffff));
    assert.notDeepEqual(one, other);
  });
});
