/** The pipeline against test/model/relay.ts, byte for byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damage, damaged, packetOf } from '../model/arbitrary.js';
import { Comparison } from '../model/comparison.js';
import { corpus } from '../model/corpus.js';
import { encode } from '../model/ip.js';
import { Mutator } from '../model/mutation.js';
import { EDGE_SAS, WORLD } from '../model/world.js';

const SAS = { relay: WORLD, edge: EDGE_SAS } as const;
const ROLES = ['relay', 'edge'] as const;
const BUFFER = new Uint8Array(65_536);

describe('relay/pipeline against the slow model', function () {
  this.timeout(120_000);

  for (const role of ROLES) {
    const packet = fc.tuple(packetOf({ sas: SAS[role] }), damage).map(([ip, harm]) => damaged(ip, harm));

    it(`${role}: does the same to any packet, whole or damaged`, () => {
      fc.assert(
        fc.property(
          fc.array(packet, { minLength: 1, maxLength: 4 }),
          fc.nat(2),
          fc.boolean(),
          fc.boolean(),
          (packets, kernelHops, udp6ZeroChecksum, passesOthers) => {
            const options = { sas: SAS[role], role, kernelHops, udp6ZeroChecksum };
            new Comparison(role === 'edge' ? options : { ...options, passesOthers }).send(packets);
          },
        ),
        { numRuns: 3000 },
      );
    });

    it(`${role}: does the same to packets in a batch`, () => {
      // Alive, so that no ICMP error is made about them.
      const alive = packetOf({ sas: SAS[role] }).map((ip) => encode({ ...ip, ttl: Math.max(ip.ttl, 2) }));
      fc.assert(
        fc.property(
          fc.array(alive, { minLength: 2, maxLength: 10 }),
          fc.integer({ min: 2, max: 5 }),
          (packets, batch) => {
            new Comparison({ sas: SAS[role], role, batch }).send(packets);
          },
        ),
        { numRuns: 500 },
      );
    });

    it(`${role}: does the same to packets near the MTU`, () => {
      const sas = SAS[role];
      const long = packetOf({ sas, longest: 1600 }).map(encode);
      fc.assert(
        fc.property(
          fc.array(long, { minLength: 1, maxLength: 3 }),
          fc.integer({ min: 1280, max: 1600 }),
          (packets, mtu) => {
            new Comparison({ sas, role, mtu }).send(packets);
          },
        ),
        { numRuns: 1000 },
      );
    });

    it(`${role}: does the same to packets below the least MTU that a sender must accept`, () => {
      const sas = SAS[role].filter(({ emit }) => emit.destination[10] === 0xff);
      const long = packetOf({ sas, longest: 1300 }).map(encode);
      fc.assert(
        fc.property(
          fc.array(long, { minLength: 1, maxLength: 3 }),
          fc.integer({ min: 100, max: 1279 }),
          (packets, mtu) => {
            new Comparison({ sas, role, mtu }).send(packets);
          },
        ),
        { numRuns: 1000 },
      );
    });

    it(`${role}: does the same to 50,000 mutations of the corpus, fragments and ICMP errors among them, and counts each`, () => {
      const seeds = corpus(role).map(({ bytes }) => bytes);
      for (let seed = 1; seed <= 25; seed++) {
        const mutator = new Mutator(seeds, seed);
        const comparison = new Comparison({ sas: SAS[role], role });
        const packets = Array.from({ length: 2000 }, () => BUFFER.slice(0, mutator.next(BUFFER, 0)));
        comparison.send(packets);
      }
    });

    describe(`corpus, ${role}`, () => {
      for (const { name, verdict, bytes } of corpus(role)) {
        it(name, () => {
          const comparison = new Comparison({ sas: SAS[role], role });
          comparison.send([bytes]);
          assert.deepEqual([...comparison.tally.keys()], verdict === 'held' ? [] : [verdict]);
        });
      }
    });
  }

  it('does the same to random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(0, 4, 6), (bytes, seems) => {
        if (seems === 4 && bytes.length > 3) bytes.set([0x45, 0, 0, bytes.length]);
        if (seems === 6 && bytes.length > 40) bytes.set([0x60, 0, 0, 0, 0, bytes.length - 40]);
        for (const role of ROLES) new Comparison({ sas: SAS[role], role }).send([bytes]);
      }),
      { numRuns: 1000 },
    );
  });
});
