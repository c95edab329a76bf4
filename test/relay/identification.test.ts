import assert from 'node:assert/strict';
import { createIdentificationCounters, Identifications } from '../../src/relay/identification.js';
import { randomFrom } from '../model/random.js';

const ADDRESSES = [0xc6120909 | 0, 0xc6120202 | 0] as const;

describe('relay/identification', () => {
  it('counts up for each (source, destination, protocol)', () => {
    const one = new Identifications(createIdentificationCounters());
    const first = one.next(...ADDRESSES, 1);
    for (let more = 1; more < 100; more++) assert.equal(one.next(...ADDRESSES, 1), (first + more) | 0);
  });

  it('repeats none, whoever asks', () => {
    const counters = createIdentificationCounters();
    const workers = [0, 1, 2].map(() => new Identifications(counters));
    const taken = Array.from({ length: 3000 }, (_, i) => workers[i % 3]!.next(...ADDRESSES, 1) & 0xffff);
    assert.equal(new Set(taken).size, taken.length);
  });

  it('repeats no 16 bits before 65,536 packets', () => {
    const identifications = new Identifications(createIdentificationCounters());
    const seen = new Set<number>();
    for (let packet = 0; packet < 65_536; packet++) seen.add(identifications.next(...ADDRESSES, 1) & 0xffff);
    assert.equal(seen.size, 65_536);
  });

  it('goes on from the highest to the lowest of 32 bits', () => {
    const around = (counter: number): number[] => {
      const identifications = new Identifications(createIdentificationCounters().fill(counter));
      return Array.from({ length: 17 }, () => identifications.next(...ADDRESSES, 1)).slice(15);
    };
    assert.deepEqual(around(0x7ffffff0), [0x7fffffff, -0x80000000]);
    assert.deepEqual(around(-16), [-1, 0]);
  });

  it('tells source, destination and protocol apart, and spreads them over its counters', () => {
    const counters = createIdentificationCounters();
    /** Which counter it is. */
    const placeOf = (source: number, destination: number, protocol: number) => {
      counters.fill(0);
      new Identifications(counters).next(source, destination, protocol);
      return counters.findIndex((value) => value !== 0);
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
    assert.equal(one.length, 4096);
    assert.ok(new Set(one).size > 2000);
    assert.ok(one.some((value) => value < 0) && one.some((value) => value > 0xffff));
    assert.notDeepEqual(one, other);
  });
});
