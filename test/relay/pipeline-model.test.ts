/** The pipeline against test/model/relay.ts, byte for byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damage, damaged, packetOf } from '../model/arbitrary.js';
import { Comparison, Comparisons } from '../model/comparison.js';
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
    const sas = SAS[role];
    const packet = fc.tuple(packetOf({ sas }), damage).map(([ip, harm]) => damaged(ip, harm));

    it(`${role}: does the same to any packet, whole or damaged`, () => {
      const comparisons = new Comparisons({ sas, role });
      const settings = fc.record({
        kernelHops: fc.nat(2),
        udp6ZeroChecksum: fc.boolean(),
        ...(role === 'relay' && { passesOthers: fc.boolean() }),
      });
      fc.assert(
        fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), settings, (packets, options) => {
          comparisons.with(options).send(packets);
        }),
        { numRuns: 5000 },
      );
    });

    it(`${role}: does the same to packets in a batch`, () => {
      const comparisons = new Comparisons({ sas, role });
      // Alive, so that no ICMP error is made about them.
      const alive = packetOf({ sas }).map((ip) => encode({ ...ip, ttl: Math.max(ip.ttl, 2) }));
      const packets = fc.array(alive, { minLength: 2, maxLength: 10 });
      fc.assert(
        fc.property(packets, fc.integer({ min: 2, max: 5 }), (received, batch) => {
          comparisons.with({ batch }).send(received);
        }),
        { numRuns: 1000 },
      );
    });

    it(`${role}: does the same to packets near the MTU`, () => {
      const comparisons = new Comparisons({ sas, role });
      const packets = fc.array(packetOf({ sas, longest: 1600 }).map(encode), { minLength: 1, maxLength: 3 });
      const mtus = fc.constantFrom(1280, 1281, 1300, 1383, 1492, 1500);
      fc.assert(
        fc.property(packets, mtus, (received, mtu) => comparisons.with({ mtu }).send(received)),
        { numRuns: 2000 },
      );
    });

    it(`${role}: does the same to packets below the least MTU that a sender must accept`, () => {
      const comparisons = new Comparisons({ sas, role });
      const packets = fc.array(packetOf({ sas, longest: 1300 }).map(encode), { minLength: 1, maxLength: 3 });
      const mtus = fc.constantFrom(128, 133, 256, 575, 576, 1000, 1279);
      fc.assert(
        fc.property(packets, mtus, (received, mtu) => comparisons.with({ mtu }).send(received)),
        { numRuns: 2000 },
      );
    });

    it(`${role}: does the same to 50,000 mutations of the corpus, fragments and ICMP errors among them, and counts each`, () => {
      const seeds = corpus(role).map(({ bytes }) => bytes);
      for (let seed = 1; seed <= 25; seed++) {
        const mutator = new Mutator(seeds, seed);
        const comparison = new Comparison({ sas, role });
        const packets = Array.from({ length: 2000 }, () => BUFFER.slice(0, mutator.next(BUFFER, 0)));
        comparison.send(packets);
      }
    });

    describe(`corpus, ${role}`, () => {
      for (const { name, verdict, bytes } of corpus(role)) {
        it(name, () => {
          const comparison = new Comparison({ sas, role });
          comparison.send([bytes]);
          assert.deepEqual([...comparison.tally.keys()], verdict === 'held' ? [] : [verdict]);
        });
      }
    });
  }

  it('does the same to random bytes', () => {
    const comparisons = ROLES.map((role) => new Comparison({ sas: SAS[role], role }));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(0, 4, 6), (bytes, seems) => {
        if (seems === 4 && bytes.length > 3) bytes.set([0x45, 0, 0, bytes.length]);
        if (seems === 6 && bytes.length > 40) bytes.set([0x60, 0, 0, 0, 0, bytes.length - 40]);
        for (const comparison of comparisons) comparison.send([bytes]);
      }),
      { numRuns: 2000 },
    );
  });
});
